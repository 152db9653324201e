/// The shape of one image's value between two layers, without the batch.
///
/// Written as papers and frameworks write it: `256×56×56` is channels × height × width, `1000` a flat vector.
public enum Shape: Hashable, Sendable {
  /// A feature map: channels, height and width, all at least 1.
  case map(channels: Int, height: Int, width: Int)
  /// A flat vector of features, as a linear layer takes and gives.
  case vector(Int)

  /// Channels of a map, features of a vector.
  public var channels: Int {
    switch self {
    case .map(let channels, _, _): channels
    case .vector(let features): features
    }
  }

  /// Rows of a map; 1 for a vector.
  public var height: Int {
    if case .map(_, let height, _) = self { height } else { 1 }
  }

  /// Columns of a map; 1 for a vector.
  public var width: Int {
    if case .map(_, _, let width) = self { width } else { 1 }
  }

  /// The number of values.
  public var elements: Int { channels * height * width }

  /// The shape of what an operation without a kernel gives, where nothing tells it: a vector of no features.
  public static let unknown = Shape.vector(0)

  /// The lengths in order, as frameworks print them: `[256, 56, 56]` or `[1000]`.
  public var dimensions: [Int] {
    switch self {
    case .map(let channels, let height, let width): [channels, height, width]
    case .vector(let features): [features]
    }
  }
}

extension Shape: CustomStringConvertible {
  public var description: String {
    self == .unknown ? "?" : dimensions.map(String.init).joined(separator: "×")
  }
}

/// A pair of vertical and horizontal extents: a kernel, a stride, a padding, a dilation.
///
/// An integer literal is a square: `kernel: 3` is 3×3. Others are written `.by(1, 7)`.
public struct Extent: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var height: Int
  public var width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  public init(_ side: Int) { self.init(height: side, width: side) }
  public init(integerLiteral side: Int) { self.init(side) }

  public static func by(_ height: Int, _ width: Int) -> Extent { Extent(height: height, width: width) }

  public var area: Int { height * width }
  public var isSquare: Bool { height == width }
  public var description: String { "\(height)×\(width)" }
}
