import NetworkGraph

/// MobileNetV3 (Howard et al. 2019, Tables 1 and 2): inverted residuals with squeeze-and-excitation and hard-swish, found
/// by a search. Names are torchvision's.
struct MobileNetV3: Module {
  enum Size: String, CaseIterable {
    case small
    case large

    /// Kernel, inner channels, output channels, squeeze-and-excitation, hard-swish, stride.
    fileprivate var blocks: [(kernel: Int, inner: Int, outer: Int, excites: Bool, hardSwish: Bool, stride: Int)] {
      switch self {
      case .large:
        [
          (3, 16, 16, false, false, 1), (3, 64, 24, false, false, 2), (3, 72, 24, false, false, 1),
          (5, 72, 40, true, false, 2), (5, 120, 40, true, false, 1), (5, 120, 40, true, false, 1),
          (3, 240, 80, false, true, 2), (3, 200, 80, false, true, 1), (3, 184, 80, false, true, 1),
          (3, 184, 80, false, true, 1), (3, 480, 112, true, true, 1), (3, 672, 112, true, true, 1),
          (5, 672, 160, true, true, 2), (5, 960, 160, true, true, 1), (5, 960, 160, true, true, 1),
        ]
      case .small:
        [
          (3, 16, 16, true, false, 2), (3, 72, 24, false, false, 2), (3, 88, 24, false, false, 1),
          (5, 96, 40, true, true, 2), (5, 240, 40, true, true, 1), (5, 240, 40, true, true, 1),
          (5, 120, 48, true, true, 1), (5, 144, 48, true, true, 1), (5, 288, 96, true, true, 2),
          (5, 576, 96, true, true, 1), (5, 576, 96, true, true, 1),
        ]
      }
    }
    fileprivate var features: Int { self == .large ? 1280 : 1024 }
  }

  static let epsilon = 1e-3

  var size: Size
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.apply(
        "0",
        ConvNormActivation(
          outputChannels: width(16), kernel: 3, stride: 2, activation: .hardSwish, epsilon: MobileNetV3.epsilon))
      for (index, block) in size.blocks.enumerated() {
        y = try y.apply(
          "\(index + 1)",
          ExcitedInvertedResidual(
            outputChannels: width(block.outer), innerChannels: width(block.inner), kernel: block.kernel,
            stride: block.stride,
            activation: block.hardSwish ? .hardSwish : .relu,
            squeeze: block.excites ? WidthMultiplier.full(width(block.inner) / 4) : nil,
            excitation: (.relu, .hardSigmoid), epsilon: MobileNetV3.epsilon))
      }
      return try y.apply(
        "\(size.blocks.count + 1)",
        ConvNormActivation(
          outputChannels: 6 * y.channels, kernel: 1, activation: .hardSwish, epsilon: MobileNetV3.epsilon))
    }
    return try features.globalAveragePool("avgpool").flatten()
      .block("classifier", .sequential) { x throws(NetworkError) in
        try x.linear("0", width(size.features)).activation(.hardSwish, "1")
          .dropout("2", rate: 0.2).linear("3", 1000)
      }
  }
}

extension MobileNetV3 {
  static let entries = Size.allCases.map { size in
    CatalogueEntry(
      "mobilenet_v3_\(size.rawValue)", family: "MobileNet", year: 2019,
      paper: "Howard et al.: Searching for MobileNetV3, arXiv:1905.02244",
      summary: "inverted residuals with squeeze-and-excitation and hard-swish, \(size.rawValue)",
      settings: [WidthMultiplier.full.setting], input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "nothing is activated after its additions: there is no other order") },
      module: { _, settings in MobileNetV3(size: size, width: WidthMultiplier(settings)) })
  }
}
