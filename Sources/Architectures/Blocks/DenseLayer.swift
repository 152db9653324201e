import NetworkGraph

/// A layer that adds `growth` channels to what it was given (Huang et al. 2016, §3, DenseNet-B): the other kind of skip
/// connection, by concatenation.
struct DenseLayer: Module {
  /// What the paper has for every network.
  static let expansion = 4

  /// The published order is pre-activation: norm, ReLU, convolution.
  var form: BlockForm? = .preActivation
  var growth: Int
  /// Channels between the two convolutions, as a multiple of the growth.
  var expansion = DenseLayer.expansion

  var kind: BlockKind { "DenseLayer" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let wide = expansion * growth
    let new =
      form == .postActivation
      ? try x.conv("conv1", wide, kernel: 1).batchNorm("norm1").relu("relu1")
        .conv("conv2", growth, kernel: 3).batchNorm("norm2").relu("relu2")
      : try x.batchNorm("norm1").relu("relu1").conv("conv1", wide, kernel: 1)
        .batchNorm("norm2").relu("relu2").conv("conv2", growth, kernel: 3)
    return try .concat([x, new])
  }
}
