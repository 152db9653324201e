/// The place of a layer in its network's order of execution.
public struct LayerID: Hashable, Sendable, Comparable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: LayerID, b: LayerID) -> Bool { a.index < b.index }
}

/// The place of a block in its network's tree, numbered parents first.
public struct BlockID: Hashable, Sendable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

/// One operation of a network, with where its values come from and what it gives.
public struct Layer: Sendable {
  public let id: LayerID
  public let path: NodePath
  public let operation: Operation
  /// The layers whose outputs it takes, in order; all of them come earlier.
  public let inputs: [LayerID]
  public let output: Shape
  public let cost: Cost
  /// What its tensors are called, where other layers may have the same ones: each is counted in the first layer that has
  /// it. Empty where they are its own.
  public internal(set) var sharedNames: [String] = []

  /// True if an earlier layer has tensors of this one, which are counted there.
  public var countsFewerTensors: Bool {
    !sharedNames.isEmpty
      && cost.parameters + cost.buffers < operation.tensors.reduce(0) { $0 + $1.elements }
  }

  /// True for what a pass is given.
  public var isInput: Bool { if case .input = operation { true } else { false } }
}

/// What sort of block it is, in the words of the paper or of torchvision: `Bottleneck`, `InceptionModule`, `Stage`.
public struct BlockKind: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { self.init(rawValue: value) }
  public var description: String { rawValue }

  public static let network: BlockKind = "Network"
  public static let stage: BlockKind = "Stage"
  public static let sequential: BlockKind = "Sequential"
}

/// Where a block normalises and activates: after each convolution, or before it (He et al. 2016, "Identity Mappings").
public enum BlockForm: String, Hashable, Sendable, CaseIterable {
  case postActivation = "post-activation"
  case preActivation = "pre-activation"

  public var other: BlockForm { self == .postActivation ? .preActivation : .postActivation }
}

/// A child of a block: a block, or a layer.
public enum Node: Hashable, Sendable {
  case block(BlockID)
  case layer(LayerID)
}

/// A named group of layers that follow one another in the network's order, such as a residual block or a stage.
public struct Block: Sendable {
  public let id: BlockID
  public let path: NodePath
  public let kind: BlockKind
  /// The form that it was built in; nil where the block has only one.
  public let form: BlockForm?
  public let parent: BlockID?
  public internal(set) var children: [Node]
  /// The layers inside it, nested blocks included.
  public internal(set) var layers: Range<Int>
  /// The layer whose value the block gives.
  public internal(set) var output: LayerID
}

/// A network: layers in order of execution with their dataflow, and the tree of blocks that people read it by.
public struct Network: Sendable {
  /// The catalogue's name, such as `resnet50`.
  public let name: String
  /// Each layer comes after all of its inputs; the first is the image itself.
  public let layers: [Layer]
  /// The tree, parents before children; the first is the network itself.
  public let blocks: [Block]
  /// The layer whose value is the network's answer.
  public let output: LayerID

  private let pathIndex: [NodePath: Node]
  private let runningCosts: [Cost]
  private let consumerLists: [[LayerID]]
  private let layerParents: [BlockID]

  init(name: String, layers: [Layer], blocks: [Block], output: LayerID) {
    self.name = name
    self.layers = layers
    self.blocks = blocks
    self.output = output
    var index: [NodePath: Node] = [:]
    index.reserveCapacity(layers.count + blocks.count)
    for layer in layers { index[layer.path] = .layer(layer.id) }
    for block in blocks { index[block.path] = .block(block.id) }
    pathIndex = index
    var sums = [Cost.zero]
    sums.reserveCapacity(layers.count + 1)
    var consumers = [[LayerID]](repeating: [], count: layers.count)
    for layer in layers {
      sums.append(sums[sums.count - 1] + layer.cost)
      for input in layer.inputs { consumers[input.index].append(layer.id) }
    }
    var parents = [BlockID](repeating: BlockID(0), count: layers.count)
    for block in blocks {
      for case .layer(let id) in block.children { parents[id.index] = block.id }
    }
    layerParents = parents
    runningCosts = sums
    consumerLists = consumers
  }

  public var root: Block { blocks[0] }
  public var input: Layer { layers[0] }
  /// What a pass is given: the image, and in some files other values beside it.
  public var inputs: [Layer] { layers.filter(\.isInput) }
  public var inputShape: Shape { layers[0].output }
  /// The shapes of all inputs in words: `3×224×224`, `3×64×64 + 1×64×64`.
  public var inputShapes: String { inputs.map(\.output.description).joined(separator: " + ") }
  public var outputShape: Shape { layers[output.index].output }
  public var cost: Cost { runningCosts[layers.count] }

  public subscript(id: LayerID) -> Layer { layers[id.index] }
  public subscript(id: BlockID) -> Block { blocks[id.index] }

  /// The block or layer of that name.
  public func node(at path: NodePath) -> Node? { pathIndex[path] }
  public func block(at path: NodePath) -> Block? {
    if case .block(let id)? = pathIndex[path] { self[id] } else { nil }
  }
  public func layer(at path: NodePath) -> Layer? { layerID(at: path).map { self[$0] } }

  /// The same without the layer's own values.
  public func layerID(at path: NodePath) -> LayerID? {
    if case .layer(let id)? = pathIndex[path] { id } else { nil }
  }

  public func path(of node: Node) -> NodePath {
    switch node {
    case .block(let id): self[id].path
    case .layer(let id): self[id].path
    }
  }

  /// The children of a block, in order; none for a layer.
  public func children(of node: Node) -> [Node] {
    if case .block(let id) = node { self[id].children } else { [] }
  }

  /// The block that a node stands in; nil for the network itself. In constant time.
  public func parent(of node: Node) -> BlockID? {
    switch node {
    case .block(let id): self[id].parent
    case .layer(let id): layerParents[id.index]
    }
  }

  /// The name of a node as seen from its parent, which may have several parts: `conv1`, `stages.0`; the network's name
  /// for the network itself.
  public func name(of node: Node) -> String {
    guard let parent = parent(of: node) else { return name }
    return path(of: node).relative(to: self[parent].path).dotted
  }

  /// The cost of a layer, or the sum over a block, in constant time.
  public func cost(of node: Node) -> Cost {
    switch node {
    case .layer(let id): self[id].cost
    case .block(let id): runningCosts[self[id].layers.upperBound] - runningCosts[self[id].layers.lowerBound]
    }
  }

  /// The layer whose value a node gives.
  public func output(of node: Node) -> LayerID {
    switch node {
    case .layer(let id): id
    case .block(let id): self[id].output
    }
  }

  /// The shape that a layer or block gives.
  public func outputShape(of node: Node) -> Shape {
    self[output(of: node)].output
  }

  /// The indices of the layers that a node stands for.
  public func layerRange(of node: Node) -> Range<Int> {
    switch node {
    case .layer(let id): id.index..<id.index + 1
    case .block(let id): self[id].layers
    }
  }

  /// The layers outside a node whose values it takes, without repetition, in order.
  public func inputs(of node: Node) -> [LayerID] {
    let range = layerRange(of: node)
    var seen: Set<LayerID> = []
    return layers[range].filter { !$0.operation.isStored }.flatMap(\.inputs)
      .filter { !range.contains($0.index) && seen.insert($0).inserted }
  }

  /// The layers that take this layer's value.
  public func consumers(of id: LayerID) -> [LayerID] { consumerLists[id.index] }
}
