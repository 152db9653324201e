import NetworkGraph

/// What stands between two dense blocks (Huang et al. 2016, §3): half of the channels, half of the size.
struct Transition: Module {
  /// The published order is pre-activation: norm, ReLU, convolution.
  var form: BlockForm? = .preActivation

  var kind: BlockKind { "Transition" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let channels = max(1, x.channels / 2)
    let y =
      form == .postActivation
      ? try x.conv("conv", channels, kernel: 1).batchNorm("norm").relu("relu")
      : try x.batchNorm("norm").relu("relu").conv("conv", channels, kernel: 1)
    return try y.averagePool("pool", kernel: 2, stride: 2)
  }
}
