extension Network {
  /// The convolution or linear layer that this batch norm can be folded into: its only input, whose value nobody else
  /// takes. A norm behind an addition, a concatenation or a pooling has none and must be computed.
  public func foldingTarget(ofBatchNorm id: LayerID) -> LayerID? {
    guard case .batchNorm = self[id].operation, let source = self[id].inputs.first else { return nil }
    switch self[source].operation {
    case .convolution, .linear: return consumers(of: source).count == 1 && source != output ? source : nil
    default: return nil
    }
  }

  /// How many batch norms of a node can be folded into the layer before them, and how many there are.
  public func batchNorms(in node: Node) -> (foldable: Int, all: Int) {
    batchNorms(in: node) { foldingTarget(ofBatchNorm: $0) != nil }
  }

  /// How many batch norms of a node can be folded, by what tells whether one can, and how many there are.
  public func batchNorms(in node: Node, where isFoldable: (LayerID) -> Bool) -> (foldable: Int, all: Int) {
    let norms = layerRange(of: node).map { LayerID($0) }.filter {
      if case .batchNorm = self[$0].operation { true } else { false }
    }
    return (norms.count(where: isFoldable), norms.count)
  }
}
