import NetworkGraph

/// Separable convolutions with a shortcut (Chollet 2016, Fig. 5), ReLU before each; the shortcut is a strided 1×1
/// convolution where the shape changes.
struct XceptionBlock: Module {
  /// Output channels of the separable convolutions.
  var widths: [Int]
  /// 2 pools the sum's first operand and strides the shortcut.
  var stride = 1
  var startsWithReLU = true

  var kind: BlockKind { "XceptionBlock" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = x
    var position = 0
    func next() -> String {
      defer { position += 1 }
      return "rep.\(position)"
    }
    for (index, width) in widths.enumerated() {
      if index > 0 || startsWithReLU { y = try y.relu(next()) }
      y = try y.apply(next(), SeparableConvolution.xception(width)).batchNorm(next())
    }
    if stride > 1 { y = try y.maxPool(next(), kernel: 3, stride: Extent(stride), padding: 1) }
    guard stride > 1 || y.channels != x.channels else { return try y + x }
    return try y + x.conv("skip", y.channels, kernel: 1, stride: Extent(stride)).batchNorm("skipbn")
  }
}

extension SeparableConvolution {
  /// The separable convolution of Xception, without norm and ReLU, which stand around it.
  static func xception(_ outputChannels: Int) -> SeparableConvolution {
    SeparableConvolution(outputChannels: outputChannels, names: (depthwise: "conv1", pointwise: "pointwise"))
  }
}
