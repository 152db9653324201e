extension Network {
  /// The network as far as a layer: its answer is the layer's value, and what that does not need is left out. Layers
  /// keep their paths, and the inputs stay all; the tree is flat.
  public func prefix(through layer: LayerID) -> Network {
    var isNeeded = Array(repeating: false, count: layers.count)
    for input in inputs { isNeeded[input.id.index] = true }
    isNeeded[layer.index] = true
    for index in stride(from: layer.index, to: 0, by: -1) where isNeeded[index] {
      for input in layers[index].inputs { isNeeded[input.index] = true }
    }
    var moved: [LayerID: LayerID] = [:]
    var kept: [Layer] = []
    for old in layers where isNeeded[old.id.index] {
      let id = LayerID(kept.count)
      moved[old.id] = id
      kept.append(
        Layer(
          id: id, path: old.path, operation: old.operation, inputs: old.inputs.compactMap { moved[$0] },
          output: old.output, cost: old.cost, sharedNames: old.sharedNames))
    }
    // An input may have others behind it.
    let root = Block(
      id: BlockID(0), path: .root, kind: .network, form: nil, parent: nil, children: kept.map { .layer($0.id) },
      layers: 0..<kept.count, output: moved[layer]!)
    return Network(name: name, layers: kept, blocks: [root], output: root.output)
  }
}
