import NetworkGraph

/// MobileNet (Howard et al. 2017, Table 1): separable convolutions one after the other, thinner by a width multiplier.
/// Names are timm's, and ReLU6 is what it and the authors' own networks activate with.
struct MobileNetV1: Module {
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  /// Output channels and number of the separable convolutions of each stage; the first of a stage steps by 2, but in
  /// the first stage.
  private static let stages: [(channels: Int, count: Int)] = [(64, 1), (128, 2), (256, 2), (512, 6), (1024, 2)]

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try x.conv("conv_stem", scaled(32), kernel: 3, stride: 2).batchNorm("bn1").relu6("act1")
    for (index, stage) in MobileNetV1.stages.enumerated() {
      y = try y.block("blocks.\(index)", .stage) { x throws(NetworkError) in
        var y = x
        for position in 0..<stage.count {
          let block = SeparableConvolution(
            outputChannels: scaled(stage.channels), stride: index > 0 && position == 0 ? 2 : 1,
            activation: .both(.relu6),
            names: (depthwise: "conv_dw", pointwise: "conv_pw"))
          y = try y.apply("\(position)", block)
        }
        return y
      }
    }
    return try y.globalAveragePool("global_pool").flatten().linear("classifier", 1000)
  }

  private func scaled(_ channels: Int) -> Int { max(1, channels * width.factor.count / 100) }
}

extension MobileNetV1 {
  static let paper = "Howard et al.: MobileNets, arXiv:1704.04861"

  static let entries = [
    CatalogueEntry(
      "mobilenet_v1", family: "MobileNet", year: 2017, paper: paper,
      summary: "thirteen separable convolutions, norm and ReLU6 after both parts",
      presets: [25, 50, 75].map { WidthMultiplier(hundredths: $0).preset }, settings: [WidthMultiplier.full.setting],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "it has no shortcuts: the other form is the same chain of layers") },
      module: { _, settings in MobileNetV1(width: WidthMultiplier(settings)) })
  ]
}
