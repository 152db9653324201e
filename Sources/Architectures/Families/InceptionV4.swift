import NetworkGraph

/// Inception v4 (Szegedy et al. 2016, Fig. 3 to 9): Inception modules of three kinds with reductions between them. Names
/// are timm's.
struct InceptionV4: Module {
  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let features = try x.block("features", .sequential) { x throws(NetworkError) in
      var y = try stem(x)
      for index in 6...9 { y = try y.block("\(index)", "InceptionA", InceptionV4.a) }
      y = try y.block("10", "ReductionA", InceptionV4.reductionA)
      for index in 11...17 { y = try y.block("\(index)", "InceptionB", InceptionV4.b) }
      y = try y.block("18", "ReductionB", InceptionV4.reductionB)
      for index in 19...21 { y = try y.block("\(index)", "InceptionC", InceptionV4.c) }
      return y
    }
    return try features.globalAveragePool("global_pool").flatten().linear("last_linear", 1000)
  }

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
  private static func a(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.unit("branch0", 96, kernel: 1, .postActivation), x.chain("branch1", [(64, 1), (96, 3)]),
      x.chain("branch2", [(64, 1), (96, 3), (96, 3)]), x.pooled("branch3", 96),
    ])
  }

  /// Fig. 5.
  private static func b(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.unit("branch0", 384, kernel: 1, .postActivation),
      x.chain("branch1", [(192, 1), (224, .by(1, 7)), (256, .by(7, 1))]),
      x.chain("branch2", [(192, 1), (192, .by(7, 1)), (224, .by(1, 7)), (224, .by(7, 1)), (256, .by(1, 7))]),
      x.pooled("branch3", 128),
    ])
  }

  /// Fig. 6.
  private static func c(_ x: Value) throws(NetworkError) -> Value {
    func pair(_ y: Value, _ name: String) throws(NetworkError) -> [Value] {
      [
        try y.unit("\(name)a", 256, kernel: .by(1, 3), .postActivation),
        try y.unit("\(name)b", 256, kernel: .by(3, 1), .postActivation),
      ]
    }
    let split = try x.unit("branch1_0", 384, kernel: 1, .postActivation)
    let deep = try x.unit("branch2_0", 384, kernel: 1, .postActivation)
      .unit("branch2_1", 448, kernel: .by(3, 1), .postActivation)
      .unit("branch2_2", 512, kernel: .by(1, 3), .postActivation)
    return try .concat(
      [x.unit("branch0", 256, kernel: 1, .postActivation)] + pair(split, "branch1_1") + pair(deep, "branch2_3")
        + [x.pooled("branch3", 256)])
  }

  /// Fig. 7, with k = 192, l = 224, m = 256, n = 384.
  private static func reductionA(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.units([("branch0", 384, 3, 2)]),
      x.chain("branch1", [(192, 1), (224, 3)]).units([("branch1.2", 256, 3, 2)]),
      x.maxPool("branch2", kernel: 3, stride: 2),
    ])
  }

  /// Fig. 8.
  private static func reductionB(_ x: Value) throws(NetworkError) -> Value {
    try .concat([
      x.chain("branch0", [(192, 1)]).units([("branch0.1", 192, 3, 2)]),
      x.chain("branch1", [(256, 1), (256, .by(1, 7)), (320, .by(7, 1))]).units([("branch1.3", 320, 3, 2)]),
      x.maxPool("branch2", kernel: 3, stride: 2),
    ])
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
      input: .map(channels: 3, height: 299, width: 299),
      counterpart: { _ in .none(reason: "published with norm and ReLU behind every convolution only") },
      module: { _, _ in InceptionV4() })
  ]
}
