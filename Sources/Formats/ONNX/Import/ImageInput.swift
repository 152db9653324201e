import NetworkGraph

/// The graph's input that is the image.
struct ImageInput {
  let name: String
  /// The shape of one image.
  let shape: Shape
  let layout: ImportedValue.Layout
  /// True if height or width is the reader's choice.
  let isOpen: Bool

  /// - Throws: `FormatError` for a graph that has several inputs, or one that is no image.
  init(_ file: ONNXFile) throws(FormatError) {
    let inputs = file.graph.input.filter { file.initializers[$0.name] == nil }
    guard inputs.count == 1, let input = inputs.first else {
      throw FormatError(
        file.path, "has \(inputs.count) inputs (\(inputs.map(\.name).joined(separator: ", "))), expected one image")
    }
    name = input.name
    let type = ElementType(onnx: input.type.tensorType.elemType)
    guard [.float32, .float16, .bfloat16, .float64].contains(type) else {
      let name = type.map { "\($0)" } ?? "an unknown type"
      throw FormatError(file.path, "the input '\(input.name)' is of \(name), expected floating-point numbers")
    }
    let lengths = input.type.tensorType.shape.dim.map { $0.dimValue > 0 ? Int($0.dimValue) : nil }
    let isChannelsLast = file.graph.node.contains { node in
      node.opType == "Transpose" && node.input.first == input.name
        && node.attribute.first { $0.name == "perm" }?.ints == [0, 3, 1, 2]
    }
    layout = isChannelsLast && lengths.count == 4 ? .channelsLast : lengths.count == 3 ? .row : .channelsFirst
    let (channels, height, width) =
      layout == .channelsLast
      ? (lengths[3], lengths[1], lengths[2])
      : lengths.count == 4
        ? (lengths[1], lengths[2], lengths[3])
        : (lengths.count >= 2 ? lengths[1] : nil, 1, lengths.count == 3 ? lengths[2] : 1)
    isOpen = height == nil || width == nil
    switch (lengths.count, channels) {
    case (2, let features?): shape = .vector(features)
    case (4, let channels?):
      shape = .map(
        channels: channels, height: height ?? ONNXModel.assumedSide, width: width ?? ONNXModel.assumedSide)
    case (3, let channels?): shape = .map(channels: channels, height: 1, width: width ?? ONNXModel.assumedSide)
    default:
      throw FormatError(
        file.path, "the input '\(name)' is no image of known channels, expected [N, C, H, W]")
    }
  }
}
