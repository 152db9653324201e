import NetworkGraph

/// The residual block that narrows to `width`, convolves 3×3 there, and widens to four times as many channels (He et
/// al. 2015, Fig. 5 right), and its pre-activation form (He et al. 2016, Fig. 4e).
struct Bottleneck: Module {
  /// The convolution that makes the map smaller.
  enum StridePlacement: Hashable, Sendable {
    /// The first 1×1, as published (v1).
    case reduction
    /// The 3×3 (v1.5), which sees every value.
    case spatial
  }

  static let expansion = 4

  var form: BlockForm? = .postActivation
  var width: Int
  /// Channels of the inner convolutions where they are not `width`, and the groups of the 3×3 (Xie et al. 2017, Fig. 3c).
  var innerWidth: Int?
  var groups = 1
  /// Channels between the layers of squeeze-and-excitation behind the last norm; nil for none (Hu et al. 2018, Fig. 3).
  var squeeze: Int?
  var stride = 1
  var stridePlacement = StridePlacement.spatial
  var options = ResidualOptions()

  var kind: BlockKind { "Bottleneck" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    form == .preActivation ? try preActivation(x) : try postActivation(x)
  }

  private func postActivation(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.conv("conv1", inner, kernel: 1, stride: stride(.reduction)).batchNorm(norm(1), epsilon: epsilon)
      .relu()
      .conv("conv2", inner, kernel: 3, stride: stride(.spatial), groups: groups).batchNorm(norm(2), epsilon: epsilon)
      .relu()
      .conv("conv3", outputChannels, kernel: 1, bias: options.lastBias).batchNorm(norm(3), epsilon: epsilon)
    return try (y.excited(squeeze) + shortcut(x, activated: nil)).relu()
  }

  private func preActivation(_ x: Value) throws(NetworkError) -> Value {
    let a = options.leadingActivation ? try x.batchNorm(norm(1), epsilon: epsilon).relu() : x
    let y = try a.conv("conv1", inner, kernel: 1, stride: stride(.reduction))
      .batchNorm(norm(2), epsilon: epsilon).relu().conv(
        "conv2", inner, kernel: 3, stride: stride(.spatial), groups: groups
      )
      .batchNorm(norm(3), epsilon: epsilon).relu().conv("conv3", outputChannels, kernel: 1, bias: options.lastBias)
    return try y.excited(squeeze) + shortcut(x, activated: a)
  }

  private func shortcut(_ x: Value, activated: Value?) throws(NetworkError) -> Value {
    try options.shortcut.body(
      raw: x, activated: activated, channels: outputChannels, stride: stride, epsilon: epsilon, names: options.names)
  }

  private var inner: Int { innerWidth ?? width }
  private var outputChannels: Int { Bottleneck.expansion * width }
  private func stride(_ place: StridePlacement) -> Extent { place == stridePlacement ? Extent(stride) : 1 }
  private func norm(_ number: Int) -> String { options.names.norm(number) }
  private var epsilon: Double { options.epsilon }
}
