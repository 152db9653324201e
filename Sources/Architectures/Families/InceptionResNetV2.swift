import NetworkGraph

/// Inception-ResNet v2 (Szegedy et al. 2016, Fig. 15 to 19): Inception modules whose sums are scaled down before they are
/// added to what they were given. Names are timm's.
struct InceptionResNetV2: Module {
  /// In the pre-activation form of the residual blocks nothing is activated after an addition.
  var form: BlockForm? = .postActivation
  /// Residual blocks of each stage.
  var blocksPerStage = InceptionResNetV2.published

  var kind: BlockKind { .network }

  static let published = [10, 20, 10]

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try stem(x).block("mixed_5b", "Mixed_5b", InceptionResNetV2.mixed5b)
    y = try repeated(
      "repeat", blocksPerStage[0],
      ScaledInceptionBlock(
        kind: "Block35", branches: [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]], scale: 0.17), y)
    y = try y.block("mixed_6a", "Mixed_6a", InceptionResNetV2.mixed6a)
    y = try repeated(
      "repeat_1", blocksPerStage[1],
      ScaledInceptionBlock(
        kind: "Block17", branches: [[(192, 1)], [(128, 1), (160, .by(1, 7)), (192, .by(7, 1))]], scale: 0.1), y)
    y = try y.block("mixed_7a", "Mixed_7a", InceptionResNetV2.mixed7a)
    var block8 = ScaledInceptionBlock(
      kind: "Block8", branches: [[(192, 1)], [(192, 1), (224, .by(1, 3)), (256, .by(3, 1))]], scale: 0.2)
    // The last of the stage is not scaled, and nothing is activated after it.
    if blocksPerStage[2] > 1 { y = try repeated("repeat_2", blocksPerStage[2] - 1, block8, y) }
    block8.scale = 1
    block8.isActivated = false
    return try y.apply("block8", turned(block8)).unit("conv2d_7b", 1536, kernel: 1, form)
      .globalAveragePool("global_pool").flatten().linear("classif", 1000)
  }

  private func stem(_ x: Value) throws(NetworkError) -> Value {
    try x.unit("conv2d_1a", 32, kernel: 3, stride: 2, padding: 0, .postActivation)
      .unit("conv2d_2a", 32, kernel: 3, padding: 0, .postActivation).unit("conv2d_2b", 64, kernel: 3, .postActivation)
      .maxPool("maxpool_3a", kernel: 3, stride: 2)
      .unit("conv2d_3b", 80, kernel: 1, .postActivation).unit("conv2d_4a", 192, kernel: 3, padding: 0, .postActivation)
      .maxPool("maxpool_5a", kernel: 3, stride: 2)
  }

  private func repeated(
    _ name: String, _ count: Int, _ block: ScaledInceptionBlock, _ x: Value
  ) throws(NetworkError) -> Value {
    try x.block(name, .stage) { x throws(NetworkError) in
      var y = x
      for index in 0..<count { y = try y.apply("\(index)", turned(block)) }
      return y
    }
  }

  private func turned(_ block: ScaledInceptionBlock) -> ScaledInceptionBlock {
    var block = block
    block.form = form
    return block
  }

  /// Inception v4's module A with other widths.
  private static func mixed5b(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.unit("branch0", 96, kernel: 1, .postActivation), x.chain("branch1", [(48, 1), (64, 5)]),
      x.chain("branch2", [(64, 1), (96, 3), (96, 3)]), x.pooled("branch3", 64),
    ])
  }

  /// Fig. 7 of the paper, with k = 256, l = 256, m = 384, n = 384.
  private static func mixed6a(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.units([("branch0", 384, 3, 2)]),
      x.chain("branch1", [(256, 1), (256, 3)]).units([("branch1.2", 384, 3, 2)]),
      x.maxPool("branch2", kernel: 3, stride: 2),
    ])
  }

  /// Fig. 18.
  private static func mixed7a(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.chain("branch0", [(256, 1)]).units([("branch0.1", 384, 3, 2)]),
      x.chain("branch1", [(256, 1)]).units([("branch1.1", 288, 3, 2)]),
      x.chain("branch2", [(256, 1), (288, 3)]).units([("branch2.2", 320, 3, 2)]),
      x.maxPool("branch3", kernel: 3, stride: 2),
    ])
  }
}

/// The residual Inception block (Szegedy et al. 2016, Fig. 16, 17 and 19): branches side by side, a 1×1 without a norm
/// back to the width of the input, and a scaled addition (§3.3). In the pre-activation form a norm and a ReLU stand before
/// every convolution, that 1×1 included, and the sum goes on as it is.
struct ScaledInceptionBlock: Module {
  var kind: BlockKind
  var form: BlockForm? = .postActivation
  var branches: [[(channels: Int, kernel: Extent)]]
  var scale: Double
  var isActivated = true

  func body(_ x: Value) throws(NetworkError) -> Value {
    var outputs: [Value] = []
    for (index, units) in branches.enumerated() {
      let name = "branch\(index)"
      outputs.append(
        units.count == 1
          ? try x.unit(name, units[0].channels, kernel: units[0].kernel, form) : try x.chain(name, units, form))
    }
    var y = try Value.concat(outputs)
    if form == .preActivation { y = try y.batchNorm("norm", epsilon: ConvUnit.epsilon).relu() }
    y = try y.conv("conv2d", x.channels, kernel: 1, bias: true)
    let sum = try (scale == 1 ? y : y.scale(scale)) + x
    return isActivated && form != .preActivation ? try sum.relu("act") : sum
  }
}

extension InceptionResNetV2 {
  static let entries = [
    CatalogueEntry(
      "inception_resnet_v2", family: "Inception", year: 2016, paper: InceptionV4.paper,
      summary: "Inception modules as residual blocks, their sums scaled down before the addition",
      settings: [InceptionV4.blocks(published, "residual blocks of each stage")],
      input: .map(channels: 3, height: 299, width: 299),
      counterpart: { _ in .unnamed(.preActivation) },
      module: { _, settings in InceptionResNetV2(blocksPerStage: settings.integers(.blocks)) })
  ]
}
