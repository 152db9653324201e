import NetworkGraph

/// Pre-activation residual networks for CIFAR-10 (He et al. 2016, §4): three stages on small images, a projection where
/// the width changes.
struct ResNetCIFAR: Module {
  /// The published depths: layers with weights.
  enum Depth: Int, CaseIterable {
    case d20 = 20
    case d56 = 56
    case d110 = 110
    case d164 = 164

    /// The deepest is made of bottlenecks.
    var hasBottlenecks: Bool { self == .d164 }
    /// All layers but the stem and the classifier, over three stages.
    var blocksPerStage: Int { (rawValue - 2) / (hasBottlenecks ? 9 : 6) }
  }

  var depth: Depth
  var form: BlockForm? = .preActivation

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try x.conv("conv1", 16, kernel: 3)
    if form == .postActivation { y = try y.batchNorm("bn1").relu() }
    for stage in 0..<3 {
      y = try y.block("layer\(stage + 1)", .stage) { x throws(NetworkError) in
        var y = x
        for position in 0..<depth.blocksPerStage {
          y = try y.apply(
            "\(position)", block(width: 16 << stage, stride: stage > 0 && position == 0 ? 2 : 1))
        }
        return y
      }
    }
    if form == .preActivation { y = try y.batchNorm("norm").relu() }
    return try y.globalAveragePool("avgpool").flatten().linear("fc", 10)
  }

  private func block(width: Int, stride: Int) -> any Module {
    depth.hasBottlenecks
      ? Bottleneck(form: form, width: width, stride: stride, stridePlacement: .reduction)
      : BasicBlock(form: form, outputChannels: width, stride: stride)
  }
}

extension ResNetCIFAR {
  static let entries = Depth.allCases.map { depth in
    CatalogueEntry(
      "cifar_preact_resnet\(depth.rawValue)", family: "ResNet", year: 2016, paper: ResNet.preActivationPaper,
      summary: "\(depth.rawValue) layers of pre-activation blocks for CIFAR-10",
      input: .map(channels: 3, height: 32, width: 32), counterpart: { _ in .unnamed(.postActivation) },
      module: { _, _ in ResNetCIFAR(depth: depth) })
  }
}
