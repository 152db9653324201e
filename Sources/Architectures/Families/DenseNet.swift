import NetworkGraph

/// Densely connected networks (Huang et al. 2016, Table 1): every layer of a dense block takes what all layers before
/// it gave.
struct DenseNet: Module {
  enum Depth: Int, CaseIterable {
    case d121 = 121
    case d161 = 161
    case d169 = 169
    case d201 = 201

    var layersPerBlock: [Int] {
      switch self {
      case .d121: [6, 12, 24, 16]
      case .d161: [6, 12, 36, 24]
      case .d169: [6, 12, 32, 32]
      case .d201: [6, 12, 48, 32]
      }
    }

    /// Channels that each layer adds (k).
    var growth: Int { self == .d161 ? 48 : 32 }
  }

  var depth: Depth

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.conv("conv0", 2 * depth.growth, kernel: 7, stride: 2).batchNorm("norm0").relu("relu0")
        .maxPool("pool0", kernel: 3, stride: 2, padding: 1)
      for (index, count) in depth.layersPerBlock.enumerated() {
        if index > 0 { y = try y.apply("transition\(index)", Transition()) }
        y = try denseBlock("denseblock\(index + 1)", y, layers: count)
      }
      return try y.batchNorm("norm5")
    }
    .relu("relu").globalAveragePool("avgpool").flatten().linear("classifier", 1000)
  }

  private func denseBlock(_ name: String, _ x: Value, layers: Int) throws(NetworkError) -> Value {
    try x.block(name, "DenseBlock") { x throws(NetworkError) in
      var y = x
      for index in 1...layers { y = try y.apply("denselayer\(index)", DenseLayer(growth: depth.growth)) }
      return y
    }
  }
}

extension DenseNet {
  static let paper =
    "Huang, Liu, van der Maaten, Weinberger: Densely Connected Convolutional Networks, arXiv:1608.06993"

  static let entries = Depth.allCases.map { depth in
    CatalogueEntry(
      "densenet\(depth.rawValue)", family: "DenseNet", year: 2016, paper: paper,
      summary: "\(depth.rawValue) layers; every layer adds \(depth.growth) channels to what it was given",
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "dense layers are pre-activated by definition") },
      module: { _, _ in DenseNet(depth: depth) })
  }
}
