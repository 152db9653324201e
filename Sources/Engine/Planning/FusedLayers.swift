import NetworkGraph

extension Plan {
  /// The layers that run together as one step, the one that gives the step its kind first; steps of one layer left out.
  public var fusedLayers: [[LayerID]] {
    steps.compactMap { step in
      guard step.covers.count > 1, let owner = step.owner else { return nil }
      return [owner] + step.covers.filter { $0 != owner }
    }
  }
}

extension Network {
  /// The convolution or linear layer into whose weights a norm or scale goes, by the norm.
  public var foldedNorms: [LayerID: LayerID] {
    var targets: [LayerID: LayerID] = [:]
    for group in fusedGroups(fused: true) {
      let folded = group.folded
      for norm in folded.norms + folded.branches.flatMap(\.norms) + folded.sumNorms { targets[norm] = group.main }
    }
    return targets
  }
}
