import NetworkGraph

/// An inverted residual (Sandler et al. 2018, Fig. 3): a pointwise convolution widens, a depthwise one works on the wide
/// map, a second pointwise one narrows without an activation, and the narrow ends are added where their shapes agree.
/// Names are torchvision's.
struct InvertedResidual: Module {
  var outputChannels: Int
  var stride: Int = 1
  /// How many times wider the map is inside; 1 leaves the first convolution out.
  var expansion: Int

  var kind: BlockKind { "InvertedResidual" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let wide = x.channels * expansion
    let y = try x.block("conv", .sequential) { x throws(NetworkError) in
      var y = x
      if expansion != 1 {
        y = try y.apply("0", ConvNormActivation(outputChannels: wide, kernel: 1, activation: .relu6))
      }
      let next = expansion == 1 ? 0 : 1
      return try y.apply(
        "\(next)", ConvNormActivation(outputChannels: wide, kernel: 3, stride: stride, groups: wide, activation: .relu6)
      )
      .conv("\(next + 1)", outputChannels, kernel: 1).batchNorm("\(next + 2)")
    }
    return stride == 1 && x.channels == outputChannels ? try x + y : y
  }
}
