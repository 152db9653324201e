import NetworkGraph

/// One convolution and nothing else, to see what it costs.
struct SingleConvolution: Module {
  enum Sort: Hashable, Sendable {
    /// Every output channel sees the input channels of its group.
    case grouped(Int, outputChannels: Int)
    /// Every channel is convolved for itself.
    case depthwise
  }

  var kind: BlockKind
  var sort: Sort
  var kernel: Extent
  var stride: Extent = 1
  var padding: Extent = 0
  var dilation: Extent = 1
  var bias = false

  func body(_ x: Value) throws(NetworkError) -> Value {
    let (outputChannels, groups) =
      switch sort {
      case .grouped(let groups, let outputChannels): (outputChannels, groups)
      case .depthwise: (x.channels, x.channels)
      }
    return try x.conv(
      "conv", outputChannels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      bias: bias)
  }
}
