import NetworkGraph

/// Inception v4 (Szegedy et al. 2016, Fig. 3 to 9): Inception modules of three kinds with reductions between them. Names
/// are timm's.
struct InceptionV4: Module {
  var form: BlockForm? = .postActivation
  /// How often each of the three kinds of modules is repeated.
  var modulesPerStage = InceptionV4.published

  var kind: BlockKind { .network }

  static let published = [4, 7, 3]

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try stem(x)
      for (index, module) in modules.enumerated() { y = try y.apply("\(index + 6)", module) }
      return form == .preActivation ? try y.batchNorm("norm", epsilon: ConvUnit.epsilon).relu() : y
    }
    return try features.globalAveragePool("global_pool").flatten().linear("last_linear", 1000)
  }

  private var modules: [BranchedModule] {
    func module(
      _ kind: BlockKind, _ branches: @escaping @Sendable (Value, BlockForm?) throws(NetworkError) -> [Value]
    ) -> BranchedModule { BranchedModule(kind: kind, form: form, branches: branches) }
    return Array(repeating: module("InceptionA", InceptionV4.a), count: modulesPerStage[0])
      + [module("ReductionA", InceptionV4.reductionA)]
      + Array(repeating: module("InceptionB", InceptionV4.b), count: modulesPerStage[1])
      + [module("ReductionB", InceptionV4.reductionB)]
      + Array(repeating: module("InceptionC", InceptionV4.c), count: modulesPerStage[2])
  }

  /// The stem stays as it is when the modules turn to pre-activation.
  private func stem(_ x: Value) throws(NetworkError) -> Value {
    let y = try x.units([("0", 32, 3, 2), ("1", 32, 3, 1)]).unit("2", 64, kernel: 3, .postActivation)
    return try y.block("3", "Mixed3a") { x throws(NetworkError) in
      try .concat([x.maxPool("maxpool", kernel: 3, stride: 2), x.units([("conv", 96, 3, 2)])])
    }.block("4", "Mixed4a") { x throws(NetworkError) in
      let short = try x.block("branch0", .sequential) { x throws(NetworkError) in
        try x.units([("0", 64, 1, 1), ("1", 96, 3, 1)])
      }
      let long = try x.chain("branch1", [(64, 1), (64, .by(1, 7)), (64, .by(7, 1))])
      return try .concat([short, long.units([("branch1.3", 96, 3, 1)])])
    }.block("5", "Mixed5a") { x throws(NetworkError) in
      try .concat([x.units([("conv", 192, 3, 2)]), x.maxPool("maxpool", kernel: 3, stride: 2)])
    }
  }

  /// Fig. 4.
  private static func a(_ x: Value, _ form: BlockForm?) throws(NetworkError) -> [Value] {
    try [
      x.unit("branch0", 96, kernel: 1, form), x.chain("branch1", [(64, 1), (96, 3)], form),
      x.chain("branch2", [(64, 1), (96, 3), (96, 3)], form), x.pooled("branch3", 96, form),
    ]
  }

  /// Fig. 5.
  private static func b(_ x: Value, _ form: BlockForm?) throws(NetworkError) -> [Value] {
    try [
      x.unit("branch0", 384, kernel: 1, form),
      x.chain("branch1", [(192, 1), (224, .by(1, 7)), (256, .by(7, 1))], form),
      x.chain("branch2", [(192, 1), (192, .by(7, 1)), (224, .by(1, 7)), (224, .by(7, 1)), (256, .by(1, 7))], form),
      x.pooled("branch3", 128, form),
    ]
  }

  /// Fig. 6.
  private static func c(_ x: Value, _ form: BlockForm?) throws(NetworkError) -> [Value] {
    func pair(_ y: Value, _ name: String) throws(NetworkError) -> [Value] {
      try [
        y.unit("\(name)a", 256, kernel: .by(1, 3), form),
        y.unit("\(name)b", 256, kernel: .by(3, 1), form),
      ]
    }
    let split = try x.unit("branch1_0", 384, kernel: 1, form)
    let deep = try x.unit("branch2_0", 384, kernel: 1, form)
      .unit("branch2_1", 448, kernel: .by(3, 1), form)
      .unit("branch2_2", 512, kernel: .by(1, 3), form)
    return try [x.unit("branch0", 256, kernel: 1, form)] + pair(split, "branch1_1") + pair(deep, "branch2_3")
      + [x.pooled("branch3", 256, form)]
  }

  /// Fig. 7, with k = 192, l = 224, m = 256, n = 384.
  private static func reductionA(_ x: Value, _ form: BlockForm?) throws(NetworkError) -> [Value] {
    try [
      x.units([("branch0", 384, 3, 2)], form),
      x.chain("branch1", [(192, 1), (224, 3)], form).units([("branch1.2", 256, 3, 2)], form),
      x.maxPool("branch2", kernel: 3, stride: 2),
    ]
  }

  /// Fig. 8.
  private static func reductionB(_ x: Value, _ form: BlockForm?) throws(NetworkError) -> [Value] {
    try [
      x.chain("branch0", [(192, 1)], form).units([("branch0.1", 192, 3, 2)], form),
      x.chain("branch1", [(256, 1), (256, .by(1, 7)), (320, .by(7, 1))], form).units([("branch1.3", 320, 3, 2)], form),
      x.maxPool("branch2", kernel: 3, stride: 2),
    ]
  }
}

extension InceptionV4 {
  static let paper =
    "Szegedy et al.: Inception-v4, Inception-ResNet and the Impact of Residual Connections, arXiv:1602.07261"

  static let entries = [
    CatalogueEntry(
      "inception_v4", family: "Inception", year: 2016,
      paper: paper,
      summary: "three kinds of Inception modules, the deepest network of the family without shortcuts",
      settings: [blocks(published, "modules of each of the three kinds")],
      input: .map(channels: 3, height: 299, width: 299),
      counterpart: { _ in .unnamed(.preActivation) },
      module: { _, settings in InceptionV4(modulesPerStage: settings.integers(.blocks)) })
  ]

  /// The setting for networks of three stages.
  static func blocks(_ published: [Int], _ summary: String) -> Setting {
    Setting(.blocks, published, summary, values: .integers(count: 3...3, each: 1...1024))
  }
}
