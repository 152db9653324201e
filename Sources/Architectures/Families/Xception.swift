import NetworkGraph

/// Xception (Chollet 2016, Fig. 5): Inception modules taken to the extreme, where space and channels are convolved
/// apart. Names are timm's.
struct Xception: Module {
  /// Blocks of the middle flow, and their channels.
  var depth = 8
  var width = 728

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let entry = try x.conv("conv1", 32, kernel: 3, stride: 2, padding: 0).batchNorm("bn1").relu("act1")
      .conv("conv2", 64, kernel: 3, padding: 0).batchNorm("bn2").relu("act2")
      .apply("block1", XceptionBlock(widths: [128, 128], stride: 2, startsWithReLU: false))
      .apply("block2", XceptionBlock(widths: [256, 256], stride: 2))
      .apply("block3", XceptionBlock(widths: [width, width], stride: 2))
    var middle = entry
    for index in 0..<depth {
      middle = try middle.apply("block\(index + 4)", XceptionBlock(widths: [width, width, width]))
    }
    return try middle.apply("block\(depth + 4)", XceptionBlock(widths: [width, 1024], stride: 2))
      .apply("conv3", SeparableConvolution.xception(1536)).batchNorm("bn3").relu("act3")
      .apply("conv4", SeparableConvolution.xception(2048)).batchNorm("bn4").relu("act4")
      .globalAveragePool("global_pool").flatten().linear("fc", 1000)
  }
}

extension Xception {
  static let paper = "Chollet: Xception: Deep Learning with Depthwise Separable Convolutions, arXiv:1610.02357"

  private static let published = Xception()

  static let entries = [
    CatalogueEntry(
      "xception", family: "Xception", year: 2016, paper: paper,
      summary: "twelve blocks of separable convolutions with shortcuts",
      settings: [
        Setting(.depth, published.depth, "blocks of the middle flow", values: .integer(1...1024)),
        Setting(.width, published.width, "channels of the middle flow", values: .integer(1...65_536)),
      ],
      input: .map(channels: 3, height: 299, width: 299),
      counterpart: { _ in
        .none(reason: "its ReLUs stand before convolutions and its norms behind: it is neither of the two")
      },
      module: { _, settings in Xception(depth: settings.integer(.depth), width: settings.integer(.width)) })
  ]
}
