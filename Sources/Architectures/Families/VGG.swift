import NetworkGraph

/// VGG networks (Simonyan and Zisserman 2014, Table 1): 3×3 convolutions in five stages with a pool behind each, and
/// three linear layers. Names are torchvision's.
struct VGG: Module {
  /// The published depths: layers with weights.
  enum Depth: Int, CaseIterable {
    case d11 = 11
    case d13 = 13
    case d16 = 16
    case d19 = 19

    var convolutionsPerStage: [Int] {
      switch self {
      case .d11: [1, 1, 2, 2, 2]
      case .d13: [2, 2, 2, 2, 2]
      case .d16: [2, 2, 3, 3, 3]
      case .d19: [2, 2, 4, 4, 4]
      }
    }
  }

  var convolutionsPerStage: [Int]
  var normalises = false

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = x
      var index = 0
      func next() -> String {
        defer { index += 1 }
        return "\(index)"
      }
      for (stage, count) in convolutionsPerStage.enumerated() {
        for _ in 0..<count {
          y = try y.conv(next(), min(64 << stage, 512), kernel: 3, bias: true)
          if normalises { y = try y.batchNorm(next()) }
          y = try y.relu(next())
        }
        y = try y.maxPool(next(), kernel: 2, stride: 2)
      }
      return y
    }
    return try features.adaptiveAveragePool("avgpool", size: 7).flatten()
      .block("classifier", .sequential) { x throws(NetworkError) in
        try x.linear("0", 4096).relu("1").dropout("2", rate: 0.5)
          .linear("3", 4096).relu("4").dropout("5", rate: 0.5).linear("6", 1000)
      }
  }
}

extension VGG {
  static let entries = Depth.allCases.flatMap { depth in
    [false, true].map { normalises in
      entry(
        "vgg\(depth.rawValue)\(normalises ? "_bn" : "")", depth, normalises: normalises,
        summary: "\(depth.rawValue) layers, nothing but 3×3\(normalises ? ", with batch norm" : "")")
    }
  }

  static let family = entry("vgg", .d16, normalises: false, summary: "nothing but 3×3, in any number of stages")

  private static func entry(_ name: String, _ depth: Depth, normalises: Bool, summary: String) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "VGG", year: 2014,
      paper: "Simonyan, Zisserman: Very Deep Convolutional Networks, arXiv:1409.1556", summary: summary,
      settings: [
        Setting(.blocks, depth.convolutionsPerStage, "convolutions of each stage"), Setting(.norm, normalises),
      ],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "without shortcuts the other form is the same chain of layers") },
      module: { _, settings in
        VGG(convolutionsPerStage: settings.integers(.blocks), normalises: settings.flag(.norm))
      })
  }
}
