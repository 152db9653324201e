import ConvKernels
import NetworkGraph

/// A value in the arena as an operation without a kernel sees it: rows of channels, each with so many floats from one
/// column to the next.
struct Lines {
  let channels: Int
  let height: Int
  let width: Int
  /// True if the values lie in plain order, without lanes.
  let isFlat: Bool
  private let base: UnsafeMutablePointer<Float>
  private let image: Int
  private let unit: Int
  private let row: Int

  /// Pixels of a row and of a channel of the map as which a vector lies.
  private let lyingWidth: Int
  private let lyingArea: Int

  init(_ shape: Shape, _ view: ck_view, _ buffer: Buffer) {
    (channels, height, width) = (shape.channels, shape.height, shape.width)
    (base, image, unit, row) = (view.base, Int(view.image), Int(view.unit), Int(view.row))
    (lyingWidth, lyingArea) = (buffer.width, height == 1 && width == 1 ? buffer.height * buffer.width : 1)
    isFlat = buffer.height * buffer.width == 1 && buffer.halo == 0
  }

  /// A stored tensor, the same for all images.
  init(_ shape: Shape, _ values: UnsafeMutablePointer<Float>) {
    (channels, height, width) = (shape.channels, shape.height, shape.width)
    (base, image, unit, row, isFlat) = (values, 0, 0, 0, true)
    (lyingWidth, lyingArea) = (1, 1)
  }

  private init(_ lines: Lines, channels: Int, width: Int) {
    (base, image, unit, row, isFlat) = (lines.base, lines.image, lines.unit, lines.row, lines.isFlat)
    (lyingWidth, lyingArea) = (1, 1)
    (self.channels, height, self.width) = (channels, 1, width)
  }

  /// The rows of a channel as one, where they lie so.
  var joined: Lines { isFlat ? Lines(self, channels: channels, width: height * width) : self }
  /// All values as one row, where they lie so.
  var asLine: Lines { isFlat ? Lines(self, channels: 1, width: channels * height * width) : self }

  /// True for a map of pixels with sixteen channels side by side.
  var holdsPixels: Bool { !isFlat && lyingArea == 1 }

  /// Floats from one channel, row and column to the next, of a value in plain order.
  var strides: [Int] { [height * width, width, 1] }

  /// True for channels side by side, one value each.
  var isVector: Bool { isFlat && height == 1 && width == 1 }

  func isLike(_ other: Lines) -> Bool {
    channels == other.channels && height == other.height && width == other.width
  }

  /// Floats from one column to the next.
  var step: Int { isFlat ? 1 : 16 }
  /// Channels with those of the last unit that stand for none.
  var lanes: Int { isFlat ? channels : (channels + 15) / 16 * 16 }

  /// Lines of lanes that stand for no channel; of a value in plain order its end, where that is inside a unit.
  var emptyLines: Int {
    isFlat ? (channels * height * width % 16 == 0 ? 0 : 1) : (lanes - channels) * height
  }

  /// Fills one of them with zeros.
  func clear(_ image: Int, _ place: Int) {
    if isFlat {
      let count = channels * height * width
      (base + image * self.image + count).update(repeating: 0, count: 16 - count % 16)
    } else {
      let line = line(image, channels + place / height, place % height)
      for x in 0..<width { line[x * 16] = 0 }
    }
  }

  /// The first column of a row.
  func line(_ image: Int, _ channel: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    let first = base + image * self.image
    if isFlat { return first + (channel * height + row) * width }
    if lyingArea == 1 { return first + (channel >> 4) * unit + row * self.row + channel & 15 }
    let (lying, pixel) = channel.quotientAndRemainder(dividingBy: lyingArea)
    return first + (lying >> 4) * unit + pixel / lyingWidth * self.row + pixel % lyingWidth * 16 + lying & 15
  }

  /// The pixels of a row, sixteen channels each, of a value that has lanes.
  func units(_ image: Int, _ unit: Int, _ row: Int, _ body: (UnsafeMutablePointer<SIMD16<Float>>) -> Void) {
    line(image, unit * 16, row).withMemoryRebound(to: SIMD16<Float>.self, capacity: width, body)
  }

  /// Sixteen channels of the pixels of a row: one behind the other, or the same for all of them, with a step of 0.
  struct Pixels {
    let first: UnsafeMutablePointer<SIMD16<Float>>
    let step: Int
  }

  /// The pixels of a row of a unit, or of a vector the values that go with all of them.
  func pixels(_ image: Int, _ unit: Int, _ row: Int) -> Pixels {
    let line = UnsafeMutableRawPointer(isVector ? self.line(image, unit * 16, 0) : self.line(image, unit * 16, row))
    return Pixels(first: line.assumingMemoryBound(to: SIMD16<Float>.self), step: isVector ? 0 : 1)
  }

  /// The row that goes with one of a value that this one is combined with: its only one where it has one. The step is 0
  /// where it has one column.
  func broadcast(_ image: Int, _ channel: Int, _ row: Int) -> (line: UnsafeMutablePointer<Float>, step: Int) {
    (line(image, min(channel, channels - 1), min(row, height - 1)), width == 1 ? 0 : step)
  }
}
