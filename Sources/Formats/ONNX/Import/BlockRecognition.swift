import NetworkGraph

extension BlockKind {
  /// The kind of block that these neighbouring layers make, by the known shapes; a sequence where they make none.
  init(recognising layers: ArraySlice<ImportedLayer>) {
    let convolutions = layers.compactMap(\.operation.convolution)
    let joins = layers.filter { $0.operation == .add || $0.operation == .concat }
    let depthwise = convolutions.filter(\.isDepthwise)
    let isDepthwise = !depthwise.isEmpty
    guard let join = joins.last, joins.count == 1 else {
      if joins.count > 1 {
        self = layers.isDense ? "DenseBlock" : layers.isResidualModule(joins) ? "ResidualInceptionBlock" : .stage
      } else if layers.isConvolutionUnit {
        self = "BasicConv2d"
      } else if layers.contains(where: \.isGating), layers.contains(where: \.mixesChannels),
        convolutions.allSatisfy(\.isPointwise)
      {
        self = "SqueezeExcitation"
      } else if isDepthwise, convolutions.count == 3 {
        self = "InvertedResidual"
      } else if isDepthwise, convolutions.count == 2, convolutions[1].isPointwise {
        self = "SeparableConvolution"
      } else {
        self = .sequential
      }
      return
    }
    if join.operation == .concat {
      self =
        join.inputs.count > 2
        ? "InceptionModule" : join.inputs.contains { $0 < layers.startIndex } ? "DenseLayer" : .sequential
      return
    }
    // A projection of the shortcut stands beside the body.
    let kernels = convolutions.map(\.kernel)
    if depthwise.count > 1 {
      self = "XceptionBlock"
    } else if isDepthwise {
      self = convolutions[0].isDepthwise && layers.contains(where: \.isLayerNorm) ? "CNBlock" : "InvertedResidual"
    } else if kernels.starts(with: [1, 3, 1]) || Array(kernels.suffix(3)) == [1, 3, 1] {
      self = "Bottleneck"
    } else if kernels.count(where: { $0 == 3 }) == 2 {
      self = "BasicBlock"
    } else {
      self = "ResidualBlock"
    }
  }
}

extension ImportedLayer {
  fileprivate var isLayerNorm: Bool { if case .layerNorm = operation { true } else { false } }

  /// True for a product of two values, and not a square.
  fileprivate var isGating: Bool { operation == .multiply && Set(inputs).count > 1 }

  fileprivate var mixesChannels: Bool {
    switch operation {
    case .convolution, .linear: true
    default: false
    }
  }

  fileprivate var isNormOrActivation: Bool {
    switch operation {
    case .batchNorm, .layerNorm, .activation: true
    default: false
    }
  }
}

extension ArraySlice<ImportedLayer> {
  /// True for branches whose concatenation is the body of a residual block (Szegedy et al. 2016, Fig. 16).
  fileprivate func isResidualModule(_ joins: [ImportedLayer]) -> Bool {
    joins.map(\.operation) == [.concat, .add] && joins[0].inputs.count > 1
      && joins[0].inputs.allSatisfy(indices.contains) && joins[1].inputs.contains { $0 < startIndex }
      && allSatisfy { $0.isNormOrActivation || $0.operation.isOfModules }
  }

  /// True for one convolution with what follows it.
  fileprivate var isConvolutionUnit: Bool {
    count > 1 && first?.operation.convolution != nil && dropFirst().allSatisfy(\.isNormOrActivation)
  }

  /// True if every concatenation but the first adds to the one before: all maps so far go into every layer.
  fileprivate var isDense: Bool {
    let joins = indices.filter { self[$0].operation == .add || self[$0].operation == .concat }
    return joins.allSatisfy { self[$0].operation == .concat }
      && zip(joins, joins.dropFirst()).allSatisfy { self[$1].inputs.contains($0) }
  }
}

extension Operation {
  /// True for what Inception modules are made of beside norms and activations.
  fileprivate var isOfModules: Bool {
    switch self {
    case .convolution, .maxPool, .averagePool, .concat, .add, .scale: true
    default: false
    }
  }
}
