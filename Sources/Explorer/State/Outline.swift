import NetworkGraph

/// A network's tree laid out in reading order, so that a row is an index and a subtree is a range.
struct Outline: Sendable {
  struct Item: Sendable {
    var path: NodePath
    var node: Node
    var depth: Int
    /// The index of the block it lies in; nil for the network itself.
    var parent: Int?
    /// The index behind its subtree.
    var end: Int
    /// The indices of its children, in order.
    var children: [Int]
  }

  private(set) var items: [Item] = []
  private var places: [NodePath: Int] = [:]

  init(_ network: Network) {
    items.reserveCapacity(network.layers.count + network.blocks.count)
    append(.block(network.root.id), of: network, depth: 0, parent: nil)
    for (index, item) in items.enumerated() { places[item.path] = index }
  }

  @discardableResult
  private mutating func append(_ node: Node, of network: Network, depth: Int, parent: Int?) -> Int {
    let index = items.count
    items.append(
      Item(path: network.path(of: node), node: node, depth: depth, parent: parent, end: index + 1, children: []))
    if case .block(let id) = node {
      items[index].children = network[id].children.map {
        append($0, of: network, depth: depth + 1, parent: index)
      }
    }
    items[index].end = items.count
    return index
  }

  func index(of path: NodePath) -> Int? { places[path] }
  subscript(path: NodePath) -> Item? { places[path].map { items[$0] } }

  /// The blocks that an item lies in, the nearest first.
  func ancestors(of path: NodePath) -> [NodePath] {
    var result: [NodePath] = []
    var next = self[path]?.parent
    while let index = next {
      result.append(items[index].path)
      next = items[index].parent
    }
    return result
  }
}
