import NetworkGraph

/// SqueezeNet (Iandola et al. 2016, Table 1) and its cheaper version 1.1: fire modules and no linear layer. Names are
/// torchvision's.
struct SqueezeNet: Module {
  enum Version: String, CaseIterable {
    case first = "squeezenet1_0"
    case cheaper = "squeezenet1_1"

    /// The stem's convolution, and the module that a pool follows, counted from 0.
    var stem: (channels: Int, kernel: Int) { self == .first ? (96, 7) : (64, 3) }
    var pooledModules: Set<Int> { self == .first ? [2, 6] : [1, 3] }
  }

  /// The eight fire modules in the paper's metaparameters (§5.1): expand channels of the first two, by how many they grow
  /// every two modules, and how many times more they are than the squeeze channels (1 / SR).
  struct Widths: Hashable, Sendable {
    var base = 128
    var growth = 128
    var expansion = 8

    func expand(_ position: Int) -> Int { base + growth * (position / 2) }
  }

  var version: Version
  var widths = Widths()

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.conv(
        "0", version.stem.channels, kernel: Extent(version.stem.kernel), stride: 2, padding: 0, bias: true
      ).relu("1").maxPool("2", kernel: 3, stride: 2, ceilMode: true)
      var index = 3
      for position in 0..<8 {
        let expand = widths.expand(position)
        y = try y.apply(
          "\(index)", FireModule(squeeze: max(1, expand / widths.expansion), expand: expand / 2))
        index += 1
        guard version.pooledModules.contains(position) else { continue }
        y = try y.maxPool("\(index)", kernel: 3, stride: 2, ceilMode: true)
        index += 1
      }
      return y
    }
    return try features.block("classifier", .sequential) { x throws(NetworkError) in
      try x.dropout("0", rate: 0.5).conv("1", 1000, kernel: 1, bias: true).relu("2").globalAveragePool("3")
    }.flatten()
  }
}

/// A fire module (Iandola et al. 2016, §3.2): a pointwise convolution squeezes, a pointwise and a 3×3 one expand side by
/// side.
struct FireModule: Module {
  var squeeze: Int
  /// Output channels of each of the two branches.
  var expand: Int

  var kind: BlockKind { "Fire" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.conv("squeeze", squeeze, kernel: 1, bias: true).relu("squeeze_activation")
    return try .concat([
      y.conv("expand1x1", expand, kernel: 1, bias: true).relu("expand1x1_activation"),
      y.conv("expand3x3", expand, kernel: 3, bias: true).relu("expand3x3_activation"),
    ])
  }
}

extension SqueezeNet {
  static let entries = Version.allCases.map { version in
    CatalogueEntry(
      version.rawValue, family: "SqueezeNet", year: 2016, paper: "Iandola et al.: SqueezeNet, arXiv:1602.07360",
      summary: version == .first
        ? "fire modules: squeezed by 1×1, expanded by 1×1 and 3×3 side by side" : "a smaller stem and earlier pools",
      settings: [
        Setting(.width, published.base, "expand channels of the first two fire modules", values: .integer(2...65_536)),
        Setting(
          .growth, published.growth, "expand channels more, every two fire modules", values: .integer(0...65_536)),
        Setting(.expansion, published.expansion, "how many times more expand channels there are than squeeze channels"),
      ],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "it has no norms and no shortcuts: there is no other order") },
      module: { _, settings in
        SqueezeNet(
          version: version,
          widths: Widths(
            base: settings.integer(.width), growth: settings.integer(.growth), expansion: settings.integer(.expansion)))
      })
  }

  private static let published = Widths()
}
