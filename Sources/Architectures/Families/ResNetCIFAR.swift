import NetworkGraph

/// Residual networks for CIFAR-10 (He et al. 2015, §4.2, and 2016, §4): three stages on small images. Where the width
/// changes, the first have a shortcut without parameters, the pre-activation ones a projection.
struct ResNetCIFAR: Module {
  /// Layers with weights.
  var depth: Int
  var hasBottlenecks = false
  var form: BlockForm? = .preActivation
  var shortcut = Shortcut()
  /// Channels of the first stage; every next one has twice as many.
  var width = 16

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try x.conv("conv1", width, kernel: 3)
    if form == .postActivation { y = try y.batchNorm("bn1").relu() }
    for stage in 0..<3 {
      y = try y.block("layer\(stage + 1)", .stage) { x throws(NetworkError) in
        var y = x
        for position in 0..<blocksPerStage {
          y = try y.apply(
            "\(position)", block(width: width << stage, stride: stage > 0 && position == 0 ? 2 : 1))
        }
        return y
      }
    }
    if form == .preActivation { y = try y.batchNorm("norm").relu() }
    return try y.globalAveragePool("avgpool").flatten().linear("fc", 10)
  }

  /// All layers but the stem and the classifier, over three stages.
  private var blocksPerStage: Int { (depth - 2) / layersPerBlock }

  /// Layers of one block in each of the three stages.
  private var layersPerBlock: Int { hasBottlenecks ? 9 : 6 }

  private func block(width: Int, stride: Int) -> any Module {
    hasBottlenecks
      ? Bottleneck(form: form, width: width, stride: stride, stridePlacement: .reduction, options: options)
      : BasicBlock(form: form, outputChannels: width, stride: stride, options: options)
  }

  private var options: ResidualOptions { ResidualOptions(shortcut: shortcut) }
}

extension ResNetCIFAR {
  static let entries = [20, 32, 44, 56, 110, 1202].map(entry) + [20, 56, 110, 164, 1001].map(preActivationEntry)

  static let family = entry(
    "cifar_resnet", depth: 20, form: .postActivation, "any number of layers for CIFAR-10, shortcuts without parameters")

  private static func entry(_ depth: Int) -> CatalogueEntry {
    entry(
      "cifar_resnet\(depth)", depth: depth, form: .postActivation,
      "\(depth) layers for CIFAR-10, shortcuts without parameters")
  }

  private static func preActivationEntry(_ depth: Int) -> CatalogueEntry {
    entry(
      "cifar_preact_resnet\(depth)", depth: depth, hasBottlenecks: depth > 110, form: .preActivation,
      "\(depth) layers of pre-activation blocks for CIFAR-10")
  }

  private static func entry(
    _ name: String, depth: Int, hasBottlenecks: Bool = false, form: BlockForm, _ summary: String
  ) -> CatalogueEntry {
    let isPublished = form == .postActivation
    return CatalogueEntry(
      name, family: "ResNet", year: isPublished ? 2015 : 2016,
      paper: isPublished ? ResNet.paper : ResNet.preActivationPaper, summary: summary,
      settings: [
        Setting(.depth, depth), Setting(.block, ResidualBlockKind(hasBottlenecks: hasBottlenecks).rawValue),
        Setting(.width, 16, "channels of the first stage; every next one has twice as many"),
      ],
      input: .map(channels: 3, height: 32, width: 32), counterpart: { _ in .unnamed(form.other) },
      module: { _, settings throws(CatalogueError) in
        let network = ResNetCIFAR(
          depth: settings.integer(.depth), hasBottlenecks: settings.choice(.block) == ResidualBlockKind.bottleneck,
          form: form, shortcut: Shortcut(padsChannels: isPublished), width: settings.integer(.width))
        let layers = network.layersPerBlock
        try settings.require(
          network.depth >= layers + 2 && (network.depth - 2) % layers == 0, .depth,
          "\(layers)·n + 2, such as \(layers + 2) or \(3 * layers + 2): three stages of n blocks, stem and classifier")
        return network
      })
  }
}
