extension PortableOperation {
  func outputShape(of inputs: [Shape], layer: NodePath) throws(NetworkError) -> Shape {
    let input = inputs[0]
    func refused(_ expected: String) -> NetworkError {
      .wrongInput(layer: layer, kind: kind, expected: expected, got: input)
    }
    switch self {
    case .function, .softmax, .logSoftmax: return input
    case .combine: return try broadcast(inputs, layer)
    case .combineStored(_, let shape, _): return try broadcast([input, shape], layer)
    case .prelu(let slopes):
      guard slopes == 1 || input.channels == slopes else { throw refused("\(slopes) channels") }
      return input
    case .groupNorm(let groups, let features, _):
      guard input.channels == features, groups > 0, features % groups == 0 else {
        throw refused("\(features) channels in \(groups) groups")
      }
      return input
    case .transposedConvolution(let convolution): return try convolution.outputShape(of: input, layer: layer)
    case .convolution(let convolution):
      let output = try convolution.outputShape(of: input, layer: layer)
      let weights = Shape.map(
        channels: convolution.outputChannels, height: convolution.inputChannels / convolution.groups,
        width: convolution.kernel.area)
      guard inputs.count == 2, inputs[1] == weights, !convolution.bias else { throw refused("weights of \(weights)") }
      return output
    case .pool(let pooling): return try pooling.outputShape(of: input, layer: layer)
    case .globalMaxPool: return .map(channels: input.channels, height: 1, width: 1)
    case .reduce(_, let axes):
      func length(_ axis: Axis) -> Int { axes.contains(axis) ? 1 : input.length(of: axis) }
      guard case .map = input else { return .vector(length(.channels)) }
      return .map(channels: length(.channels), height: length(.rows), width: length(.columns))
    case .resize(let resizing):
      guard case .map(let channels, _, _) = input else { throw refused("a feature map") }
      try Operation.check(layer, "size", resizing.size)
      guard resizing.verticalScale > 0, resizing.horizontalScale > 0, resizing.verticalScale.isFinite,
        resizing.horizontalScale.isFinite
      else { throw refused("scales larger than 0") }
      return .map(channels: channels, height: resizing.size.height, width: resizing.size.width)
    case .cut(let channels, let rows, let columns):
      guard channels.fits(input.channels), rows.fits(input.height), columns.fits(input.width) else {
        throw refused("places inside the map")
      }
      guard case .map = input else { return .vector(channels.count) }
      return .map(channels: channels.count, height: rows.count, width: columns.count)
    case .pad(let padding): return try padding.outputShape(of: input, layer: layer)
    case .permute(let order):
      guard case .map = input, order.count == 3, Set(order).count == 3 else {
        throw refused("a map and its three axes")
      }
      return .map(
        channels: input.length(of: order[0]), height: input.length(of: order[1]), width: input.length(of: order[2]))
    case .reshape(let shape):
      guard shape.elements == input.elements else { throw refused("\(shape.elements) values") }
      return shape
    case .pick(let axis, let places):
      guard case .map = input, !places.isEmpty, places.allSatisfy({ (0..<input.length(of: axis)).contains($0) }) else {
        throw refused("a map with the places that are picked")
      }
      func length(_ other: Axis) -> Int { other == axis ? places.count : input.length(of: other) }
      return .map(channels: length(.channels), height: length(.rows), width: length(.columns))
    case .matrixProduct:
      guard inputs.count == 2, input.width == inputs[1].height,
        input.channels == inputs[1].channels || input.channels == 1 || inputs[1].channels == 1
      else { throw refused("matrices that go together") }
      return .map(channels: max(input.channels, inputs[1].channels), height: input.height, width: inputs[1].width)
    case .stored(let shape): return shape
    }
  }

  private func broadcast(_ inputs: [Shape], _ layer: NodePath) throws(NetworkError) -> Shape {
    var result = inputs[0]
    for other in inputs.dropFirst() {
      let lengths = Axis.allCases.map { (result.length(of: $0), other.length(of: $0)) }
      guard lengths.allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
        throw .shapesDiffer(layer: layer, kind: kind, result, other)
      }
      let joined = lengths.map { max($0, $1) }
      switch (result, other) {
      case (.vector, .vector): result = .vector(joined[0])
      default: result = .map(channels: joined[0], height: joined[1], width: joined[2])
      }
    }
    return result
  }

  /// The counters that one layer moves.
  func count(_ cost: inout Cost, inputs: [Shape], layer: NodePath) throws(NetworkError) {
    for (_, dimensions) in tensors {
      cost.parameters += try Operation.product(dimensions, "parameters", layer)
    }
    switch self {
    case .function, .prelu, .softmax, .logSoftmax: cost.activation = cost.outputElements
    case .combine(let combination): combination.count(&cost, times: inputs.count - 1)
    case .combineStored(let combination, _, _): combination.count(&cost, times: 1)
    case .groupNorm: cost.layerNormalisation = cost.outputElements
    case .transposedConvolution(let c):
      cost.convolutionLayers = 1
      cost.convolution = try Operation.product(
        [inputs[0].elements, c.outputChannels / c.groups, c.kernel.height, c.kernel.width], "multiply-adds", layer)
      if c.bias { cost.bias = cost.outputElements }
    case .convolution(let c):
      cost.convolutionLayers = 1
      cost.convolution = try Operation.product(
        [cost.outputElements, c.inputChannels / c.groups, c.kernel.area], "multiply-adds", layer)
    case .pool(let pooling):
      cost.pooling = try Operation.product(
        [cost.outputElements, pooling.kernel.height, pooling.kernel.width], "pooled values", layer)
    case .globalMaxPool, .reduce: cost.adaptivePooling = inputs[0].elements
    case .matrixProduct(let isLearned):
      let products = try Operation.product([cost.outputElements, inputs[0].width], "multiply-adds", layer)
      if isLearned { cost.linear = products } else { cost.multiplication = products }
    case .stored: break
    case .resize, .cut, .pad, .permute, .reshape, .pick: cost.rearrangement = cost.outputElements
    }
  }
}

extension Combination {
  /// Sums and differences are additions, all others count as products do.
  fileprivate func count(_ cost: inout Cost, times: Int) {
    switch self {
    case .sum, .difference: cost.addition = cost.outputElements * times
    case .product, .quotient, .power, .minimum, .maximum, .mean: cost.multiplication = cost.outputElements * times
    }
  }
}

extension EdgePadding {
  func outputShape(of input: Shape, layer: NodePath) throws(NetworkError) -> Shape {
    for (a, b) in [(margins.top, margins.left), (margins.bottom, margins.right), (channelsBefore, channelsAfter)] {
      try Operation.check(layer, "padding", .by(a, b), least: 0)
    }
    let most = max(margins.top, margins.bottom, margins.left, margins.right, channelsBefore, channelsAfter)
    guard case .map(let channels, let height, let width) = input,
      filling != .reflect
        || max(margins.top, margins.bottom) < height && max(margins.left, margins.right) < width
          && max(channelsBefore, channelsAfter) < channels
    else { throw .badValue(layer: layer, what: "padding", value: most, expected: "less than the map has to mirror") }
    return .map(
      channels: channels + channelsBefore + channelsAfter, height: height + margins.top + margins.bottom,
      width: width + margins.left + margins.right)
  }
}

extension Shape {
  func length(of axis: PortableOperation.Axis) -> Int {
    switch axis {
    case .channels: channels
    case .rows: height
    case .columns: width
    }
  }
}
