extension ComparisonScreen: TreeScreen {
  var columns: [ComparisonColumns.ComparisonColumn] { ComparisonColumns.all }

  var searchable: [(id: Pair, text: String)] {
    items.map { ($0.pair, "\($0.pair.a?.dotted ?? "") \($0.pair.b?.dotted ?? "")") }
  }

  mutating func refresh() {
    let isFiltered = !table.filter.isEmpty
    var rows: [TableRow<Pair>] = []
    func add(_ index: Int) {
      let item = items[index]
      let isOpen = expanded.contains(item.pair) || isFiltered
      rows.append(
        TableRow(
          id: item.pair, depth: item.depth, disclosure: item.children.isEmpty ? .none : isOpen ? .open : .closed))
      guard isOpen else { return }
      for child in ordered(item.children, id: { items[$0].pair }) { add(child) }
    }
    if !items.isEmpty { add(0) }
    if isFiltered {
      let needle = Needle(table.filter)
      rows.removeAll { row in
        !needle.isIn(row.id.a?.name ?? "") && !needle.isIn(row.id.b?.name ?? "")
      }
    }
    table.replaceRows(rows, nearest: table.selected.map(ancestors(of:)) ?? [])
  }

  func ancestors(of pair: Pair) -> [Pair] {
    var result: [Pair] = []
    var next = item(pair)?.parent
    while let index = next {
      result.append(items[index].pair)
      next = items[index].parent
    }
    return result
  }

  mutating func openAll() {
    for item in items where !item.children.isEmpty { expanded.insert(item.pair) }
    refresh()
  }

  mutating func closeAll() {
    expanded = Set(items.prefix(1).map(\.pair))
    refresh()
  }
}
