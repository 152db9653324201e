import NetworkGraph

/// ConvNeXt (Liu et al. 2022, Fig. 4 and Table 9): blocks of a 7×7 depthwise convolution and two linear layers, with one
/// layer norm and one activation each. Names are torchvision's.
struct ConvNeXt: Module {
  enum Size: String, CaseIterable {
    case tiny
    case small
    case base
    case large

    var blocksPerStage: [Int] { self == .tiny ? [3, 3, 9, 3] : [3, 3, 27, 3] }

    var width: Int {
      switch self {
      case .tiny, .small: 96
      case .base: 128
      case .large: 192
      }
    }
  }

  var blocksPerStage: [Int]
  /// Channels of the first stage; every stage has twice those of the one before.
  var width: Int

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try x.block("0", "Conv2dNormActivation") { x throws(NetworkError) in
        try x.conv("0", width, kernel: 4, stride: 4, padding: 0, bias: true).layerNorm("1")
      }
      for (stage, count) in blocksPerStage.enumerated() {
        if stage > 0 {
          y = try y.block("\(2 * stage)", "Downsampling") { x throws(NetworkError) in
            try x.layerNorm("0").conv("1", width << stage, kernel: 2, stride: 2, padding: 0, bias: true)
          }
        }
        y = try y.block("\(2 * stage + 1)", .stage) { x throws(NetworkError) in
          var y = x
          for position in 0..<count { y = try y.apply("\(position)", ConvNeXtBlock()) }
          return y
        }
      }
      return y
    }
    return try features.globalAveragePool("avgpool").block("classifier", .sequential) { x throws(NetworkError) in
      try x.layerNorm("0").flatten("1").linear("2", 1000)
    }
  }
}

/// The block of a ConvNeXt (Liu et al. 2022, Fig. 4 right): an inverted bottleneck whose depthwise convolution comes
/// first.
struct ConvNeXtBlock: Module {
  static let expansion = 4

  var kind: BlockKind { "CNBlock" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.block("block", .sequential) { x throws(NetworkError) in
      try x.conv("0", x.channels, kernel: 7, groups: x.channels, bias: true).layerNorm("2")
        .linear("3", ConvNeXtBlock.expansion * x.channels).activation(.gelu, "4").linear("5", x.channels)
    }
    return try x + y.layerScale("layer_scale").stochasticDepth(rate: 0.1)
  }
}

extension ConvNeXt {
  static let entries = Size.allCases.map { entry("convnext_\($0.rawValue)", $0) }

  static let family = entry("convnext", .tiny)

  private static func entry(_ name: String, _ size: Size) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "ConvNeXt", year: 2022,
      paper: "Liu et al.: A ConvNet for the 2020s, arXiv:2201.03545",
      summary: "7×7 depthwise convolutions, layer norm and GELU: a ResNet brought up to the transformers' recipe",
      settings: [
        Setting(.blocks, size.blocksPerStage),
        Setting(
          .width, size.width, "channels of the first stage, doubled by every later one", values: .integer(1...4096)),
      ],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "nothing is activated after its additions: there is no other order") },
      module: { _, settings in
        ConvNeXt(blocksPerStage: settings.integers(.blocks), width: settings.integer(.width))
      })
  }
}
