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
  let isBlock: Bool
  let kind: String
  let name: String
  let operation: Operation?

  init(_ node: Node, in network: Network) {
    name = network.path(of: node).name
    switch node {
    case .block(let id):
      isBlock = true
      kind = network[id].kind.rawValue
      operation = nil
    case .layer(let id):
      isBlock = false
      kind = network[id].operation.kind
      operation = network[id].operation
    }
  }

  /// 0 for nodes that are not to be paired. Convolutions, linear layers and blocks weigh more than all the norms and
  /// activations between them, so that these follow where those lead: `conv1` stands beside `conv1` in the
  /// post-activation and in the pre-activation form.
  func likeness(to other: NodeFeatures) -> Int {
    guard isBlock == other.isBlock else { return 0 }
    if isBlock { return (kind == other.kind ? 32 : 20) + (name == other.name ? 8 : 0) }
    guard kind == other.kind, let operation, let otherOperation = other.operation else { return 0 }
    switch (operation, otherOperation) {
    case (.convolution(let c), .convolution(let d)):
      return 16 + (name == other.name ? 8 : 0) + (c.kernel == d.kernel ? 8 : 0)
    case (.linear, .linear): return 16
    default: return 4 + (name == other.name ? 1 : 0)
    }
  }
}
