import NetworkGraph

/// Residual networks for CIFAR-10 (He et al. 2015, §4.2, and 2016, §4): three stages on small images. Where the width
/// changes, the first have a shortcut without parameters, the pre-activation ones a projection.
struct ResNetCIFAR: Module {
  /// Layers with weights.
  var depth: Int
  var hasBottlenecks = false
  var form: BlockForm? = .preActivation
  var shortcut = Shortcut()

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try x.conv("conv1", 16, kernel: 3)
    if form == .postActivation { y = try y.batchNorm("bn1").relu() }
    for stage in 0..<3 {
      y = try y.block("layer\(stage + 1)", .stage) { x throws(NetworkError) in
        var y = x
        for position in 0..<blocksPerStage {
          y = try y.apply(
            "\(position)", block(width: 16 << stage, stride: stage > 0 && position == 0 ? 2 : 1))
        }
        return y
      }
    }
    if form == .preActivation { y = try y.batchNorm("norm").relu() }
    return try y.globalAveragePool("avgpool").flatten().linear("fc", 10)
  }

  /// All layers but the stem and the classifier, over three stages.
  private var blocksPerStage: Int { (depth - 2) / (hasBottlenecks ? 9 : 6) }

  private func block(width: Int, stride: Int) -> any Module {
    hasBottlenecks
      ? Bottleneck(form: form, width: width, stride: stride, stridePlacement: .reduction, options: options)
      : BasicBlock(form: form, outputChannels: width, stride: stride, options: options)
  }

  private var options: ResidualOptions { ResidualOptions(shortcut: shortcut) }
}

extension ResNetCIFAR {
  static let entries =
    [20, 32, 44, 56, 110, 1202].map(entry)
    + [(20, false), (56, false), (110, false), (164, true), (1001, true)].map(preActivationEntry)

  private static let image = Shape.map(channels: 3, height: 32, width: 32)

  private static func entry(_ depth: Int) -> CatalogueEntry {
    CatalogueEntry(
      "cifar_resnet\(depth)", family: "ResNet", year: 2015, paper: ResNet.paper,
      summary: "\(depth) layers for CIFAR-10, shortcuts without parameters", input: image,
      counterpart: { _ in .unnamed(.preActivation) },
      module: { _, _ in ResNetCIFAR(depth: depth, form: .postActivation, shortcut: Shortcut(padsChannels: true)) })
  }

  private static func preActivationEntry(_ depth: Int, hasBottlenecks: Bool) -> CatalogueEntry {
    CatalogueEntry(
      "cifar_preact_resnet\(depth)", family: "ResNet", year: 2016, paper: ResNet.preActivationPaper,
      summary: "\(depth) layers of pre-activation blocks for CIFAR-10", input: image,
      counterpart: { _ in .unnamed(.postActivation) },
      module: { _, _ in ResNetCIFAR(depth: depth, hasBottlenecks: hasBottlenecks) })
  }
}
