import NetworkGraph

/// GoogLeNet (Szegedy et al. 2014, Table 1), in torchvision's form with batch norm or as published. Without the
/// auxiliary classifiers, which are for training only.
struct GoogLeNet: Module {
  /// nil for the network as published, which has no batch norm.
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  private static let modules3: [(name: String, widths: InceptionModule.Widths)] = [
    ("inception3a", .init(64, 96, 128, 16, 32, 32)), ("inception3b", .init(128, 128, 192, 32, 96, 64)),
  ]
  private static let modules4: [(name: String, widths: InceptionModule.Widths)] = [
    ("inception4a", .init(192, 96, 208, 16, 48, 64)), ("inception4b", .init(160, 112, 224, 24, 64, 64)),
    ("inception4c", .init(128, 128, 256, 24, 64, 64)), ("inception4d", .init(112, 144, 288, 32, 64, 64)),
    ("inception4e", .init(256, 160, 320, 32, 128, 128)),
  ]
  private static let modules5: [(name: String, widths: InceptionModule.Widths)] = [
    ("inception5a", .init(256, 160, 320, 32, 128, 128)), ("inception5b", .init(384, 192, 384, 48, 128, 128)),
  ]

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try stem(x)
    y = try modules(GoogLeNet.modules3, y).maxPool("maxpool3", kernel: 3, stride: 2, ceilMode: true)
    // torchvision pools 2×2 here.
    y = try modules(GoogLeNet.modules4, y)
      .maxPool("maxpool4", kernel: isAsPublished ? 3 : 2, stride: 2, ceilMode: true)
    y = try modules(GoogLeNet.modules5, y)
    if form == .preActivation { y = try y.batchNorm("norm", epsilon: ConvUnit.epsilon).relu() }
    y = try y.globalAveragePool("avgpool").flatten().dropout("dropout", rate: isAsPublished ? 0.4 : 0.2)
      .linear("fc", 1000)
    return isAsPublished ? try y.softmax("softmax") : y
  }

  private var isAsPublished: Bool { form == nil }

  private func stem(_ x: Value) throws(NetworkError) -> Value {
    // The stem stays as it is when the modules turn to pre-activation.
    let order: BlockForm? = isAsPublished ? nil : .postActivation
    let first = try x.unit("conv1", width(64), kernel: 7, stride: 2, bias: isAsPublished, order)
      .maxPool("maxpool1", kernel: 3, stride: 2, ceilMode: true)
    let second = try normalised(first, "norm1").unit("conv2", width(64), kernel: 1, bias: isAsPublished, order)
      .unit("conv3", width(192), kernel: 3, bias: isAsPublished, order)
    return try normalised(second, "norm2").maxPool("maxpool2", kernel: 3, stride: 2, ceilMode: true)
  }

  /// As published, local response norms stand in the stem (with the constants of Krizhevsky et al. 2012, k = 1).
  private func normalised(_ x: Value, _ name: String) throws(NetworkError) -> Value {
    isAsPublished ? try x.localResponseNorm(name, size: 5, alpha: 1e-4, beta: 0.75, k: 1) : x
  }

  private func modules(
    _ list: [(name: String, widths: InceptionModule.Widths)], _ x: Value
  ) throws(NetworkError) -> Value {
    var y = x
    for (name, widths) in list {
      y = try y.apply(
        name,
        InceptionModule(
          form: form, widths: widths.scaled(by: width), largeKernel: isAsPublished ? 5 : 3,
          biases: isAsPublished ? .all : .none))
    }
    return y
  }
}

/// The published variants of GoogLeNet.
enum GoogLeNetPreset: String, CaseIterable {
  case paper
  case preact

  var summary: String {
    switch self {
    case .paper: "as published: 5×5, biases, local response norm, no batch norm"
    case .preact: "pre-activation: norm and ReLU before every convolution of the nine modules"
    }
  }
}

extension GoogLeNet {
  static let paper = "Szegedy et al.: Going Deeper with Convolutions, arXiv:1409.4842"

  static let entries = [
    CatalogueEntry(
      "googlenet", family: "Inception", year: 2014, paper: paper,
      summary: "nine Inception modules; torchvision's form: batch norm, 3×3 in place of 5×5",
      presets: GoogLeNetPreset.allCases.map { Preset($0.rawValue, $0.summary) },
      settings: [WidthMultiplier.full.setting],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { preset in
        switch preset.flatMap(GoogLeNetPreset.init) {
        case .paper: .none(reason: "as published it has no batch norm")
        case .preact: .named("googlenet")
        case nil: .named("googlenet", preset: GoogLeNetPreset.preact.rawValue)
        }
      },
      module: { preset, settings in
        let form: BlockForm? =
          switch preset.flatMap(GoogLeNetPreset.init) {
          case .paper: nil
          case .preact: .preActivation
          case nil: .postActivation
          }
        return GoogLeNet(form: form, width: WidthMultiplier(settings))
      })
  ]
}
