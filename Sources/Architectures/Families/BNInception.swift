import NetworkGraph

/// BN-Inception (Ioffe and Szegedy 2015, Fig. 5): GoogLeNet with batch norm and two 3×3 in place of the 5×5, in the widths
/// of the published Caffe model, whose convolutions have biases. Names are that model's.
struct BNInception: Module {
  /// Output channels of a module's convolutions; nil where it has none.
  fileprivate struct Widths: Sendable {
    /// The 1×1; nil in a module of stride 2.
    var single: Int?
    var reduced3x3: Int
    var branch3x3: Int
    var reducedDouble: Int
    var double: Int
    /// Behind the pooling; nil where the pooled map is taken as it is.
    var pooled: Int?
    var poolsMaximum = false

    func scaled(by width: WidthMultiplier) -> Widths {
      Widths(
        single: single.map { width($0) }, reduced3x3: width(reduced3x3), branch3x3: width(branch3x3),
        reducedDouble: width(reducedDouble), double: width(double), pooled: pooled.map { width($0) },
        poolsMaximum: poolsMaximum)
    }
  }

  private static let modules: [(name: String, widths: Widths)] = [
    ("3a", .init(single: 64, reduced3x3: 64, branch3x3: 64, reducedDouble: 64, double: 96, pooled: 32)),
    ("3b", .init(single: 64, reduced3x3: 64, branch3x3: 96, reducedDouble: 64, double: 96, pooled: 64)),
    ("3c", .init(reduced3x3: 128, branch3x3: 160, reducedDouble: 64, double: 96, poolsMaximum: true)),
    ("4a", .init(single: 224, reduced3x3: 64, branch3x3: 96, reducedDouble: 96, double: 128, pooled: 128)),
    ("4b", .init(single: 192, reduced3x3: 96, branch3x3: 128, reducedDouble: 96, double: 128, pooled: 128)),
    ("4c", .init(single: 160, reduced3x3: 128, branch3x3: 160, reducedDouble: 128, double: 160, pooled: 128)),
    ("4d", .init(single: 96, reduced3x3: 128, branch3x3: 192, reducedDouble: 160, double: 192, pooled: 128)),
    ("4e", .init(reduced3x3: 128, branch3x3: 192, reducedDouble: 192, double: 256, poolsMaximum: true)),
    ("5a", .init(single: 352, reduced3x3: 192, branch3x3: 320, reducedDouble: 160, double: 224, pooled: 128)),
    (
      "5b",
      .init(
        single: 352, reduced3x3: 192, branch3x3: 320, reducedDouble: 192, double: 224, pooled: 128, poolsMaximum: true)
    ),
  ]

  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try BNInception.unit(x, "conv1_7x7_s2", width(64), kernel: 7, stride: 2)
      .maxPool("pool1_3x3_s2", kernel: 3, stride: 2, ceilMode: true)
    y = try BNInception.unit(
      BNInception.unit(y, "conv2_3x3_reduce", width(64), kernel: 1), "conv2_3x3", width(192), kernel: 3
    )
    .maxPool("pool2_3x3_s2", kernel: 3, stride: 2, ceilMode: true)
    for (name, published) in BNInception.modules {
      let widths = published.scaled(by: width)
      y = try y.apply(
        "inception_\(name)",
        BranchedModule(kind: "InceptionModule", form: form) { x, form throws(NetworkError) in
          try BNInception.branches(x, widths, form)
        })
    }
    if form == .preActivation { y = try y.batchNorm("norm").relu() }
    return try y.globalAveragePool("global_pool").flatten().linear("last_linear", 1000)
  }

  private static func branches(
    _ x: Value, _ widths: Widths, _ form: BlockForm?
  ) throws(NetworkError) -> [Value] {
    func unit(
      _ x: Value, _ name: String, _ channels: Int, kernel: Extent, stride: Int = 1
    ) throws(NetworkError) -> Value {
      try BNInception.unit(x, name, channels, kernel: kernel, stride: stride, form)
    }
    let stride = widths.single == nil ? 2 : 1
    var branches: [Value] = []
    if let single = widths.single { branches.append(try unit(x, "1x1", single, kernel: 1)) }
    branches.append(
      try unit(unit(x, "3x3_reduce", widths.reduced3x3, kernel: 1), "3x3", widths.branch3x3, kernel: 3, stride: stride))
    let double = try unit(
      unit(x, "double_3x3_reduce", widths.reducedDouble, kernel: 1), "double_3x3_1", widths.double, kernel: 3)
    branches.append(try unit(double, "double_3x3_2", widths.double, kernel: 3, stride: stride))
    let pooled =
      widths.poolsMaximum
      ? try x.maxPool("pool", kernel: 3, stride: Extent(stride), padding: stride == 1 ? 1 : 0, ceilMode: true)
      : try x.averagePool("pool", kernel: 3, stride: 1, padding: 1, ceilMode: true)
    branches.append(
      try widths.pooled.map { width throws(NetworkError) in try unit(pooled, "pool_proj", width, kernel: 1) } ?? pooled)
    return branches
  }

  private static func unit(
    _ x: Value, _ name: String, _ channels: Int, kernel: Extent, stride: Int = 1, _ form: BlockForm? = .postActivation
  ) throws(NetworkError) -> Value {
    let y = form == .preActivation ? try x.batchNorm("\(name)_bn").relu() : x
    let z = try y.conv(name, channels, kernel: kernel, stride: Extent(stride), bias: true)
    return form == .preActivation ? z : try z.batchNorm("\(name)_bn").relu()
  }
}

extension BNInception {
  static let entries = [
    CatalogueEntry(
      "bn_inception", family: "Inception", year: 2015,
      paper: "Ioffe, Szegedy: Batch Normalization, arXiv:1502.03167",
      summary: "GoogLeNet with batch norm, and two 3×3 in place of every 5×5",
      settings: [WidthMultiplier.full.setting],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .unnamed(.preActivation) },
      module: { _, settings in BNInception(width: WidthMultiplier(settings)) })
  ]
}
