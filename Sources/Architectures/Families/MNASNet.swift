import NetworkGraph

/// MnasNet-B1 (Tan et al. 2018, Fig. 7): inverted residuals with kernels that a search chose, thinner or wider by a
/// multiplier. Names are torchvision's.
struct MNASNet: Module {
  private static let stages: [(kernel: Int, stride: Int, expansion: Int, channels: Int, count: Int)] = [
    (3, 2, 3, 24, 3), (5, 2, 3, 40, 3), (5, 2, 6, 80, 3), (3, 1, 6, 96, 2), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1),
  ]

  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let stem = width(32)
    let features = try x.block("layers", .sequential) { x throws(NetworkError) in
      var y = try x.conv("0", stem, kernel: 3, stride: 2).batchNorm("1").relu("2")
        .conv("3", stem, kernel: 3, groups: stem).batchNorm("4").relu("5")
        .conv("6", width(16), kernel: 1).batchNorm("7")
      for (index, stage) in MNASNet.stages.enumerated() {
        y = try y.block("\(8 + index)", .stage) { x throws(NetworkError) in
          var y = x
          for position in 0..<stage.count {
            y = try y.apply(
              "\(position)",
              MNASInvertedResidual(
                outputChannels: width(stage.channels), kernel: stage.kernel,
                stride: position == 0 ? stage.stride : 1, expansion: stage.expansion))
          }
          return y
        }
      }
      return try y.conv("14", 1280, kernel: 1).batchNorm("15").relu("16")
    }
    return try features.globalAveragePool().flatten().block("classifier", .sequential) { x throws(NetworkError) in
      try x.dropout("0", rate: 0.2).linear("1", 1000)
    }
  }
}

/// MnasNet's inverted residual: ReLU, and a kernel of its own.
struct MNASInvertedResidual: Module {
  var outputChannels: Int
  var kernel: Int
  var stride: Int
  var expansion: Int

  var kind: BlockKind { "InvertedResidual" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let wide = x.channels * expansion
    let y = try x.block("layers", .sequential) { x throws(NetworkError) in
      try x.conv("0", wide, kernel: 1).batchNorm("1").relu("2")
        .conv("3", wide, kernel: Extent(kernel), stride: Extent(stride), groups: wide).batchNorm("4").relu("5")
        .conv("6", outputChannels, kernel: 1).batchNorm("7")
    }
    return stride == 1 && x.channels == outputChannels ? try y + x : y
  }
}

extension MNASNet {
  static let entries = [50, 75, 100, 130].map(WidthMultiplier.init(hundredths:)).map { width in
    entry("mnasnet" + String("\(width.factor)".map { $0 == "." ? "_" : $0 }), width)
  }

  static let family = entry("mnasnet", .full)

  private static func entry(_ name: String, _ width: WidthMultiplier) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "MNASNet", year: 2018,
      paper: "Tan et al.: MnasNet, arXiv:1807.11626",
      summary: "inverted residuals found by a search for time on a phone, \(width.factor.count) % of the channels",
      settings: [width.setting], input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "nothing is activated after its additions: there is no other order") },
      module: { _, settings in MNASNet(width: WidthMultiplier(settings)) })
  }
}
