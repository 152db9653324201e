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
    guard try node.extent("kernel_shape", default: kernel) == kernel, groups > 0,
      inputs.multipliedReportingOverflow(by: groups) == (channels, false), outputs % groups == 0
    else {
      throw node.malformed("has weights of \(weight.lengths) in \(groups) groups for an input of \(input.lengths)")
    }
    guard images * max(outputs, channels) <= 1 << 16 else {
      throw .unsupported(reason: "of \(input.lengths) with weights of \(weight.lengths) has no kernel")
    }
    let convolution = Convolution(
      inputChannels: images * channels, outputChannels: images * outputs, kernel: kernel,
      stride: try node.extent("strides", default: 1), dilation: try node.extent("dilations", default: 1),
      groups: images * groups)
    let window = WindowPlacement(kernel: kernel, stride: convolution.stride, dilation: convolution.dilation)
    var map = try viewed(input, as: [images * channels, height, width], node)
    let margins = try window.margins(of: map.shape, node)
    if margins != Margins(top: 0, left: 0, bottom: 0, right: 0) {
      map = try append(.zeroPad(margins), node, [map], isInner: true)
    }
    var weights = try viewed(weight, as: [outputs, inputs, kernel.area], node)
    if images > 1 {
      let places = (0..<images * outputs).map { $0 % outputs }
      weights = try appendPortable(.pick(.channels, places), node, [weights], isInner: true)
    }
    var result = try appendPortable(.convolution(convolution), node, [map, weights], isInner: true)
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
      let map = try viewed(
        value,
        as: isPair ? [value.lengths[..<first].reduce(1, *)] + value.lengths[first...] : value.merged(around: first),
        node)
      let margins = try window.margins(of: map.shape, node) {
        let (before, after) = (sides(pads, outside: 0), sides(Array(pads[(rank - 2)...]), outside: 0))
        return Margins(top: before.height, left: before.width, bottom: after.height, right: after.width)
      }
      guard margins.isInside(window) else { throw node.malformed("pads by no less than its window") }
      let pooling = WindowPooling(
        kernel: window.kernel, stride: window.stride, dilation: window.dilation, margins: margins,
        ceilMode: try node.flag("ceil_mode"), isAverage: node.type == "AveragePool",
        countsPadding: try node.flag("count_include_pad"))
      guard !pooling.changesNothing else { continue }
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

extension WindowPooling {
  fileprivate var changesNothing: Bool {
    kernel == 1 && stride == 1 && margins == Margins(top: 0, left: 0, bottom: 0, right: 0)
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
