import NetworkGraph

extension NetworkScreen: TreeScreen {
  var columns: [TreeColumns.TreeColumn] { columnSet.columns }

  var searchable: [(id: NodePath, text: String)] { model.searchable }
  var searchableNames: [(id: NodePath, text: String)]? { model.outline.items.map { ($0.path, $0.path.dotted) } }

  func ancestors(of path: NodePath) -> [NodePath] { model.outline.ancestors(of: path) }

  mutating func refresh() {
    let kept = filtered()
    var rows: [TableRow<NodePath>] = []
    func add(_ index: Int) {
      let item = model.outline.items[index]
      let isOpen = kept.map { $0.forcedOpen.contains(index) } ?? false || expanded.contains(item.path)
      rows.append(
        TableRow(
          id: item.path, depth: item.depth, disclosure: item.children.isEmpty ? .none : isOpen ? .open : .closed))
      guard isOpen else { return }
      let children = item.children.filter { kept?.shown.contains($0) ?? true }
      for child in ordered(children, id: { model.outline.items[$0].path }) { add(child) }
    }
    add(0)
    table.replaceRows(rows, nearest: table.selected.map(model.outline.nearest(to:)) ?? [])
  }

  /// What a filter leaves: the items that match with all they contain, and the blocks that lead to them, open.
  private func filtered() -> (shown: Set<Int>, forcedOpen: Set<Int>)? {
    guard !table.filter.isEmpty else { return nil }
    let needle = Needle(table.filter)
    let isName = model.outline.items.dropFirst().contains { needle.isIn($0.path.name) }
    var shown: Set<Int> = [0]
    var open: Set<Int> = [0]
    for (index, item) in model.outline.items.enumerated().dropFirst() {
      guard needle.isIn(isName ? item.path.name : network.kind(of: item.node)) else { continue }
      shown.formUnion(index..<item.end)
      var parent = item.parent
      while let block = parent, open.insert(block).inserted {
        shown.insert(block)
        parent = model.outline.items[block].parent
      }
    }
    return (shown, open)
  }

  /// Opens all blocks at and below the cursor.
  mutating func openAll() {
    guard let index = model.outline.index(of: cursor.path) else { return }
    for item in model.outline.items[index..<cursor.end] where !item.children.isEmpty { expanded.insert(item.path) }
    refresh()
  }

  /// Closes all blocks but the network itself.
  mutating func closeAll() {
    expanded = [.root]
    refresh()
  }
}

extension Outline {
  /// Where the cursor goes when its item is gone: to the blocks that a path lies in, the nearest first.
  func nearest(to path: NodePath) -> [NodePath] {
    var result: [NodePath] = []
    var rest = path.dotted[...]
    while let dot = rest.lastIndex(of: ".") {
      rest = rest[..<dot]
      result.append(NodePath(String(rest)))
    }
    return result + [.root]
  }
}

extension Network {
  /// The kind of a layer in torch.nn's words, or of a block in the paper's.
  func kind(of node: Node) -> String {
    switch node {
    case .layer(let id): self[id].operation.kind
    case .block(let id): self[id].kind.rawValue
    }
  }
}
