import NetworkGraph

/// Operators that slide windows over arrays: several images, volumes, weights that are computed.
extension ONNXImporter {
  /// A convolution whose weights are only known when the network runs, or of several images: a group for each of them.
  mutating func addArrayConvolution(_ node: ONNXNode) throws(ImportProblem) {
    let (input, weight) = (try array(node, 0), try array(node, 1))
    guard let (images, channels, height, width) = input.images, let (outputs, inputs, rows, columns) = weight.images
    else { throw .unsupported(reason: "of \(input.lengths) with weights of \(weight.lengths) has no kernel") }
    let kernel = Extent.by(rows, columns)
    let groups = node.integer("group", default: 1)
    guard groups > 0, inputs.multipliedReportingOverflow(by: groups) == (channels, false), outputs % groups == 0 else {
      throw node.malformed("has weights of \(weight.lengths) in \(groups) groups for an input of \(input.lengths)")
    }
    guard let all = Shape.count([images, max(outputs, channels)]), all <= 1 << 16 else {
      throw .unsupported(reason: "of \(input.lengths) with weights of \(weight.lengths) has no kernel")
    }
    let map = try viewed(input, as: [images * channels, height, width], node)
    var weights = try viewed(weight, as: [outputs, inputs, kernel.area], node)
    if images > 1 {
      let places = (0..<images * outputs).map { $0 % outputs }
      weights = try appendPortable(.pick(.channels, places), node, [weights], isInner: true)
    }
    var result = try appendConvolution(
      node, of: map, by: weights, window: kernel, groups: images * groups, isInner: true)
    let lengths = [images, outputs] + (input.lengths.count == 3 ? [] : [result.shape.height]) + [result.shape.width]
    result.layout = .array(lengths)
    if try meaning(node, 2) != nil {
      var bias = try array(node, 2)
      guard bias.lengths == [outputs] else {
        throw node.malformed("has a bias of \(bias.lengths), expected [\(outputs)]")
      }
      bias.layout = .array([outputs] + lengths.dropFirst(2).map { _ in 1 })
      result = try combined(.sum, [result, bias], node)
    }
    try define(node, result, as: lengths)
  }

  /// A convolution by weights that are computed: a channel for every output, a row for every input of the group.
  @discardableResult
  mutating func appendConvolution(
    _ node: ONNXNode, of input: ImportedValue, by weights: ImportedValue, window kernel: Extent, groups: Int,
    isInner: Bool = false
  ) throws(ImportProblem) -> ImportedValue {
    guard try node.extent("kernel_shape", default: kernel) == kernel else {
      throw node.malformed("has a kernel_shape other than that of its weights \(weights.lengths)")
    }
    var convolution = Convolution(
      inputChannels: input.shape.channels, outputChannels: weights.shape.channels, kernel: kernel,
      stride: try node.extent("strides", default: 1), dilation: try node.extent("dilations", default: 1), groups: groups
    )
    let padded = try pad(input, for: &convolution, node)
    return try append(.portable(.convolution(convolution)), node, [padded, weights], isInner: isInner)
  }

  /// Pooling of several images or of volumes: the last two axes at once, then one axis after the other, since the
  /// largest of all is the largest of the rows' largest, and means are of windows that are full in every row alike.
  mutating func addArrayPooling(_ node: ONNXNode) throws(ImportProblem) {
    var value = try array(node, 0)
    let rank = value.lengths.count
    let kernel = node.integers("kernel_shape") ?? []
    let (stride, dilation) = (
      node.integers("strides") ?? kernel.map { _ in 1 }, node.integers("dilations") ?? kernel.map { _ in 1 }
    )
    let pads = node.integers("pads") ?? (kernel + kernel).map { _ in 0 }
    guard rank >= 3, kernel.count == rank - 2, stride.count == rank - 2, dilation.count == rank - 2,
      pads.count == 2 * (rank - 2)
    else { throw node.malformed("has a window of \(kernel) for \(value.lengths)") }
    guard givesOnlyFirst(node) else { throw .unsupported(reason: Self.placesOfMaxima) }
    let countsPadding = try node.flag("count_include_pad")
    let roundsUp = try node.flag("ceil_mode")
    guard rank < 5 || !countsPadding || !roundsUp else {
      // Versions of the standard differ.
      throw .unsupported(reason: "on volumes that counts what lies beyond the padding, or not, has no kernel")
    }
    var end = rank
    while end > 2 {
      let isPair = end == rank && rank > 3
      let (first, last) = (end - (isPair ? 2 : 1), end - 1)
      end = first
      func sides(_ lengths: [Int], outside: Int) -> Extent {
        .by(lengths[first - 2], isPair ? lengths[last - 2] : outside)
      }
      let window = WindowPlacement(
        kernel: sides(kernel, outside: 1), stride: sides(stride, outside: 1), dilation: sides(dilation, outside: 1))
      let axes =
        isPair ? [value.lengths[..<first].reduce(1, *)] + value.lengths[first...] : value.merged(around: first)
      let shape = Shape.map(channels: axes[0], height: axes[1], width: axes[2])
      let margins = try window.margins(of: shape, node) {
        let (before, after) = (sides(pads, outside: 0), sides(Array(pads[(rank - 2)...]), outside: 0))
        return Margins(top: before.height, left: before.width, bottom: after.height, right: after.width)
      }
      let pooling = WindowPooling(
        kernel: window.kernel, stride: window.stride, dilation: window.dilation, margins: margins,
        ceilMode: roundsUp, isAverage: node.type == "AveragePool", countsPadding: countsPadding)
      guard pooling.isInside else { throw node.malformed("pads by no less than its window") }
      if pooling.changesNothing { continue }
      let map = try viewed(value, as: axes, node)
      let pooled = try appendPortable(.pool(pooling), node, [map], isInner: true)
      var lengths = value.lengths
      lengths[first] = pooled.shape.height
      if isPair { lengths[last] = pooled.shape.width }
      value = pooled
      value.layout = .array(lengths)
    }
    try define(node, value, as: value.lengths)
  }

  /// Pooling of several images, or of volumes, to one place.
  mutating func addArrayGlobalPooling(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    guard input.lengths.count > 2 else { throw node.malformed("takes \(input.lengths), expected images") }
    let axes = Set(2..<input.lengths.count)
    let pooled = try reduced(node.type == "GlobalAveragePool" ? .mean : .maximum, input, axes, node)
    try define(node, pooled, as: pooled.lengths)
  }
}

extension ImportedValue {
  /// The lengths of an array of maps, whose lines have one row; nil for other arrays.
  fileprivate var images: (count: Int, channels: Int, height: Int, width: Int)? {
    let lengths = lengths
    switch lengths.count {
    case 3: return (lengths[0], lengths[1], 1, lengths[2])
    case 4: return (lengths[0], lengths[1], lengths[2], lengths[3])
    default: return nil
    }
  }
}
