/// What a layer or block costs for one image: counters that are kept apart, so that every convention can be told.
public struct Cost: Hashable, Sendable {
  /// Multiply-adds of convolutions, without bias: H_out · W_out · k_h · k_w · C_in/groups · C_out.
  public var convolution = 0
  /// Multiply-adds of linear layers, without bias.
  public var linear = 0
  /// Additions of a bias, one per output element.
  public var bias = 0
  /// Elements normalised by batch norms.
  public var normalisation = 0
  /// Elements normalised by local response norms.
  public var localNormalisation = 0
  /// Elements normalised by layer norms.
  public var layerNormalisation = 0
  /// Elements that pass an activation or a softmax.
  public var activation = 0
  /// Additions of two elements.
  public var addition = 0
  /// Multiplications of two elements.
  public var multiplication = 0
  /// Elements copied by concatenations if nothing is fused.
  public var concatenation = 0
  /// Elements copied by channel shuffles, slices, padding and subsampling if nothing is fused.
  public var rearrangement = 0
  /// Elements read by pooling windows.
  public var pooling = 0
  /// Elements read by pooling over a whole map.
  public var adaptivePooling = 0
  /// Learned values.
  public var parameters = 0
  /// Stored values that are not learned: running statistics.
  public var buffers = 0
  /// Values that the layer gives.
  public var outputElements = 0
  /// Values that the layer reads, its weights not among them.
  public var inputElements = 0
  /// Values that convolutions and linear layers give: what timm publishes as activations.
  public var weightedOutputElements = 0
  /// Number of convolution layers.
  public var convolutionLayers = 0
  /// Number of batch-norm layers.
  public var batchNormLayers = 0

  public static let zero = Cost()

  public init() {}

  /// Multiply-adds of convolutions and linear layers, without bias: what torchvision publishes and papers call FLOPs.
  public var multiplyAdds: Int { convolution + linear }
  /// Floating-point operations of convolutions and linear layers: two for a multiply-add.
  public var flops: Int { multiplyAdds.multipliedReportingOverflow(by: 2).overflow ? .max : 2 * multiplyAdds }

  /// Every counter with the name that reports print it by.
  public static let counters: [(name: String, value: KeyPath<Cost, Int> & Sendable)] = [
    ("convolution", \.convolution), ("linear", \.linear), ("bias", \.bias), ("normalisation", \.normalisation),
    ("local_normalisation", \.localNormalisation),
    ("layer_normalisation", \.layerNormalisation),
    ("activation", \.activation), ("addition", \.addition), ("multiplication", \.multiplication),
    ("concatenation", \.concatenation), ("rearrangement", \.rearrangement),
    ("pooling", \.pooling), ("adaptive_pooling", \.adaptivePooling), ("parameters", \.parameters),
    ("buffers", \.buffers), ("output_elements", \.outputElements), ("convolution_layers", \.convolutionLayers),
    ("batch_norm_layers", \.batchNormLayers), ("input_elements", \.inputElements),
    ("weighted_output_elements", \.weightedOutputElements),
  ]

  public static func + (a: Cost, b: Cost) -> Cost { a.combined(with: b, &+) }
  public static func - (a: Cost, b: Cost) -> Cost { a.combined(with: b, &-) }

  private func combined(with other: Cost, _ combine: (Int, Int) -> Int) -> Cost {
    var result = Cost()
    result.convolution = combine(convolution, other.convolution)
    result.linear = combine(linear, other.linear)
    result.bias = combine(bias, other.bias)
    result.normalisation = combine(normalisation, other.normalisation)
    result.localNormalisation = combine(localNormalisation, other.localNormalisation)
    result.layerNormalisation = combine(layerNormalisation, other.layerNormalisation)
    result.activation = combine(activation, other.activation)
    result.addition = combine(addition, other.addition)
    result.multiplication = combine(multiplication, other.multiplication)
    result.concatenation = combine(concatenation, other.concatenation)
    result.rearrangement = combine(rearrangement, other.rearrangement)
    result.pooling = combine(pooling, other.pooling)
    result.adaptivePooling = combine(adaptivePooling, other.adaptivePooling)
    result.parameters = combine(parameters, other.parameters)
    result.buffers = combine(buffers, other.buffers)
    result.outputElements = combine(outputElements, other.outputElements)
    result.convolutionLayers = combine(convolutionLayers, other.convolutionLayers)
    result.batchNormLayers = combine(batchNormLayers, other.batchNormLayers)
    result.inputElements = combine(inputElements, other.inputElements)
    result.weightedOutputElements = combine(weightedOutputElements, other.weightedOutputElements)
    return result
  }
}

/// Which counters make the one figure on the screen. The same network has many published numbers; naming the
/// convention beside the figure is what tells them apart.
public enum CountingConvention: String, Hashable, Sendable, CaseIterable {
  /// Multiply-adds of convolution and linear layers, without bias. The default.
  case torchvision
  /// As fvcore and timm count: two more per batch-norm element, five per layer-norm element and one per element of
  /// adaptive pooling.
  case fvcore
  /// The sum of all counters of work.
  case strict

  public func operations(_ cost: Cost) -> Int {
    switch self {
    case .torchvision: cost.multiplyAdds
    case .fvcore:
      cost.multiplyAdds + 2 * cost.normalisation + 5 * cost.layerNormalisation + cost.adaptivePooling
    case .strict:
      cost.multiplyAdds + cost.bias + cost.normalisation + cost.localNormalisation + cost.layerNormalisation
        + cost.activation + cost.addition + cost.multiplication + cost.concatenation + cost.rearrangement
        + cost.pooling + cost.adaptivePooling
    }
  }

  /// One line for the screen: what is counted.
  public var summary: String {
    switch self {
    case .torchvision: "multiply-adds of convolution and linear layers, without bias, for one image"
    case .fvcore:
      "multiply-adds, 2 per batch-norm and 5 per layer-norm element, 1 per element of adaptive pooling, for one image"
    case .strict: "the sum of all counters of work, for one image"
    }
  }
}
