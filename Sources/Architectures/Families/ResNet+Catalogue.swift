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

  func network(_ depth: ResNet.Depth) -> ResNet {
    var network = ResNet(depth: depth)
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

  private static let imageNet = Shape.map(channels: 3, height: 224, width: 224)

  private static func entry(_ depth: Depth) -> CatalogueEntry {
    let name = "resnet\(depth.rawValue)"
    return CatalogueEntry(
      name, family: "ResNet", year: 2015,
      paper: paper,
      summary: "\(depth.rawValue) layers of \(depth.hasBottlenecks ? "bottleneck" : "basic residual") blocks",
      presets: ResNetPreset.allCases.filter { $0.isPublished(for: depth) }.map {
        Preset($0.rawValue, $0.summary(for: depth))
      },
      input: imageNet,
      counterpart: { preset in
        switch preset.flatMap(ResNetPreset.init) {
        case nil: .named(name, preset: ResNetPreset.preact.rawValue)
        case .v1: .unnamed(.preActivation)
        case .preact, .kerasV2, .torch7: .named(name)
        }
      },
      module: { preset, _ in preset.flatMap(ResNetPreset.init)?.network(depth) ?? ResNet(depth: depth) })
  }

  private static func preActivationEntry(_ depth: Depth) -> CatalogueEntry {
    CatalogueEntry(
      "preact_resnet\(depth.rawValue)", family: "ResNet", year: 2016,
      paper: preActivationPaper,
      summary: "\(depth.rawValue) layers, norm and ReLU before every convolution; timm's resnetv2_\(depth.rawValue)",
      input: imageNet,
      counterpart: { _ in .named("resnet\(depth.rawValue)") },
      module: { _, _ in
        ResNet(depth: depth, form: .preActivation, options: ResidualOptions(names: .timm))
      })
  }

  private static func plainEntry(_ depth: Depth) -> CatalogueEntry {
    CatalogueEntry(
      "plain\(depth.rawValue)", family: "ResNet", year: 2015, paper: paper,
      summary: "the ResNet of \(depth.rawValue) layers without its shortcuts: what the degradation problem is about",
      input: imageNet,
      counterpart: { _ in .none(reason: "without shortcuts the other form is the same chain of layers") },
      module: { _, _ in ResNet(depth: depth, form: nil) })
  }
}

extension ResNet {
  /// Networks that differ from a ResNet in the inside of their bottlenecks.
  private static var relatives: [CatalogueEntry] {
    let wide = "Zagoruyko, Komodakis: Wide Residual Networks, arXiv:1605.07146"
    let grouped = "Xie et al.: Aggregated Residual Transformations, arXiv:1611.05431"
    return [
      relative("wide_resnet50_2", "Wide ResNet", 2016, wide, "inner convolutions twice as wide") {
        ResNet(depth: .d50, groupWidth: 128)
      },
      relative("wide_resnet101_2", "Wide ResNet", 2016, wide, "inner convolutions twice as wide") {
        ResNet(depth: .d101, groupWidth: 128)
      },
      relative("resnext50_32x4d", "ResNeXt", 2017, grouped, "3×3 in 32 groups of 4 channels") {
        ResNet(depth: .d50, groups: 32, groupWidth: 4)
      },
      relative("resnext101_32x8d", "ResNeXt", 2017, grouped, "3×3 in 32 groups of 8 channels") {
        ResNet(depth: .d101, groups: 32, groupWidth: 8)
      },
      relative("resnext101_64x4d", "ResNeXt", 2017, grouped, "3×3 in 64 groups of 4 channels") {
        ResNet(depth: .d101, groups: 64, groupWidth: 4)
      },
      relative(
        "seresnet50", "SE-ResNet", 2018, "Hu et al.: Squeeze-and-Excitation Networks, arXiv:1709.01507",
        "every block scales its channels by what it sees of the whole map"
      ) { ResNet(depth: .d50, excites: true) },
    ]
  }

  private static func relative(
    _ name: String, _ family: String, _ year: Int, _ paper: String, _ summary: String,
    _ network: @escaping @Sendable () -> ResNet
  ) -> CatalogueEntry {
    CatalogueEntry(
      name, family: family, year: year, paper: paper, summary: summary, input: imageNet,
      counterpart: { _ in .unnamed(.preActivation) }, module: { _, _ in network() })
  }
}
