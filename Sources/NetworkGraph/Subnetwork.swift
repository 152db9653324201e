extension Network {
  /// A block or layer as a network of its own: the value that it takes becomes the image, and paths are seen from it.
  ///
  /// - Throws: `noSuchNode`; `severalInputs` for a node that takes more than one value from outside.
  public func subnetwork(at path: NodePath) throws(NetworkError) -> Network {
    guard let node = node(at: path) else { throw .noSuchNode(path) }
    if path.isRoot { return self }
    let outside = inputs(of: node)
    let range = layerRange(of: node)
    let image: LayerID
    switch outside.count {
    case 0: image = LayerID(0)
    case 1: image = outside[0]
    default: throw .severalInputs(path, outside.map { self[$0].path })
    }
    // The layers move down to stand behind the image.
    let offset = range.lowerBound - 1
    func moved(_ id: LayerID) -> LayerID {
      range.contains(id.index) && id != image ? LayerID(id.index - offset) : LayerID(0)
    }

    let shape = self[image].output
    let input = Operation.input(shape)
    var inner = [
      Layer(
        id: LayerID(0), path: Network.inputPath, operation: input, inputs: [], output: shape,
        cost: try input.cost(inputs: [], output: shape, layer: Network.inputPath))
    ]
    for layer in layers[range] where layer.id != image {
      inner.append(
        Layer(
          id: moved(layer.id), path: path == layer.path ? NodePath(path.name) : layer.path.relative(to: path),
          operation: layer.operation, inputs: layer.inputs.map(moved), output: layer.output, cost: layer.cost))
    }
    return Network(
      name: "\(name)#\(path)", layers: inner, blocks: innerBlocks(of: node, moved: moved, layers: inner.count),
      output: moved(output(of: node)))
  }

  /// The path of the image in every network.
  static var inputPath: NodePath { "input" }

  /// The tree below a node, with a root that also holds the image.
  private func innerBlocks(of node: Node, moved: (LayerID) -> LayerID, layers count: Int) -> [Block] {
    guard case .block(let top) = node else {
      return [
        Block(
          id: BlockID(0), path: .root, kind: .network, form: nil, parent: nil,
          children: (0..<count).map { .layer(LayerID($0)) }, layers: 0..<count, output: LayerID(count - 1))
      ]
    }
    // Blocks are numbered parents first, so that those below one follow it.
    let range = self[top].layers
    let inside = blocks[top.index...].prefix { $0.id == top || $0.path.isInside(self[top].path) }
    return inside.map { block in
      let isTop = block.id == top
      let children = block.children.map { child -> Node in
        switch child {
        case .block(let id): .block(BlockID(id.index - top.index))
        case .layer(let id): .layer(moved(id))
        }
      }
      let lower = block.layers.lowerBound - range.lowerBound + 1
      return Block(
        id: BlockID(block.id.index - top.index),
        path: block.path == self[top].path ? .root : block.path.relative(to: self[top].path),
        kind: block.kind, form: block.form, parent: isTop ? nil : block.parent.map { BlockID($0.index - top.index) },
        children: isTop ? [.layer(LayerID(0))] + children : children,
        layers: (isTop ? 0 : lower)..<(lower + block.layers.count), output: moved(block.output))
    }
  }
}
