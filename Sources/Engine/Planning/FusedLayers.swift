import NetworkGraph

extension Network {
  /// The layers that run together as one step, the one that gives the step its kind first; steps of one layer left out.
  public var fusedLayers: [[LayerID]] { fusedGroups(fused: true).map(\.layers).filter { $0.count > 1 } }
}
