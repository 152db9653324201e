/// Two networks, or parts of them, side by side: blocks with their counterparts, layers with theirs, and each that has
/// none alone. Every node below the two that are aligned stands in exactly one row.
public struct Alignment: Sendable {
  public struct Row: Hashable, Sendable {
    /// The node of the first network; nil where the second's has no counterpart.
    public let a: Node?
    /// The node of the second network; nil where the first's has no counterpart.
    public let b: Node?
    /// How deep it stands below the two nodes that are aligned, which stand at 0.
    public let depth: Int
  }

  public let a: Network
  public let b: Network
  /// In the order of the trees, parents before their children. Never empty.
  public private(set) var rows: [Row] = []

  /// Aligns two nodes, by default the whole networks.
  public init(_ a: Network, _ b: Network, nodes: (a: Node, b: Node)? = nil) {
    self.a = a
    self.b = b
    let top = nodes ?? (.block(a.root.id), .block(b.root.id))
    append(top.a, top.b, depth: 0)
  }

  /// What a row costs on both sides; nothing on a side where it has no node.
  public func costs(of row: Row) -> (a: Cost, b: Cost) {
    (row.a.map(a.cost) ?? .zero, row.b.map(b.cost) ?? .zero)
  }

  /// What the second side costs more than the first.
  public func difference(of row: Row) -> Cost {
    let costs = costs(of: row)
    return costs.b - costs.a
  }

  private mutating func append(_ nodeA: Node?, _ nodeB: Node?, depth: Int) {
    rows.append(Row(a: nodeA, b: nodeB, depth: depth))
    let (childrenA, childrenB) = (nodeA.map(a.children) ?? [], nodeB.map(b.children) ?? [])
    let featuresA = childrenA.map { NodeFeatures($0, in: a) }
    let featuresB = childrenB.map { NodeFeatures($0, in: b) }
    let pairs = alignSequences((childrenA.count, childrenB.count)) { featuresA[$0].likeness(to: featuresB[$1]) }
    for pair in pairs {
      switch pair {
      case .both(let i, let j): append(childrenA[i], childrenB[j], depth: depth + 1)
      case .onlyA(let i): append(childrenA[i], nil, depth: depth + 1)
      case .onlyB(let j): append(nil, childrenB[j], depth: depth + 1)
      }
    }
  }
}

/// What makes two nodes counterparts of each other.
private struct NodeFeatures {
  /// What a block is for.
  private enum Role {
    /// Gives a vector: it pools the whole map, or has linear layers alone.
    case head
    /// A single convolution with what belongs to it.
    case unit
    /// Several convolutions.
    case body
    /// Neither convolutions nor linear layers.
    case passive

    init(_ cost: Cost, output: Shape) {
      let isVector = output.height * output.width == 1
      if isVector, cost.adaptivePooling > 0 || cost.convolutionLayers == 0 && cost.linear > 0 {
        self = .head
      } else {
        self = cost.convolutionLayers > 1 ? .body : cost.convolutionLayers == 1 ? .unit : .passive
      }
    }
  }

  private enum Kind {
    /// - Parameters:
    ///   - halvings: how often the image has been halved until there.
    ///   - ownHalvings: how often the block halves what it is given.
    case block(BlockKind, Role, halvings: Int, ownHalvings: Int)
    case layer(Operation)
  }

  private let name: String
  private let kind: Kind

  init(_ node: Node, in network: Network) {
    name = network.path(of: node).name
    switch node {
    case .block(let id):
      let output = network.outputShape(of: node)
      let input = network.inputs(of: node).first.map { network[$0].output.height } ?? output.height
      kind = .block(
        network[id].kind, Role(network.cost(of: node), output: output),
        halvings: Self.halvings(from: network.inputShape.height, to: output.height),
        ownHalvings: Self.halvings(from: input, to: output.height))
    case .layer(let id): kind = .layer(network[id].operation)
    }
  }

  /// How often a length is halved to become a shorter one, rounded.
  private static func halvings(from length: Int, to shorter: Int) -> Int {
    var (count, ratio) = (0, Double(length) / Double(max(1, shorter)))
    while ratio >= 2.0.squareRoot() { (count, ratio) = (count + 1, ratio / 2) }
    return count
  }

  /// 0 for nodes that are not to be paired: a block and a layer, the classifier of one network and the features of the
  /// other, all features and the last stage, blocks that have nothing in common. Convolutions, linear layers and blocks
  /// weigh more than all the norms and activations between them, so that these follow where those lead: `conv1` stands
  /// beside `conv1` in the post-activation and in the pre-activation form.
  func likeness(to other: NodeFeatures) -> Int {
    let nameBonus = name == other.name ? 8 : 0
    switch (kind, other.kind) {
    case (.block(let kindA, let roleA, let halvingsA, let ownA), .block(let kindB, let roleB, let halvingsB, let ownB)):
      guard (roleA == .head) == (roleB == .head), roleA == .head || abs(ownA - ownB) < 3 else { return 0 }
      let common =
        (kindA == kindB ? 16 : 0) + (roleA == roleB ? 8 : 0) + (halvingsA == halvingsB ? 8 : 0) + nameBonus
      return common == 0 ? 0 : 8 + common
    case (.layer(.convolution(let a)), .layer(.convolution(let b))):
      return 16 + nameBonus + (a.kernel == b.kernel ? 8 : 0)
    case (.layer(.linear), .layer(.linear)): return 16
    case (.layer(let a), .layer(let b)): return a.kind == b.kind ? 4 + nameBonus / 8 : 0
    default: return 0
    }
  }
}
