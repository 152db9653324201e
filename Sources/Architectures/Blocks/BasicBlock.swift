import NetworkGraph

/// The residual block of two 3×3 convolutions (He et al. 2015, Fig. 5 left), and its pre-activation form (He et al.
/// 2016, Fig. 4e).
struct BasicBlock: Module {
  var form: BlockForm? = .postActivation
  var outputChannels: Int
  /// Channels between the layers of squeeze-and-excitation behind the last norm; nil for none (Hu et al. 2018, Fig. 3).
  var squeeze: Int?
  var stride = 1
  var options = ResidualOptions()

  var kind: BlockKind { "BasicBlock" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    form == .preActivation ? try preActivation(x) : try postActivation(x)
  }

  private func postActivation(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.conv("conv1", outputChannels, kernel: 3, stride: Extent(stride)).batchNorm(norm(1), epsilon: epsilon)
      .relu()
      .conv("conv2", outputChannels, kernel: 3, bias: options.lastBias).batchNorm(norm(2), epsilon: epsilon)
    return try (y.excited(squeeze) + shortcut(x, activated: nil)).relu()
  }

  private func preActivation(_ x: Value) throws(NetworkError) -> Value {
    let a = options.leadingActivation ? try x.batchNorm(norm(1), epsilon: epsilon).relu() : x
    let y = try a.conv("conv1", outputChannels, kernel: 3, stride: Extent(stride))
      .batchNorm(norm(2), epsilon: epsilon).relu().conv("conv2", outputChannels, kernel: 3, bias: options.lastBias)
    return try y.excited(squeeze) + shortcut(x, activated: a)
  }

  private func shortcut(_ x: Value, activated: Value?) throws(NetworkError) -> Value {
    try options.shortcut.body(
      raw: x, activated: activated, channels: outputChannels, stride: stride, epsilon: epsilon, names: options.names)
  }

  private func norm(_ number: Int) -> String { options.names.norm(number) }
  private var epsilon: Double { options.epsilon }
}
