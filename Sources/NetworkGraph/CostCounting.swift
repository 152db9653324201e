extension Operation {
  /// The counters of one layer, of whose tensors those are left out that are counted already.
  ///
  /// - Parameters:
  ///   - names: what its tensors are called where other layers may have the same ones.
  ///   - counted: the names of those that earlier layers have; this layer's are added.
  func cost(
    inputs: [Shape], output: Shape, layer: NodePath, sharedNames names: [String], counted: inout Set<String>
  ) throws(NetworkError) -> Cost {
    var cost = try cost(inputs: inputs, output: output, layer: layer)
    for (name, tensor) in zip(names, tensors) where !counted.insert(name).inserted {
      switch tensor.role {
      case .parameter: cost.parameters -= tensor.elements
      case .buffer: cost.buffers -= tensor.elements
      }
    }
    return cost
  }

  /// The counters of one layer with these inputs and this output.
  ///
  /// - Throws: `NetworkError.tooLarge` where a counter is so large that a sum of many might not fit into 64 bits.
  func cost(inputs: [Shape], output: Shape, layer: NodePath) throws(NetworkError) -> Cost {
    func product(_ what: String, _ factors: Int...) throws(NetworkError) -> Int {
      try Operation.product(factors, what, layer)
    }
    func elements(_ shape: Shape) throws(NetworkError) -> Int {
      try product("values", shape.channels, shape.height, shape.width)
    }

    var cost = Cost()
    cost.outputElements = try elements(output)
    if !isStored { for input in inputs { cost.inputElements += try elements(input) } }
    switch self {
    case .input: cost.outputElements = 0
    case .portable(let operation): try operation.count(&cost, inputs: inputs, layer: layer)
    case .unsupported: break
    case .flatten, .unflatten, .dropout, .stochasticDepth: cost.outputElements = 0
    case .convolution(let c):
      cost.convolutionLayers = 1
      cost.convolution = try product(
        "multiply-adds", c.inputChannels / c.groups, c.kernel.height, c.kernel.width, c.outputChannels, output.height,
        output.width)
      cost.parameters = try product(
        "parameters", c.inputChannels / c.groups, c.kernel.height, c.kernel.width, c.outputChannels)
      if c.bias {
        cost.bias = cost.outputElements
        cost.parameters += c.outputChannels
      }
    case .linear(let features, let outputs, let bias):
      cost.linear = try product("multiply-adds", features, outputs, output.height, output.width)
      cost.parameters = try product("parameters", features, outputs)
      if bias {
        cost.bias = cost.outputElements
        cost.parameters += outputs
      }
    case .batchNorm(let features, _):
      cost.batchNormLayers = 1
      cost.normalisation = cost.outputElements
      cost.parameters = 2 * features
      cost.buffers = 2 * features
    case .layerNorm(let features, _):
      cost.layerNormalisation = cost.outputElements
      cost.parameters = 2 * features
    case .layerScale(let features):
      cost.multiplication = cost.outputElements
      cost.parameters = features
    case .scale: cost.multiplication = cost.outputElements
    case .channelBias(let features):
      cost.addition = cost.outputElements
      cost.parameters = features
    case .shift: cost.addition = cost.outputElements
    case .localResponseNorm: cost.localNormalisation = cost.outputElements
    case .activation, .softmax: cost.activation = cost.outputElements
    case .maxPool(let pooling), .averagePool(let pooling, _):
      cost.pooling = try product("pooled values", cost.outputElements, pooling.kernel.height, pooling.kernel.width)
    case .globalAveragePool, .adaptiveAveragePool: cost.adaptivePooling = try elements(inputs[0])
    case .add: cost.addition = try product("additions", cost.outputElements, inputs.count - 1)
    case .multiply:
      cost.multiplication = try product("multiplications", cost.outputElements, inputs.count - 1)
    case .slice, .channelShuffle, .padChannels, .subsample, .zeroPad: cost.rearrangement = cost.outputElements
    case .concat: cost.concatenation = cost.outputElements
    }
    if cost.outputElements == 0 { cost.inputElements = 0 }
    if cost.multiplyAdds > 0 { cost.weightedOutputElements = cost.outputElements }
    return cost
  }

  /// The product, if sums over many such still fit.
  static func product(_ factors: [Int], _ what: String, _ layer: NodePath) throws(NetworkError) -> Int {
    var result = 1
    for factor in factors {
      let (next, overflow) = result.multipliedReportingOverflow(by: factor)
      // Sums over a million layers still fit.
      guard !overflow, next <= Int.max >> 20 else { throw .tooLarge(layer: layer, what: what) }
      result = next
    }
    return result
  }
}
