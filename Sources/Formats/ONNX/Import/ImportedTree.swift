import NetworkGraph

/// The tree that the scopes of a list of layers make: runs of layers that share the next scope are blocks of their own,
/// and a scope of a single layer is that layer's name.
struct ImportedTree {
  indirect enum Item: Sendable {
    case layer(Int, name: String)
    case block(ImportedBlock, name: String, children: [Item])
  }

  private let layers: [ImportedLayer]
  private let notes: TreeNotes
  /// For every layer the last one that takes its value.
  private let lastReader: [Int]
  private var names: UsedNames

  /// - Parameters:
  ///   - output: the place of the layer whose value is the answer.
  ///   - inputs: how many inputs the network has.
  static func items(of layers: [ImportedLayer], output: Int, inputs: Int, notes: TreeNotes) -> [Item] {
    var tree = ImportedTree(layers, output: output, inputs: inputs, notes: notes)
    return tree.items(layers.indices, depth: 0, at: .root)
  }

  private init(_ layers: [ImportedLayer], output: Int, inputs: Int, notes: TreeNotes) {
    self.layers = layers
    self.notes = notes
    names = UsedNames(taken: (0..<inputs).map(ImportedNetwork.name(ofInput:)))
    var lastReader = Array(repeating: -1, count: layers.count)
    for (place, layer) in layers.enumerated() {
      for input in layer.inputs where input >= 0 { lastReader[input] = place }
    }
    lastReader[output] = layers.count
    self.lastReader = lastReader
  }

  private mutating func items(_ range: Range<Int>, depth: Int, at path: NodePath) -> [Item] {
    var items: [Item] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let layer = layers[start]
      guard layer.scopes.count > depth else {
        items.append(.layer(start, name: names.unique(layer.operation.defaultName, at: path)))
        start += 1
        continue
      }
      let scope = layer.scopes[depth]
      let end = layers[start..<range.upperBound].firstIndex { $0.scopes.count <= depth || $0.scopes[depth] != scope }
      let run = start..<(end ?? range.upperBound)
      let name = names.unique(scope, at: path)
      if run.count == 1, layer.scopes.count == depth + 1 {
        items.append(.layer(start, name: name))
      } else {
        let own = path.appending(name)
        var children = self.items(run, depth: depth + 1, at: own)
        let block = block(run, depth: depth, at: own, around: &children)
        items.append(.block(block, name: name, children: children))
      }
      start = run.upperBound
    }
    return items
  }

  /// What lies around a block with two forms has none itself.
  private func block(_ run: Range<Int>, depth: Int, at path: NodePath, around children: inout [Item]) -> ImportedBlock {
    // The value that a block gives is the last that is needed outside of it.
    let answer = run.last { lastReader[$0] >= run.upperBound } ?? run.upperBound - 1
    let isAlone = run.allSatisfy { $0 == answer || lastReader[$0] < run.upperBound }
    let holdsForms = children.contains { if case .block(let block, _, _) = $0 { block.holdsForms } else { false } }
    let hasForms = notes.hasForms(at: path)
    let mayTurn = isAlone && !holdsForms && hasForms != false
    let forms = mayTurn ? BlockForms(of: run, in: layers, answer: answer, areKnown: hasForms == true) : nil
    var kind = notes.blockKind(at: path) ?? kind(of: run, depth: depth)
    if notes.blockKind(at: path) == nil { Self.tellApart(&kind, from: &children) }
    return ImportedBlock(
      layers: run, answer: answer, kind: kind, forms: forms, holdsForms: holdsForms || forms != nil)
  }

  /// A block that holds hardly more than another has the same shape. If that one is numbered the outer one is its stage,
  /// else the inner one only a part of it, as the body beside a shortcut is.
  private static func tellApart(_ kind: inout BlockKind, from children: inout [Item]) {
    let places = children.indices.filter { if case .block = children[$0] { true } else { false } }
    guard places.count == 1, case .block(var inner, let name, let items) = children[places[0]], inner.kind == kind
    else {
      return
    }
    if children.count == 1, Int(name) != nil {
      kind = .stage
    } else {
      inner.kind = .sequential
      children[places[0]] = .block(inner, name: name, children: items)
    }
  }
}

extension ImportedTree {
  /// What a block is by its shape, or else what the exporter's program calls it.
  fileprivate func kind(of run: Range<Int>, depth: Int) -> BlockKind {
    let recognised = BlockKind(recognising: layers[run])
    guard [.sequential, .stage, "ResidualBlock"].contains(recognised),
      let noted = layers[run].first(where: { $0.kinds.count > depth })?.kinds[depth], !noted.isEmpty
    else { return recognised }
    return BlockKind(rawValue: noted)
  }
}

/// A block of an imported network: a run of its layers.
struct ImportedBlock: Sendable {
  let layers: Range<Int>
  /// The layer whose value the block gives.
  let answer: Int
  fileprivate(set) var kind: BlockKind
  /// What its form is, and how it is turned; nil where it has only one.
  let forms: BlockForms?
  /// True if it or a block inside it has two forms.
  let holdsForms: Bool
}

extension [ImportedTree.Item] {
  /// The blocks that have two forms, with their paths, in order.
  var turnable: [(path: NodePath, block: ImportedBlock, forms: BlockForms)] {
    var found: [(path: NodePath, block: ImportedBlock, forms: BlockForms)] = []
    addTurnable(below: .root, to: &found)
    return found
  }

  private func addTurnable(
    below path: NodePath, to found: inout [(path: NodePath, block: ImportedBlock, forms: BlockForms)]
  ) {
    for case .block(let block, let name, let children) in self where block.holdsForms {
      let own = path.appending(name)
      if let forms = block.forms {
        found.append((own, block, forms))
      } else {
        children.addTurnable(below: own, to: &found)
      }
    }
  }
}

/// The paths that have been given.
private struct UsedNames {
  private var paths: Set<NodePath>
  private var counts: [NodePath: Int] = [:]

  init(taken names: [String]) { paths = Set(names.map { NodePath($0) }) }

  /// The name, or where it is taken the name with a number as torch.fx numbers: `relu`, `relu_1`.
  mutating func unique(_ name: String, at parent: NodePath) -> String {
    let first = parent.appending(name)
    var unique = name
    while !paths.insert(parent.appending(unique)).inserted {
      let number = counts[first, default: 0] + 1
      counts[first] = number
      unique = "\(name)_\(number)"
    }
    return unique
  }
}
