import NetworkGraph

extension ResNet {
  /// What can be set on a network of this family, with the values that this one has.
  var settings: [Setting] {
    [
      Setting(.blocks, blocksPerStage), Setting(.block, block.rawValue),
      Setting(.groups, groups, "groups of a bottleneck's 3×3 (ResNeXt's cardinality)", values: .integer(1...1024)),
      Setting(
        .width, groupWidth, "channels of a group in the first stage; 128 in one group is a Wide ResNet",
        values: .integer(1...4096)),
      Setting(.excitation, excites),
    ]
  }

  /// This network with the values of its settings.
  func with(_ settings: Settings) throws(CatalogueError) -> ResNet {
    var network = self
    network.blocksPerStage = settings.integers(.blocks)
    network.block = settings.choice(.block) ?? block
    network.groups = settings.integer(.groups)
    network.groupWidth = settings.integer(.width)
    network.excites = settings.flag(.excitation)
    if network.block == .basic {
      try settings.require(network.groups == 1, .groups, "1 with block=basic, whose convolutions have one group")
      try settings.require(
        network.groupWidth == ResNet.stemWidth, .width, "\(ResNet.stemWidth) with block=basic, which has no bottleneck")
    }
    return network
  }
}
