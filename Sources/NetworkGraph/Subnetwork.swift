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

    func innerPath(of layer: Layer) -> NodePath {
      path == layer.path ? NodePath(path.name) : layer.path.relative(to: path)
    }
    // A layer of the block may be called as the image is.
    var imagePath: NodePath = "input"
    while layers[range].contains(where: { $0.id != image && innerPath(of: $0) == imagePath }) {
      imagePath = NodePath(imagePath.name + "_")
    }
    let shape = self[image].output
    let input = Operation.input(shape)
    var inner = [
      Layer(
        id: LayerID(0), path: imagePath, operation: input, inputs: [], output: shape,
        cost: try input.cost(inputs: [], output: shape, layer: imagePath))
    ]
    var counted: Set<String> = []
    for layer in layers[range] where layer.id != image {
      // A tensor that it shares with a layer outside counts here.
      let cost = try layer.operation.cost(
        inputs: layer.inputs.map { self[$0].output }, output: layer.output, layer: layer.path,
        sharedNames: layer.sharedNames, counted: &counted)
      inner.append(
        Layer(
          id: moved(layer.id), path: innerPath(of: layer), operation: layer.operation, inputs: layer.inputs.map(moved),
          output: layer.output, cost: cost, sharedNames: layer.sharedNames))
    }
    return Network(
      name: "\(name)#\(path)", layers: inner, blocks: innerBlocks(of: node, moved: moved, layers: inner.count),
      output: moved(output(of: node)))
  }

  /// The tree below a node, with a root that also holds the image.
  private func innerBlocks(of node: Node, moved: (LayerID) -> LayerID, layers count: Int) -> [Block] {
    guard case .block(let top) = node else {
      return [
        Block(
          id: BlockID(0), path: .root, kind: .network, form: nil, parent: nil,
          children: (0..<count).map { .layer(LayerID($0)) }, layers: 0..<count, output: LayerID(count - 1))
      ]
    }
    // Blocks are numbered parents first, so that those below one follow it, and their parents do.
    let range = self[top].layers
    let inside = blocks[top.index...].prefix { $0.id == top || ($0.parent?.index ?? 0) >= top.index }
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
