import NetworkGraph

/// The published variants of a ResNet of one depth.
enum ResNetPreset: String, CaseIterable {
  case v1
  case preact
  case kerasV2 = "keras-v2"
  case torch7 = "torch7-preresnet"

  func isPublished(for depth: ResNet.Depth) -> Bool { self != .kerasV2 || depth.hasBottlenecks }

  func summary(for depth: ResNet.Depth) -> String {
    switch self {
    case .v1:
      depth.hasBottlenecks
        ? "as published: stride in the first 1×1 of a block instead of its 3×3"
        : "as published; the same, since basic blocks have no 1×1"
    case .preact: "pre-activation: norm and ReLU before every convolution, projection on the activated input"
    case .kerasV2: "pre-activation as in Keras: biases, stride in the last block of a stage, subsampling shortcuts"
    case .torch7: "pre-activation as in fb.resnet.torch: stem with norm and ReLU, projection with norm on the raw input"
    }
  }

  /// The variant of a network in its default form.
  func variant(of network: ResNet) -> ResNet {
    var network = network
    if self != .v1 { network.form = .preActivation }
    switch self {
    case .v1: network.stridePlacement = .reduction
    case .preact: break
    case .kerasV2:
      network.downsampling = .last
      network.stemBias = true
      network.options = ResidualOptions(
        shortcut: Shortcut(projectionBias: true, subsamples: true), lastBias: true, epsilon: 1.001e-5)
    case .torch7:
      network.activatesStem = true
      network.options.shortcut = Shortcut(projectionInput: .raw, normalisesPreActivation: true)
    }
    return network
  }
}

extension ResNet {
  static var entries: [CatalogueEntry] {
    Depth.allCases.map(entry) + Depth.allCases.map(preActivationEntry) + [Depth.d18, .d34].map(plainEntry)
      + relatives
  }

  static let paper = "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, arXiv:1512.03385"
  static let preActivationPaper = "He, Zhang, Ren, Sun: Identity Mappings in Deep Residual Networks, arXiv:1603.05027"

  static let imageNet = Shape.map(channels: 3, height: 224, width: 224)

  /// Every ResNet, ResNeXt, Wide and SE ResNet, by its parameters.
  static let family = entry("resnet", .d50, "residual networks of any depth and width, in groups or not")

  /// The same before the names of timm's `resnetv2`.
  static let preActivationFamily = preActivationEntry(
    "preact_resnet", .d50, counterpart: "resnet", "pre-activation residual networks of any depth and width")

  private static func entry(_ depth: Depth) -> CatalogueEntry {
    entry(
      "resnet\(depth.rawValue)", depth,
      "\(depth.rawValue) layers of \(depth.hasBottlenecks ? "bottleneck" : "basic residual") blocks")
  }

  private static func entry(_ name: String, _ depth: Depth, _ summary: String) -> CatalogueEntry {
    let network = ResNet(depth: depth)
    return CatalogueEntry(
      name, family: "ResNet", year: 2015, paper: paper, summary: summary,
      presets: ResNetPreset.allCases.filter { $0.isPublished(for: depth) }.map {
        Preset($0.rawValue, $0.summary(for: depth))
      },
      settings: network.settings, input: imageNet,
      counterpart: { preset in
        switch preset.flatMap(ResNetPreset.init) {
        case nil: .named(name, preset: ResNetPreset.preact.rawValue)
        case .v1: .unnamed(.preActivation)
        case .preact, .kerasV2, .torch7: .named(name)
        }
      },
      module: { preset, settings throws(CatalogueError) in
        let network = try network.with(settings)
        return preset.flatMap(ResNetPreset.init)?.variant(of: network) ?? network
      })
  }

  private static func preActivationEntry(_ depth: Depth) -> CatalogueEntry {
    preActivationEntry(
      "preact_resnet\(depth.rawValue)", depth, counterpart: "resnet\(depth.rawValue)",
      "\(depth.rawValue) layers, norm and ReLU before every convolution; timm's resnetv2_\(depth.rawValue)")
  }

  private static func preActivationEntry(
    _ name: String, _ depth: Depth, counterpart: String, _ summary: String
  ) -> CatalogueEntry {
    let network = ResNet(depth: depth, form: .preActivation, options: ResidualOptions(names: .timm))
    return CatalogueEntry(
      name, family: "ResNet", year: 2016, paper: preActivationPaper, summary: summary, settings: network.settings,
      input: imageNet,
      counterpart: { _ in .named(counterpart) },
      module: { _, settings throws(CatalogueError) in try network.with(settings) })
  }

  private static func plainEntry(_ depth: Depth) -> CatalogueEntry {
    CatalogueEntry(
      "plain\(depth.rawValue)", family: "ResNet", year: 2015, paper: paper,
      summary: "the ResNet of \(depth.rawValue) layers without its shortcuts: what the degradation problem is about",
      settings: [Setting(.blocks, depth.blocksPerStage)], input: imageNet,
      counterpart: { _ in .none(reason: "without shortcuts the other form is the same chain of layers") },
      module: { _, settings in
        var network = ResNet(depth: depth, form: nil)
        network.blocksPerStage = settings.integers(.blocks)
        return network
      })
  }
}
