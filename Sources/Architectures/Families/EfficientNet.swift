import NetworkGraph

/// EfficientNet (Tan and Le 2019, Table 1): inverted residuals with squeeze-and-excitation, scaled together in width,
/// depth and resolution. Names are torchvision's.
struct EfficientNet: Module {
  /// A point of compound scaling (§3.3).
  struct Scale: Sendable {
    var name: String
    var width: WidthMultiplier
    var depth: Hundredths
    var resolution: Int
    var epsilon = 1e-5
  }

  private static let scales = [
    Scale(name: "b0", width: WidthMultiplier(hundredths: 100), depth: 1.0, resolution: 224),
    Scale(name: "b1", width: WidthMultiplier(hundredths: 100), depth: 1.1, resolution: 240),
    Scale(name: "b2", width: WidthMultiplier(hundredths: 110), depth: 1.2, resolution: 288),
    Scale(name: "b3", width: WidthMultiplier(hundredths: 120), depth: 1.4, resolution: 300),
    Scale(name: "b4", width: WidthMultiplier(hundredths: 140), depth: 1.8, resolution: 380),
    Scale(name: "b5", width: WidthMultiplier(hundredths: 160), depth: 2.2, resolution: 456, epsilon: 1e-3),
    Scale(name: "b6", width: WidthMultiplier(hundredths: 180), depth: 2.6, resolution: 528, epsilon: 1e-3),
    Scale(name: "b7", width: WidthMultiplier(hundredths: 200), depth: 3.1, resolution: 600, epsilon: 1e-3),
  ]

  private static let stages: [(expansion: Int, kernel: Int, stride: Int, channels: Int, count: Int)] = [
    (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
  ]

  var scale: Scale

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.apply("0", unit(scaled(32), kernel: 3, stride: 2))
      for (index, stage) in EfficientNet.stages.enumerated() {
        y = try y.block("\(index + 1)", .stage) { x throws(NetworkError) in
          var y = x
          for position in 0..<(stage.count * scale.depth.count + 99) / 100 {
            y = try y.apply("\(position)", block(y, stage, stride: position == 0 ? stage.stride : 1))
          }
          return y
        }
      }
      return try y.apply("\(EfficientNet.stages.count + 1)", unit(4 * y.channels, kernel: 1))
    }
    return try features.globalAveragePool("avgpool").flatten()
      .block("classifier", .sequential) { x throws(NetworkError) in try x.dropout("0", rate: 0.2).linear("1", 1000) }
  }

  private func block(
    _ x: Value, _ stage: (expansion: Int, kernel: Int, stride: Int, channels: Int, count: Int), stride: Int
  ) -> ExcitedInvertedResidual {
    ExcitedInvertedResidual(
      outputChannels: scaled(stage.channels), innerChannels: x.channels * stage.expansion, kernel: stage.kernel,
      stride: stride, activation: .silu, squeeze: max(1, x.channels / 4), excitation: (.silu, .sigmoid),
      epsilon: scale.epsilon, dropRate: 0.2)
  }

  private func unit(_ channels: Int, kernel: Int, stride: Int = 1) -> ConvNormActivation {
    ConvNormActivation(
      outputChannels: channels, kernel: kernel, stride: stride, activation: .silu, epsilon: scale.epsilon)
  }

  private func scaled(_ channels: Int) -> Int { scale.width(channels) }
}

extension EfficientNet {
  static let entries = scales.map { entry("efficientnet_\($0.name)", $0) }

  static let family = entry("efficientnet", scales[0])

  private static func entry(_ name: String, _ scale: Scale) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "EfficientNet", year: 2019,
      paper: "Tan, Le: EfficientNet, arXiv:1905.11946",
      summary: "inverted residuals with squeeze-and-excitation, scaled in width, depth and resolution",
      settings: [scale.width.setting, Setting(.depthMultiplier, scale.depth)],
      input: .map(channels: 3, height: scale.resolution, width: scale.resolution),
      counterpart: { _ in .none(reason: "nothing is activated after its additions: there is no other order") },
      module: { _, settings in
        var scale = scale
        scale.width = WidthMultiplier(settings)
        scale.depth = settings.hundredths(.depthMultiplier)
        return EfficientNet(scale: scale)
      })
  }
}
