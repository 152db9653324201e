import NetworkGraph

/// A convolution cut in two: each channel for itself over space (depthwise), then across channels at each place
/// (pointwise). About as many times fewer multiply-adds as the kernel has places.
struct SeparableConvolution: Module {
  /// Where it normalises and activates.
  enum Activation: Hashable, Sendable {
    case none
    /// Norm and ReLU after both (Howard et al. 2017, Fig. 3 right); ReLU6 in the networks as they were published.
    case both(NetworkGraph.Activation)
    /// ReLU before the depthwise, a norm after the pointwise, nothing between them (Chollet 2016, §4.7).
    case outside
  }

  var outputChannels: Int
  var kernel: Extent = 3
  var stride: Extent = 1
  /// nil keeps the size at stride 1.
  var padding: Extent?
  var bias = false
  var activation = Activation.none
  var names = (depthwise: "depthwise", pointwise: "pointwise")

  var kind: BlockKind { "SeparableConvolution" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    switch activation {
    case .none: try pointwise(depthwise(x))
    case .both(let function):
      try pointwise(depthwise(x).batchNorm("bn1").activation(function)).batchNorm("bn2").activation(function)
    case .outside: try pointwise(depthwise(x.relu())).batchNorm("bn")
    }
  }

  private func depthwise(_ x: Value) throws(NetworkError) -> Value {
    try x.conv(
      names.depthwise, x.channels, kernel: kernel, stride: stride, padding: padding, groups: x.channels, bias: bias)
  }

  private func pointwise(_ x: Value) throws(NetworkError) -> Value {
    try x.conv(names.pointwise, outputChannels, kernel: 1, bias: bias)
  }
}
