import NetworkGraph

/// How the axes of a graph's values are read.
enum AxisReading {
  /// The first axis counts images, of which none touches another.
  case images
  /// All axes are alike: a value is one array, of whatever rank.
  case arrays
}

/// A value that the graph is given. The first one is the image.
public struct GraphInput: Sendable {
  public let name: String
  /// The shape of one image.
  let shape: Shape
  let layout: ImportedValue.Layout
  /// True if height or width is the reader's choice.
  let isOpen: Bool

  /// The lengths of its axes, without that which counts images.
  public var lengths: [Int] {
    switch layout {
    case .row: [shape.channels, shape.width]
    case .array(let lengths), .pixels(let lengths): lengths
    case .channelsFirst: shape.dimensions
    case .channelsLast: [shape.height, shape.width, shape.channels]
    }
  }

  /// True if the channels are the last of its axes.
  public var isChannelsLast: Bool { layout == .channelsLast }

  /// True if its first axis counts images; else it is one array.
  public var hasBatch: Bool { if case .array = layout { false } else { true } }

  /// What the graph is given, in its order.
  ///
  /// - Throws: `FormatError` for an input that is no image, or no array of floating-point numbers.
  static func all(of file: ONNXFile, as reading: AxisReading) throws(FormatError) -> [GraphInput] {
    let inputs = file.graph.input.filter { file.initializers[$0.name] == nil && !(reading == .arrays && $0.isEmpty) }
    var names: Set<String> = []
    for input in inputs where !names.insert(input.name).inserted {
      throw FormatError(file.path, "has two inputs '\(input.name)'")
    }
    guard inputs.count <= most else { throw FormatError(file.path, "has \(inputs.count) inputs, \(most) at most") }
    var result: [GraphInput] = []
    for input in inputs { result.append(try GraphInput(input, of: file, as: reading)) }
    let batches = Set(inputs.compactMap { $0.type.tensorType.shape.dim.first?.dimValue }.filter { $0 > 0 })
    guard reading == .arrays || batches.count <= 1 else {
      throw FormatError(file.path, "has inputs of different numbers of images: \(batches.sorted())")
    }
    if result.isEmpty {
      guard reading == .arrays else { throw FormatError(file.path, "has no inputs, expected an image") }
      // What depends on nothing still runs: on one number that it does not read.
      result = [GraphInput(name: "", shape: .vector(1), layout: .array([1]), isOpen: false)]
    }
    return result
  }

  /// More than any network has; files that are made to harm may have more.
  private static let most = 256

  private init(name: String, shape: Shape, layout: ImportedValue.Layout, isOpen: Bool) {
    (self.name, self.shape, self.layout, self.isOpen) = (name, shape, layout, isOpen)
  }

  private init(_ input: ONNXValueInfoProto, of file: ONNXFile, as reading: AxisReading) throws(FormatError) {
    name = input.name
    let type = ElementType(onnx: input.type.tensorType.elemType)
    guard type?.isFraction == true else {
      let name = type.map { "\($0)" } ?? "an unknown type"
      throw FormatError(file.path, "the input '\(input.name)' is of \(name), expected floating-point numbers")
    }
    if let length = input.type.tensorType.shape.dim.map(\.dimValue).first(where: { $0 < 0 }) {
      throw FormatError(file.path, "the input '\(input.name)' has the length \(length), expected one above 0")
    }
    let lengths = input.type.tensorType.shape.dim.map { $0.dimValue > 0 ? Int($0.dimValue) : nil }
    let isImage = (2...4).contains(lengths.count) && (reading == .images || [1, nil].contains(lengths[0]))
    guard isImage else {
      let known = lengths.compactMap { $0 }
      guard reading == .arrays, known.count == lengths.count, let shape = Shape(array: known) else {
        throw FormatError(file.path, "the input '\(name)' is no image of known channels, expected [N, C, H, W]")
      }
      self.shape = shape
      (layout, isOpen) = (.array(known), false)
      return
    }
    let isChannelsLast = file.graph.node.contains { node in
      node.opType == "Transpose" && node.input.first == input.name
        && node.attribute.first { $0.name == "perm" }?.ints == [0, 3, 1, 2]
    }
    layout = isChannelsLast && lengths.count == 4 ? .channelsLast : lengths.count == 3 ? .row : .channelsFirst
    let (channels, height, width) =
      layout == .channelsLast
      ? (lengths[3], lengths[1], lengths[2])
      : lengths.count == 4 ? (lengths[1], lengths[2], lengths[3]) : (lengths[1], 1, lengths.count == 3 ? lengths[2] : 1)
    isOpen = height == nil || width == nil
    guard let channels else {
      throw FormatError(file.path, "the input '\(name)' is no image of known channels, expected [N, C, H, W]")
    }
    shape =
      lengths.count == 2
      ? .vector(channels)
      : .map(channels: channels, height: height ?? ONNXModel.assumedSide, width: width ?? ONNXModel.assumedSide)
    guard shape.isCountable else { throw FormatError(file.path, "the input '\(name)' is too large: \(shape)") }
  }

  /// The same input beside an image of another size: what is as large as the image stays so.
  func following(_ image: GraphInput, to size: Shape) -> GraphInput {
    guard case .map(let channels, let height, let width) = shape, hasBatch, case .map = image.shape,
      height == image.shape.height, width == image.shape.width
    else { return self }
    return resized(to: .map(channels: channels, height: size.height, width: size.width)) ?? self
  }

  /// The same input with images of another shape.
  ///
  /// - Returns: nil where it takes no other.
  func resized(to shape: Shape) -> GraphInput? {
    if shape == self.shape { return self }
    if case .array = layout { return nil }
    guard shape.channels == self.shape.channels, shape.dimensions.count == self.shape.dimensions.count,
      layout != .row || shape.height == 1
    else { return nil }
    return shape.isCountable ? GraphInput(name: name, shape: shape, layout: layout, isOpen: isOpen) : nil
  }
}

extension ONNXValueInfoProto {
  /// True for an array that has no values, which nobody can give.
  fileprivate var isEmpty: Bool { type.tensorType.shape.dim.contains { $0.value == .dimValue(0) } }
}

extension Shape {
  /// The shape in which an array's values stand in the same order; nil for one that is too large. What has a first axis
  /// of one place is an image.
  init?(array lengths: [Int]) {
    guard let count = Shape.count(lengths), count > 0 else { return nil }
    let rest = Array(lengths.dropFirst())
    switch lengths.count {
    case 0, 1: self = .vector(count)
    case 2: self = lengths[0] == 1 ? .vector(count) : .map(channels: lengths[0], height: 1, width: lengths[1])
    case 3:
      self =
        lengths[0] == 1
        ? .map(channels: rest[0], height: 1, width: rest[1])
        : .map(channels: lengths[0], height: rest[0], width: rest[1])
    default:
      let (height, width) = (lengths[lengths.count - 2], lengths[lengths.count - 1])
      self = .map(channels: count / (height * width), height: height, width: width)
    }
  }

  /// The values of an array; nil where sums over so many cannot be counted.
  static func count(_ lengths: [Int]) -> Int? {
    var count = 1
    for length in lengths {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow, product <= 1 << 40 else { return nil }
      count = product
    }
    return count
  }
}
