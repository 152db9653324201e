import NetworkGraph

/// An inverted residual whose wide map may be scaled by squeeze-and-excitation: MobileNetV3's (Howard et al. 2019, Fig.
/// 4) and EfficientNet's MBConv (Tan and Le 2019, §4). Names are torchvision's.
struct ExcitedInvertedResidual: Module {
  var outputChannels: Int
  var innerChannels: Int
  var kernel: Int
  var stride = 1
  var activation: Activation
  /// Channels of the squeeze; nil leaves squeeze-and-excitation out.
  var squeeze: Int?
  /// The activation between its layers, and its gate.
  var excitation: (activation: Activation, gate: Activation)
  var epsilon: Double
  /// The rate at which training drops the block; nil where it never does.
  var dropRate: Double?

  var kind: BlockKind { dropRate == nil ? "InvertedResidual" : "MBConv" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.block("block", .sequential) { x throws(NetworkError) in
      var y = x
      var index = 0
      func next() -> String {
        defer { index += 1 }
        return "\(index)"
      }
      if innerChannels != x.channels {
        y = try y.apply(
          next(),
          ConvNormActivation(outputChannels: innerChannels, kernel: 1, activation: activation, epsilon: epsilon))
      }
      y = try y.apply(
        next(),
        ConvNormActivation(
          outputChannels: innerChannels, kernel: kernel, stride: stride, groups: innerChannels, activation: activation,
          epsilon: epsilon))
      if let squeeze {
        y = try y.apply(
          next(), SqueezeExcitation(squeeze: squeeze, activation: excitation.activation, gate: excitation.gate))
      }
      return try y.apply(next(), ConvNormActivation(outputChannels: outputChannels, kernel: 1, epsilon: epsilon))
    }
    guard stride == 1, x.channels == outputChannels else { return y }
    return try (dropRate.map { rate throws(NetworkError) in try y.stochasticDepth(rate: rate) } ?? y) + x
  }
}
