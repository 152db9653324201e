import NetworkGraph

/// Operators with weights, and pooling.
extension ONNXImporter {
  mutating func addConvolution(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    if case .weights(let weights, let window)? = try meaning(node, 1), try meaning(node, 2) == nil {
      try appendConvolution(node, of: input, by: weights, window: window, groups: node.integer("group", default: 1))
      return
    }
    guard let stored = try tensor(node, 1) else { throw node.malformed("lacks its weights") }
    guard let weight = stored.asKernel else {
      throw .unsupported(reason: "has weights of \(stored.dimensions), expected those of an image")
    }
    let bias = try tensor(node, 2)
    let kernel = Extent.by(weight.dimensions[2], weight.dimensions[3])
    guard try node.extent("kernel_shape", default: kernel) == kernel else {
      throw node.malformed("has a kernel_shape other than that of its weights \(weight.dimensions)")
    }
    let groups = node.integer("group", default: 1)
    let (channels, overflow) = weight.dimensions[1].multipliedReportingOverflow(by: groups)
    guard groups > 0, !overflow, channels == input.shape.channels else {
      throw node.malformed("has weights of \(weight.dimensions) in \(groups) groups for an input of \(input.shape)")
    }
    if let bias, bias.dimensions != [weight.dimensions[0]] {
      throw node.malformed("has a bias of \(bias.dimensions), expected [\(weight.dimensions[0])]")
    }
    var convolution = Convolution(
      inputChannels: channels, outputChannels: weight.dimensions[0], kernel: kernel,
      stride: try node.extent("strides", default: 1), dilation: try node.extent("dilations", default: 1),
      groups: groups, bias: bias != nil)
    let padded = try pad(input, for: &convolution, node)
    if convolution.isPointwise, convolution.stride == 1, convolution.padding == 0, notes.isLinear(at: node.scopes),
      let matrix = weight.reshaped([convolution.outputChannels, channels])
    {
      let linear = Operation.linear(
        inputFeatures: channels, outputFeatures: convolution.outputChannels, bias: bias != nil)
      try append(linear, node, [padded], tensors: [matrix] + (bias.map { [$0] } ?? []))
      return
    }
    try append(.convolution(convolution), node, [padded], tensors: [weight] + (bias.map { [$0] } ?? []))
  }

  /// Zeros around a convolution's input: its own padding where both sides have as many, else by a layer before it.
  mutating func pad(
    _ input: ImportedValue, for convolution: inout Convolution, _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    let window = WindowPlacement(
      kernel: convolution.kernel, stride: convolution.stride, dilation: convolution.dilation)
    let margins = try window.margins(of: input.shape, node)
    guard margins.isSymmetric else { return try append(.zeroPad(margins), node, [input], isInner: true) }
    convolution.padding = .by(margins.top, margins.left)
    return input
  }

  mutating func addBatchNorm(_ node: ONNXNode) throws(ImportProblem) {
    guard node.integer("training_mode", default: 0) == 0 else {
      throw .unsupported(reason: "in training has no kernel")
    }
    let input = try value(node)
    guard !input.endsWithChannels || input.dimensions.count == 1 else {
      throw .unsupported(reason: "takes channels last")
    }
    var tensors: [ImportedTensor] = []
    for place in 1...4 {
      guard let tensor = try tensor(node, place) else { throw node.malformed("lacks its input \(place)") }
      guard tensor.dimensions == [input.shape.channels] else {
        throw node.malformed("has a tensor of \(tensor.dimensions), expected [\(input.shape.channels)]")
      }
      tensors.append(tensor)
    }
    let norm = Operation.batchNorm(features: input.shape.channels, epsilon: node.number("epsilon", default: 1e-5))
    try append(norm, node, [input], tensors: tensors)
  }

  mutating func addLayerNorm(_ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    let features = input.shape.channels
    let rank = input.dimensions.count + 1
    let axis = node.integer("axis", default: -1)
    guard axis == -1 || axis == rank - 1, input.endsWithChannels else {
      throw .unsupported(reason: "over the axes of \(input.dimensions) from \(axis) on has no kernel")
    }
    guard let scale = try tensor(node, 1) else { throw node.malformed("lacks its scale") }
    let shift = try tensor(node, 2) ?? ImportedTensor(repeating: 0, count: features)
    for tensor in [scale, shift] where tensor.dimensions != [features] {
      throw .unsupported(reason: "with a scale or shift of \(tensor.dimensions) for \(features) channels has no kernel")
    }
    let norm = Operation.layerNorm(features: features, epsilon: node.number("epsilon", default: 1e-5))
    try append(norm, node, [input], tensors: [scale, shift])
  }

  /// Recognises products with matrices of means, as which `ONNXExporter` writes windows that do not divide a map.
  private mutating func recogniseMeans(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    guard node.type == "MatMul" else { return false }
    for (place, side) in [(0, \Extent.height), (1, \Extent.width)] as [(Int, WritableKeyPath<Extent, Int>)] {
      guard case .tensor(let matrix)? = try meaning(node, place), matrix.dimensions.count == 2, matrix.count <= 1 << 20,
        case .value? = try meaning(node, 1 - place)
      else { continue }
      let input = try value(node, 1 - place)
      guard case .map(_, let height, let width) = input.shape, input.layout == .channelsFirst else { return false }
      var size = Extent.by(height, width)
      let (length, count) = (size[keyPath: side], matrix.dimensions[place])
      guard matrix.dimensions[1 - place] == length else { return false }
      let means = ONNXExporter.means(of: length, in: count)
      guard
        matrix.values == (place == 0 ? means.flatMap { $0 } : (0..<length).flatMap { i in means.map { $0[i] } })
      else { return false }
      size[keyPath: side] = count
      // Both products are one pooling.
      if place == 1, input.layer == layers.count - 1, case .adaptiveAveragePool = layers[input.layer].operation,
        layers[input.layer].scopes == node.scopes, isSoleReader(node, 0)
      {
        let source = layers[input.layer].inputs[0]
        removeLastLayers(1)
        let shape = source < 0 ? inputs[-1 - source].shape : layers[source].output
        try append(.adaptiveAveragePool(size), node, [ImportedValue(layer: source, shape: shape)])
      } else {
        try append(.adaptiveAveragePool(size), node, [input])
      }
      return true
    }
    return false
  }

  mutating func addLinear(_ node: ONNXNode) throws(ImportProblem) {
    if try recogniseMeans(node) { return }
    let input = try value(node)
    if node.type == "MatMul", case .value? = try meaning(node, 1) {
      let other = try value(node, 1)
      guard case (.map, .map, .channelsFirst, .channelsFirst) = (input.shape, other.shape, input.layout, other.layout),
        input.shape.width == other.shape.height, [input.shape.channels, 1].contains(other.shape.channels)
      else { throw .unsupported(reason: "of \(input.dimensions) and \(other.dimensions) has no kernel") }
      try appendPortable(.matrixProduct(isLearned: isStored(input) || isStored(other)), node, [input, other])
      return
    }
    guard let weight = try tensor(node, 1), weight.dimensions.count == 2 else {
      throw .unsupported(reason: "by other than one stored matrix has no kernel")
    }
    guard input.endsWithChannels else { return try addLinearOfRows(node, input, weight) }
    let isGemm = node.type == "Gemm"
    let isInputTransposed = isGemm ? try node.flag("transA") : false
    guard !isInputTransposed else { throw .unsupported(reason: "with its input transposed has no kernel") }
    let isTransposed = isGemm ? try node.flag("transB") : false
    guard let matrix = isTransposed ? weight : weight.transposed else {
      throw .unsupported(reason: "needs a matrix that lies in the file")
    }
    let (outputs, features) = (matrix.dimensions[0], matrix.dimensions[1])
    guard features == input.shape.channels else {
      throw node.malformed("has a matrix of \(weight.dimensions) for \(input.dimensions)")
    }
    var tensors = [matrix.scaled(by: isGemm ? Float(node.number("alpha", default: 1)) : 1)]
    if isGemm, let bias = try tensor(node, 2) {
      guard
        let row = bias.count == 1 && outputs > 1
          ? bias.values.first.map({ ImportedTensor(repeating: $0, count: outputs) }) : bias.reshaped([outputs])
      else { throw .unsupported(reason: "has a bias of \(bias.dimensions), expected [\(outputs)]") }
      tensors.append(row.scaled(by: Float(node.number("beta", default: 1))))
    }
    let linear = Operation.linear(inputFeatures: features, outputFeatures: outputs, bias: tensors.count > 1)
    try append(linear, node, [input], tensors: tensors)
  }

  /// A linear layer of every row: of its columns, as if they were the channels.
  private mutating func addLinearOfRows(
    _ node: ONNXNode, _ input: ImportedValue, _ weight: ImportedTensor
  ) throws(ImportProblem) {
    guard node.type == "MatMul", [.channelsFirst, .row].contains(input.layout) else {
      throw .unsupported(reason: "multiplies the columns of \(input.dimensions)")
    }
    guard let matrix = weight.transposed else { throw .unsupported(reason: "needs a matrix that lies in the file") }
    let (outputs, features) = (matrix.dimensions[0], matrix.dimensions[1])
    guard features == input.shape.width else {
      throw node.malformed("has a matrix of \(weight.dimensions) for \(input.dimensions)")
    }
    let exchanged = Operation.portable(.permute([.columns, .rows, .channels]))
    let pixels = try append(exchanged, node, [input], isInner: true)
    let linear = Operation.linear(inputFeatures: features, outputFeatures: outputs, bias: false)
    let product = try append(linear, node, [pixels], tensors: [matrix], isInner: true)
    try append(exchanged, node, [product])
  }

  mutating func addPooling(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    guard node.integers("kernel_shape") != nil else { throw node.malformed("has no kernel_shape") }
    guard givesOnlyFirst(node) else { throw .unsupported(reason: Self.placesOfMaxima) }
    let window = WindowPlacement(
      kernel: try node.extent("kernel_shape", default: 1), stride: try node.extent("strides", default: 1),
      dilation: try node.extent("dilations", default: 1))
    let pooling = WindowPooling(
      kernel: window.kernel, stride: window.stride, dilation: window.dilation,
      margins: try window.margins(of: input.shape, node), ceilMode: try node.flag("ceil_mode"),
      isAverage: node.type == "AveragePool", countsPadding: try node.flag("count_include_pad"))
    guard pooling.isInside else { throw node.malformed("pads by no less than its window") }
    if pooling.changesNothing, pooling.isAverage {
      // Exporters write an adaptive pooling to the size that the map has as windows of one pixel.
      try append(.adaptiveAveragePool(.by(input.shape.height, input.shape.width)), node, [input])
    } else {
      try appendPortable(.pool(pooling), node, [input])
    }
  }

  /// True if nothing takes more than the node's first output.
  func givesOnlyFirst(_ node: ONNXNode) -> Bool {
    node.outputs.dropFirst().allSatisfy { $0.isEmpty || isRead($0, times: 0) }
  }

  static let placesOfMaxima = "that also gives the places of its maxima, which are whole numbers, has no kernel"
}
