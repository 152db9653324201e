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

  /// In the post-activation form every layer gives what is activated already, and nothing follows the last.
  var form: BlockForm? = .preActivation
  var layersPerBlock: [Int]
  /// Channels that each layer adds (k).
  var growth: Int
  /// Channels between the two convolutions of a layer, as a multiple of the growth.
  var expansion: Int

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.conv("conv0", 2 * growth, kernel: 7, stride: 2).batchNorm("norm0").relu("relu0")
        .maxPool("pool0", kernel: 3, stride: 2, padding: 1)
      for (index, count) in layersPerBlock.enumerated() {
        if index > 0 { y = try y.apply("transition\(index)", Transition(form: form)) }
        y = try denseBlock("denseblock\(index + 1)", y, layers: count)
      }
      return form == .postActivation ? y : try y.batchNorm("norm5")
    }
    let activated = form == .postActivation ? features : try features.relu("relu")
    return try activated.globalAveragePool("avgpool").flatten().linear("classifier", 1000)
  }

  private func denseBlock(_ name: String, _ x: Value, layers: Int) throws(NetworkError) -> Value {
    try x.block(name, "DenseBlock") { x throws(NetworkError) in
      var y = x
      for index in 1...layers {
        y = try y.apply("denselayer\(index)", DenseLayer(form: form, growth: growth, expansion: expansion))
      }
      return y
    }
  }
}

extension DenseNet {
  static let paper =
    "Huang, Liu, van der Maaten, Weinberger: Densely Connected Convolutional Networks, arXiv:1608.06993"

  static let entries = Depth.allCases.map { entry("densenet\($0.rawValue)", $0, of: "\($0.rawValue) layers") }

  static let family = entry("densenet", .d121, of: "any number of layers")

  private static func entry(_ name: String, _ depth: Depth, of layers: String) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "DenseNet", year: 2016, paper: paper,
      summary: "\(layers); every layer adds \(depth.growth) channels to what it was given",
      settings: [
        Setting(.blocks, depth.layersPerBlock, "layers of each dense block"), Setting(.growth, depth.growth),
        Setting(
          .expansion, DenseLayer.expansion, "channels between a layer's convolutions, as a multiple of the growth"),
      ],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .unnamed(.postActivation) },
      module: { _, settings in
        DenseNet(
          layersPerBlock: settings.integers(.blocks), growth: settings.integer(.growth),
          expansion: settings.integer(.expansion))
      })
  }
}
