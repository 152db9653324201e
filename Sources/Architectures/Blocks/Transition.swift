import NetworkGraph

/// What stands between two dense blocks (Huang et al. 2016, §3): half of the channels, half of the size.
struct Transition: Module {
  var kind: BlockKind { "Transition" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    try x.batchNorm("norm").relu("relu").conv("conv", max(1, x.channels / 2), kernel: 1)
      .averagePool("pool", kernel: 2, stride: 2)
  }
}
