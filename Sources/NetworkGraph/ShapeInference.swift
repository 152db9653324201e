extension Operation {
  /// The shape that the operation gives for these inputs.
  ///
  /// - Throws: `NetworkError`, naming `layer` and the shapes, where there is none.
  public func outputShape(of inputs: [Shape], layer: NodePath) throws(NetworkError) -> Shape {
    switch self {
    case .input(let shape):
      try Operation.check(layer, "input channels", shape.channels)
      try Operation.check(layer, "input height", shape.height)
      try Operation.check(layer, "input width", shape.width)
      return shape
    case .convolution(let convolution):
      return try convolution.outputShape(of: try map(inputs, layer), layer: layer)
    case .batchNorm(let features, _), .layerNorm(let features, _), .layerScale(let features),
      .channelBias(let features):
      guard inputs[0].channels == features else {
        throw .wrongInput(layer: layer, kind: kind, expected: "\(features) channels", got: inputs[0])
      }
      return inputs[0]
    case .scale, .shift, .activation, .dropout, .stochasticDepth, .softmax: return inputs[0]
    case .localResponseNorm(let size, _, _, _):
      guard (1...128).contains(size) else {
        throw .badValue(layer: layer, what: "size", value: size, expected: "1 to 128 channels")
      }
      return try map(inputs, layer)
    case .maxPool(let pooling), .averagePool(let pooling, _):
      return try pooling.outputShape(of: try map(inputs, layer), kind: kind, layer: layer)
    case .globalAveragePool:
      return .map(channels: try map(inputs, layer).channels, height: 1, width: 1)
    case .adaptiveAveragePool(let size):
      let input = try map(inputs, layer)
      try Operation.check(layer, "output size", size)
      return .map(channels: input.channels, height: size.height, width: size.width)
    case .linear(let features, let outputs, _):
      try Operation.check(layer, "output features", outputs)
      switch inputs[0] {
      case .vector(features): return .vector(outputs)
      case .map(features, let height, let width): return .map(channels: outputs, height: height, width: width)
      default:
        throw .wrongInput(
          layer: layer, kind: kind, expected: "a vector of \(features), or so many channels", got: inputs[0])
      }
    case .add:
      for other in inputs.dropFirst() where other != inputs[0] {
        throw .shapesDiffer(layer: layer, kind: kind, inputs[0], other)
      }
      return inputs[0]
    case .concat:
      let first = try map(inputs, layer)
      var channels = 0
      for other in inputs {
        guard case .map(let count, first.height, first.width) = other else {
          throw .shapesDiffer(layer: layer, kind: kind, inputs[0], other)
        }
        channels += count
      }
      return .map(channels: channels, height: first.height, width: first.width)
    case .multiply:
      // Single numbers for the channels may come first.
      let whole = inputs.first { $0.height * $0.width > 1 } ?? inputs[0]
      let factor = Shape.map(channels: whole.channels, height: 1, width: 1)
      for other in inputs where other != whole && other != factor {
        throw .shapesDiffer(layer: layer, kind: kind, whole, other)
      }
      return whole
    case .slice, .channelShuffle, .padChannels, .subsample, .zeroPad:
      return try rearrangedShape(of: try map(inputs, layer), layer: layer)
    case .flatten: return .vector(inputs[0].elements)
    case .unflatten:
      guard case .vector(let features) = inputs[0] else {
        throw .wrongInput(layer: layer, kind: kind, expected: "a vector", got: inputs[0])
      }
      return .map(channels: features, height: 1, width: 1)
    case .portable(let operation): return try operation.outputShape(of: inputs, layer: layer)
    case .unsupported(let operation): return operation.output
    }
  }

  /// The shape that an operation which only moves values gives.
  private func rearrangedShape(of input: Shape, layer: NodePath) throws(NetworkError) -> Shape {
    var (channels, height, width) = (input.channels, input.height, input.width)
    switch self {
    case .slice(let range):
      guard range.lowerBound >= 0, !range.isEmpty, range.upperBound <= channels else {
        throw .wrongInput(
          layer: layer, kind: kind, expected: "the channels \(range.lowerBound) ..< \(range.upperBound)", got: input)
      }
      channels = range.count
    case .channelShuffle(let groups):
      try Operation.check(layer, "groups", groups)
      guard channels % groups == 0 else {
        throw .badValue(layer: layer, what: "groups", value: groups, expected: "a divisor of \(channels) channels")
      }
    case .padChannels(let before, let after):
      for count in [before, after] {
        try Operation.check(layer, "added channels", count, least: 0)
        channels += count
      }
    case .subsample(let stride):
      try Operation.check(layer, "stride", stride)
      height = (height - 1) / stride.height + 1
      width = (width - 1) / stride.width + 1
    case .zeroPad(let margins):
      for (vertical, horizontal) in [(margins.top, margins.left), (margins.bottom, margins.right)] {
        try Operation.check(layer, "padding", .by(vertical, horizontal), least: 0)
        height += vertical
        width += horizontal
      }
    default: break
    }
    return .map(channels: channels, height: height, width: width)
  }

  private func map(_ inputs: [Shape], _ layer: NodePath) throws(NetworkError) -> Shape {
    guard case .map = inputs[0] else {
      throw .wrongInput(layer: layer, kind: kind, expected: "a feature map", got: inputs[0])
    }
    return inputs[0]
  }

  static func check(_ layer: NodePath, _ what: String, _ value: Int, least: Int = 1) throws(NetworkError) {
    guard value >= least else {
      throw .badValue(layer: layer, what: what, value: value, expected: "at least \(least)")
    }
    guard value <= 1 << 40 else { throw .badValue(layer: layer, what: what, value: value, expected: "at most 2^40") }
  }

  static func check(_ layer: NodePath, _ what: String, _ extent: Extent, least: Int = 1) throws(NetworkError) {
    for value in [extent.height, extent.width] {
      guard value >= least else {
        throw .badValue(layer: layer, what: what, value: value, expected: "at least \(least)")
      }
      guard value <= 1 << 20 else { throw .badValue(layer: layer, what: what, value: value, expected: "at most 2^20") }
    }
  }
}

extension Convolution {
  func outputShape(of input: Shape, layer: NodePath) throws(NetworkError) -> Shape {
    try Operation.check(layer, "output channels", outputChannels)
    try Operation.check(layer, "groups", groups)
    try Operation.check(layer, "kernel", kernel)
    try Operation.check(layer, "stride", stride)
    try Operation.check(layer, "dilation", dilation)
    try Operation.check(layer, "padding", padding, least: 0)
    guard input.channels == inputChannels else {
      throw .wrongInput(layer: layer, kind: "Conv2d", expected: "\(inputChannels) channels", got: input)
    }
    guard inputChannels % groups == 0, outputChannels % groups == 0 else {
      throw .badValue(
        layer: layer, what: "groups", value: groups,
        expected: "a divisor of \(inputChannels) input and \(outputChannels) output channels")
    }
    let window = Extent.by((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
    let height = input.height + 2 * padding.height - window.height
    let width = input.width + 2 * padding.width - window.width
    guard height >= 0, width >= 0 else {
      throw .windowTooLarge(layer: layer, kind: "Conv2d", window: window, input: input)
    }
    return .map(channels: outputChannels, height: height / stride.height + 1, width: width / stride.width + 1)
  }
}

extension Pooling {
  func outputShape(of input: Shape, kind: String, layer: NodePath) throws(NetworkError) -> Shape {
    try Operation.check(layer, "kernel", kernel)
    try Operation.check(layer, "stride", stride)
    try Operation.check(layer, "padding", padding, least: 0)
    guard padding.height <= kernel.height / 2, padding.width <= kernel.width / 2 else {
      throw .badValue(
        layer: layer, what: "padding", value: max(padding.height, padding.width),
        expected: "at most half of the window \(kernel)")
    }
    func length(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int? {
      let span = input + 2 * padding - kernel + (ceilMode ? stride - 1 : 0)
      guard span >= 0 else { return nil }
      let length = span / stride + 1
      return ceilMode && (length - 1) * stride >= input + padding ? length - 1 : length
    }
    guard let height = length(input.height, kernel.height, stride.height, padding.height),
      let width = length(input.width, kernel.width, stride.width, padding.width)
    else { throw .windowTooLarge(layer: layer, kind: kind, window: kernel, input: input) }
    return .map(channels: input.channels, height: height, width: width)
  }
}
