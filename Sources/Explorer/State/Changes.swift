import NetworkGraph

/// Which rows an edit of a network has changed, by path.
struct Changes: Hashable, Sendable {
  enum Sign: Hashable, Sendable {
    case changed, added
    /// A layer that does what it did, to another value.
    case moved
  }

  private(set) var signs: [NodePath: Sign] = [:]
  /// The layers that are gone, in their old order.
  private(set) var removed: [NodePath] = []

  static let none = Changes()

  private init() {}

  init(from old: Network, to new: Network) {
    for layer in new.layers {
      guard let before = old.layer(at: layer.path) else {
        mark(layer.path, .added)
        continue
      }
      let inputs = layer.inputs.map { new[$0].path }
      if before.operation != layer.operation || before.output != layer.output {
        mark(layer.path, .changed)
      } else if before.inputs.map({ old[$0].path }) != inputs {
        mark(layer.path, .moved)
      }
    }
    removed = old.layers.map(\.path).filter { new.layer(at: $0) == nil }
    for path in removed { markBlocks(around: path) }
    for block in new.blocks where old.block(at: block.path) == nil { signs[block.path] = .added }
  }

  /// The layers of a block that are gone, as seen from it.
  func removed(in block: NodePath) -> [String] {
    removed.filter { $0.isInside(block) }.map { $0.relative(to: block).dotted }
  }

  subscript(path: NodePath) -> Sign? { signs[path] }

  private mutating func mark(_ path: NodePath, _ sign: Sign) {
    signs[path] = sign
    markBlocks(around: path)
  }

  /// Marks the blocks that a layer lies in as changed, so that closed ones show it too.
  private mutating func markBlocks(around path: NodePath) {
    var rest = path.dotted[...]
    while let dot = rest.lastIndex(of: ".") {
      rest = rest[..<dot]
      signs[NodePath(String(rest))] = .changed
    }
  }
}
