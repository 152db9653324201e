import NetworkGraph

extension ResNet {
  /// Networks that differ from a ResNet in the inside of their bottlenecks.
  static var relatives: [CatalogueEntry] {
    let wide = "Zagoruyko, Komodakis: Wide Residual Networks, arXiv:1605.07146"
    let grouped = "Xie et al.: Aggregated Residual Transformations, arXiv:1611.05431"
    return [
      relative("wide_resnet50_2", "Wide ResNet", 2016, wide, "inner convolutions twice as wide", .d50, width: 128),
      relative("wide_resnet101_2", "Wide ResNet", 2016, wide, "inner convolutions twice as wide", .d101, width: 128),
      relative("resnext50_32x4d", "ResNeXt", 2016, grouped, "3×3 in 32 groups of 4 channels", .d50, 32, width: 4),
      relative("resnext101_32x8d", "ResNeXt", 2016, grouped, "3×3 in 32 groups of 8 channels", .d101, 32, width: 8),
      relative("resnext101_64x4d", "ResNeXt", 2016, grouped, "3×3 in 64 groups of 4 channels", .d101, 64, width: 4),
      relative(
        "seresnet50", "SE-ResNet", 2017, "Hu et al.: Squeeze-and-Excitation Networks, arXiv:1709.01507",
        "every block scales its channels by what it sees of the whole map", .d50, excites: true),
    ]
  }

  private static func relative(
    _ name: String, _ family: String, _ year: Int, _ paper: String, _ summary: String, _ depth: Depth,
    _ groups: Int = 1, width: Int = ResNet.stemWidth, excites: Bool = false
  ) -> CatalogueEntry {
    var network = ResNet(depth: depth)
    network.groups = groups
    network.groupWidth = width
    network.excites = excites
    return CatalogueEntry(
      name, family: family, year: year, paper: paper, summary: summary, settings: network.settings, input: imageNet,
      counterpart: { _ in .unnamed(.preActivation) },
      module: { [network] _, settings throws(CatalogueError) in try network.with(settings) })
  }
}
