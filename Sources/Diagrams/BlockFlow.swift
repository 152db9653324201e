import NetworkGraph

/// The flow of values between the children of one block, with steps that run layer after layer drawn together.
struct BlockFlow {
  enum Item {
    /// Where values enter or leave the block.
    case passage
    /// A value from outside, where there are several.
    case outside(LayerID)
    case nodes([Node])
  }

  struct Edge {
    var from: Int
    var to: Int
    var value: LayerID
    /// False for one that only says where an item stands: nothing flows there.
    var isDrawn = true
  }

  private(set) var items: [Item] = []
  private(set) var edges: [Edge] = []
  private let stepOwners: [LayerID: LayerID]
  private let network: Network

  init(_ request: DiagramRequest, _ block: BlockID) {
    network = request.network
    stepOwners = request.stepOwners
    let outside = network.inputs(of: .block(block))
    items = [.passage]
    if outside.count > 1 { items += outside.map { .outside($0) } }
    let firstGroup = items.count
    let groups = Self.groups(network[block].children, network, stepOwners)
    items += groups.map { .nodes($0) } + [.passage]

    // Which item gives each value that is read here.
    var givers: [LayerID: Int] = [:]
    for (index, id) in outside.enumerated() { givers[id] = outside.count > 1 ? index + 1 : 0 }
    let range = network.layerRange(of: .block(block))
    var itemOfLayer = [Int?](repeating: nil, count: range.count)
    for (index, group) in groups.enumerated() {
      for layer in group.lazy.map(network.layerRange).joined() {
        itemOfLayer[layer - range.lowerBound] = firstGroup + index
      }
    }
    func giver(of value: LayerID) -> Int? {
      givers[value] ?? (range.contains(value.index) ? itemOfLayer[value.index - range.lowerBound] : nil)
    }

    if outside.count > 1 {
      for (index, id) in outside.enumerated() {
        edges.append(Edge(from: 0, to: index + 1, value: id))
      }
    }
    var isRead = Set<Int>()
    for (index, group) in groups.enumerated() {
      let item = firstGroup + index
      var inputs: [LayerID] = []
      for node in group {
        if case .layer(let id) = node {
          inputs += network[id].inputs.filter { giver(of: $0) != item }
        } else {
          inputs += network.inputs(of: node)
        }
      }
      for value in inputs {
        guard let from = giver(of: value) else { continue }
        edges.append(Edge(from: from, to: item, value: value))
        isRead.insert(from)
      }
      // The network's inputs, and what a file stores, come from nowhere.
      if inputs.isEmpty {
        edges.append(Edge(from: 0, to: item, value: outside.first ?? network[block].output, isDrawn: false))
      }
    }
    let end = items.count - 1
    let output = network[block].output
    for (index, group) in groups.enumerated() {
      let item = firstGroup + index
      var given: [LayerID] = group.map(network.layerRange).joined().map(LayerID.init).filter { id in
        id == output || network.consumers(of: id).contains { !range.contains($0.index) }
      }
      // What nobody reads stands above the end; another answer of the network is no part of what it gives.
      let isAdrift = given.isEmpty && !isRead.contains(item)
      if isAdrift, let last = group.last { given = [network.output(of: last)] }
      edges += given.map {
        Edge(from: item, to: end, value: $0, isDrawn: !isAdrift || !network[block].path.isRoot)
      }
    }
    // A block may give what comes from outside.
    let answer = giver(of: output) ?? 0
    if answer < firstGroup { edges.append(Edge(from: answer, to: end, value: output)) }
  }

  /// The convolution whose step a layer that is drawn by itself runs in.
  func sharedStep(of nodes: [Node]) -> LayerID? {
    guard case .layer(let id)? = nodes.first, let owner = stepOwners[id], !nodes.contains(.layer(owner)) else {
      return nil
    }
    return owner
  }

  /// Children in order; layers of one step that follow one another, each the only reader of the one before, together.
  private static func groups(_ children: [Node], _ network: Network, _ stepOwners: [LayerID: LayerID]) -> [[Node]] {
    var groups: [[Node]] = []
    var lastOf: [LayerID: Int] = [:]
    for child in children {
      if case .layer(let id) = child, let owner = stepOwners[id], network[id].inputs.count == 1,
        let group = lastOf[network[id].inputs[0]], network.consumers(of: network[id].inputs[0]).count == 1,
        stepOwners[network[id].inputs[0]] == owner
      {
        groups[group].append(child)
        lastOf[id] = group
      } else {
        groups.append([child])
        if case .layer(let id) = child { lastOf[id] = groups.count - 1 }
      }
    }
    return groups
  }
}
