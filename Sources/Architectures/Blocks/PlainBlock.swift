import NetworkGraph

/// Two 3×3 convolutions without a way around them: the residual block without its shortcut (He et al. 2015, Fig. 3
/// middle).
struct PlainBlock: Module {
  var outputChannels: Int
  var stride = 1

  var kind: BlockKind { "PlainBlock" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    try x.conv("conv1", outputChannels, kernel: 3, stride: Extent(stride)).batchNorm("bn1").relu()
      .conv("conv2", outputChannels, kernel: 3).batchNorm("bn2").relu()
  }
}
