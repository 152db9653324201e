import NetworkGraph

/// A convolution with its norm and ReLU, the unit that Inception networks are made of; torchvision's `BasicConv2d`.
struct ConvUnit: Module {
  var outputChannels: Int
  var kernel: Extent
  var stride: Extent = 1
  /// Zeros added on each side; nil keeps the size at stride 1.
  var padding: Extent?
  var bias = false
  /// Convolution, norm, ReLU; or norm, ReLU, convolution; nil has no norm: convolution, ReLU.
  var order: BlockForm?

  static let epsilon = 1e-3

  var kind: BlockKind { "BasicConv2d" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    switch order {
    case .postActivation: try conv(x).batchNorm("bn", epsilon: ConvUnit.epsilon).relu()
    case .preActivation: try conv(x.batchNorm("bn", epsilon: ConvUnit.epsilon).relu())
    case nil: try conv(x).relu()
    }
  }

  private func conv(_ x: Value) throws(NetworkError) -> Value {
    try x.conv("conv", outputChannels, kernel: kernel, stride: stride, padding: padding, bias: bias)
  }
}

extension Value {
  /// A convolution with its norm and ReLU in the order of `form`, as a block of its own.
  func unit(
    _ name: String, _ outputChannels: Int, kernel: Extent, stride: Extent = 1, padding: Extent? = nil,
    bias: Bool = false, _ form: BlockForm?
  ) throws(NetworkError) -> Value {
    try apply(
      name,
      ConvUnit(
        outputChannels: outputChannels, kernel: kernel, stride: stride, padding: padding, bias: bias, order: form))
  }
}
