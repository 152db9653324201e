/// A map in another size.
public struct Resizing: Hashable, Sendable {
  public enum Interpolation: Hashable, Sendable {
    case nearest(Rounding)
    case linear
    /// By cubic convolution (Keys 1981) with this coefficient; with `excludesOutside` without what lies beyond the map.
    case cubic(coefficient: Double, excludesOutside: Bool)
  }

  /// Which pixel is nearest to a place between two.
  public enum Rounding: String, Hashable, Sendable {
    case preferFloor = "round_prefer_floor"
    case preferCeiling = "round_prefer_ceil"
    case floor
    case ceiling = "ceil"
  }

  /// Where an output pixel lies in the input.
  public enum Coordinates: String, Hashable, Sendable {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
    /// In a region of the map, as TensorFlow's `crop_and_resize` does it.
    case cropped = "tf_crop_and_resize"
  }

  /// A part of the map, from 0 at its first pixels to 1 at its last, and the value of what lies outside of the map.
  public struct Region: Hashable, Sendable {
    public var rows: ClosedRange<Double>
    public var columns: ClosedRange<Double>
    public var outside: Double

    public init(rows: ClosedRange<Double>, columns: ClosedRange<Double>, outside: Double) {
      self.rows = rows
      self.columns = columns
      self.outside = outside
    }
  }

  public var size: Extent
  /// How many times higher and wider, which need not be exactly the ratio of the sizes.
  public var verticalScale: Double
  public var horizontalScale: Double
  public var interpolation: Interpolation
  public var coordinates: Coordinates
  /// True if a smaller map takes all pixels into account: the window of a pixel grows with what one stands for.
  public var antialias: Bool
  /// What of the map is resized, where the coordinates are those of a region.
  public var region: Region

  public init(
    size: Extent, verticalScale: Double, horizontalScale: Double, interpolation: Interpolation,
    coordinates: Coordinates, antialias: Bool = false,
    region: Region = Region(rows: 0...1, columns: 0...1, outside: 0)
  ) {
    self.size = size
    self.verticalScale = verticalScale
    self.horizontalScale = horizontalScale
    self.interpolation = interpolation
    self.coordinates = coordinates
    self.antialias = antialias
    self.region = region
  }
}

/// Places along an axis: the first, how many, and the step from one to the next, which may go backwards.
public struct Cut: Hashable, Sendable {
  public var start: Int
  public var count: Int
  public var step: Int

  public init(start: Int, count: Int, step: Int) {
    self.start = start
    self.count = count
    self.step = step
  }

  /// True if every place lies inside the axis.
  func fits(_ length: Int) -> Bool {
    guard count >= 1, (0..<length).contains(start) else { return false }
    let (way, overflow) = (count - 1).multipliedReportingOverflow(by: step)
    return !overflow && way.magnitude < 1 << 40 && (0..<length).contains(start + way)
  }
}

/// Channels, rows and columns put around a map.
public struct EdgePadding: Hashable, Sendable {
  public enum Filling: Hashable, Sendable {
    case constant(Double)
    /// The outermost values repeated.
    case edge
    /// The map mirrored at its outermost values.
    case reflect
    /// The map again and again.
    case wrap
  }

  public var filling: Filling
  public var channelsBefore: Int
  public var channelsAfter: Int
  public var margins: Margins

  public init(filling: Filling, channelsBefore: Int, channelsAfter: Int, margins: Margins) {
    self.filling = filling
    self.channelsBefore = channelsBefore
    self.channelsAfter = channelsAfter
    self.margins = margins
  }
}
