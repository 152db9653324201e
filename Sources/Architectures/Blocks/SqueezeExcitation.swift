import NetworkGraph

/// Squeeze-and-excitation (Hu et al. 2018, Fig. 1): the mean of every channel goes through two pointwise layers and a
/// gate, and scales its channel. Names are torchvision's.
struct SqueezeExcitation: Module {
  /// Channels between the two layers.
  var squeeze: Int
  var activation = Activation.relu
  var gate = Activation.sigmoid

  var kind: BlockKind { "SqueezeExcitation" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let scale = try x.globalAveragePool("avgpool").conv("fc1", squeeze, kernel: 1, bias: true)
      .activation(activation, "activation").conv("fc2", x.channels, kernel: 1, bias: true)
      .activation(gate, "scale_activation")
    return try scale * x
  }
}

extension Value {
  /// The value behind squeeze-and-excitation called `se`; as it is where there are no channels between its layers.
  func excited(_ squeeze: Int?) throws(NetworkError) -> Value {
    guard let squeeze else { return self }
    return try apply("se", SqueezeExcitation(squeeze: squeeze))
  }
}

/// Convolution, norm and activation, numbered as in torchvision's `Conv2dNormActivation`.
struct ConvNormActivation: Module {
  var outputChannels: Int
  var kernel: Int
  var stride = 1
  var groups = 1
  /// None: the layer ends with its norm.
  var activation: Activation?
  var epsilon = 1e-5

  var kind: BlockKind { "Conv2dNormActivation" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.conv("0", outputChannels, kernel: Extent(kernel), stride: Extent(stride), groups: groups)
      .batchNorm("1", epsilon: epsilon)
    return try activation.map { activation throws(NetworkError) in try y.activation(activation, "2") } ?? y
  }
}
