import Architectures
import NetworkGraph

/// Which block `p` turns, and into what.
extension NetworkScreen {
  /// The block under the cursor, or the nearest around it, that can be built in another form.
  var formBlock: Block? {
    ([cursor.path] + model.outline.ancestors(of: cursor.path)).lazy
      .compactMap { self.network.block(at: $0) }
      .first { $0.form != nil && !$0.path.isRoot }
  }

  /// What turning the row under the cursor turns: that block, or all blocks of a stage that are in the form of its first.
  var turnedBlocks: [Block] {
    if let block = formBlock { return [block] }
    let inside = network.blocks.filter { $0.form != nil && $0.path.isInside(cursor.path) }
    let outermost = inside.filter { block in !inside.contains { $0.path != block.path && block.path.isInside($0.path) }
    }
    return outermost.filter { $0.form == outermost[0].form }
  }

  /// The network with what the row turns turned.
  ///
  /// - Throws: `CatalogueError` with the name of a row that turns nothing.
  func turned() throws(CatalogueError) -> NetworkSpec {
    let blocks = turnedBlocks
    var other = spec
    for path in blocks.isEmpty ? [cursor.path] : blocks.map(\.path) {
      other = try Catalogue.otherForm(of: other, at: path, in: network)
    }
    return other
  }

  /// The spec before the whole network was turned, if that was the last edit: turning again gives the very spec it was.
  var lastWholeToggle: NetworkSpec? {
    guard let before = history.last?.spec, baseline?.model.spec == before,
      (try? Catalogue.otherForm(of: before)) == spec
    else { return nil }
    return before
  }

  /// True if `v` has something to choose from.
  var hasPresets: Bool { (try? Catalogue.entry(named: spec.entry))?.presets.isEmpty == false }

  /// A path for a sentence: the network's name for the root.
  func label(of path: NodePath) -> String { path.isRoot ? spec.shortened.entry : path.dotted }
}

extension Model {
  /// True for a building block that stands alone.
  var isBlock: Bool { (try? Catalogue.entry(named: spec.entry))?.isBlock ?? false }

  /// What becomes of the norms' weights when a block is turned: those of a file belong to its form.
  func fateOfNorms(in block: Block) -> String {
    let hasNorms = network.layers[block.layers].contains {
      if case .batchNorm = $0.operation { true } else { false }
    }
    return spec.isFile && hasNorms ? "; norms that moved begin anew" : ""
  }
}

extension BlockForm {
  /// What turning a block of this form does.
  var change: String { "\(rawValue) → \(other.rawValue)" }
}

extension NetworkSpec {
  /// The same with a file named by its last part, for a screen that has not much room.
  var shortened: NetworkSpec {
    var short = self
    short.entry = entry.split(separator: "/").last.map(String.init) ?? entry
    return short
  }

  /// The network, its input and what differs from the entry, in one line.
  var summary: String {
    let input = self.input.map { " at \($0)" } ?? ""
    let settings = settings.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let turned = forms.count { $0.key != path }
    let others = turned == 0 ? "" : turned == 1 ? ", one block turned" : ", \(turned) blocks turned"
    return description + (forms[path].map { " \($0.rawValue)" } ?? "") + input + settings + others
  }
}

extension [NetworkSpec] {
  /// What tells each of them from the others: its name, or all that differs from its entry where names are the same.
  public var names: [String] {
    map { spec in count { $0.description == spec.description } > 1 ? spec.summary : spec.description }
  }
}
