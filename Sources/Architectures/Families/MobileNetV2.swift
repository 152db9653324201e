import NetworkGraph

/// MobileNetV2 (Sandler et al. 2018, Table 2): inverted residuals, thinner or wider by a width multiplier. Names are
/// torchvision's.
struct MobileNetV2: Module {
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  /// Expansion, output channels, number and first stride of the inverted residuals of each stage.
  private static let stages: [(expansion: Int, channels: Int, count: Int, stride: Int)] = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.apply(
        "0", ConvNormActivation(outputChannels: width(32), kernel: 3, stride: 2, activation: .relu6))
      var index = 1
      for stage in MobileNetV2.stages {
        for position in 0..<stage.count {
          let block = InvertedResidual(
            outputChannels: width(stage.channels), stride: position == 0 ? stage.stride : 1,
            expansion: stage.expansion)
          y = try y.apply("\(index)", block)
          index += 1
        }
      }
      // The last convolution does not get thinner than the paper's.
      let last = width.factor.count > 100 ? width(1280) : 1280
      return try y.apply("\(index)", ConvNormActivation(outputChannels: last, kernel: 1, activation: .relu6))
    }
    return try features.globalAveragePool().flatten().block("classifier", .sequential) { x throws(NetworkError) in
      try x.dropout("0", rate: 0.2).linear("1", 1000)
    }
  }
}

extension MobileNetV2 {
  static let paper = "Sandler et al.: MobileNetV2, arXiv:1801.04381"

  static let entries = [
    CatalogueEntry(
      "mobilenet_v2", family: "MobileNet", year: 2018, paper: paper,
      summary: "inverted residuals: wide depthwise convolutions between narrow ends that are added",
      presets: [50, 75, 140].map { WidthMultiplier(hundredths: $0).preset }, settings: [WidthMultiplier.full.setting],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "nothing is activated after its additions: there is no other order") },
      module: { _, settings in MobileNetV2(width: WidthMultiplier(settings)) })
  ]
}
