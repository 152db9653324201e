/// A screen whose table is a tree: what every tree can do (opening, closing, revealing) is written here once.
protocol TreeScreen: TableScreen {
  /// What is open; what it lies in may be closed.
  var expanded: Set<ID> { get set }
  /// What an item lies in, the nearest first.
  func ancestors(of id: ID) -> [ID]
}

extension TreeScreen {
  mutating func reveal(_ id: ID) {
    let closed = ancestors(of: id).filter { !expanded.contains($0) }
    guard !closed.isEmpty else { return }
    expanded.formUnion(closed)
    refresh()
  }

  /// → opens a block; an open one gives the cursor to its first child.
  mutating func openRow() {
    guard let row = table.selectedRow else { return }
    switch row.disclosure {
    case .none: return
    case .closed: setOpen(true, at: row.id)
    case .open: table.move(.rows(1), height: 1)
    }
  }

  /// ← closes a block; from a closed one or a layer the cursor goes to the block around it.
  mutating func closeRow() {
    guard let row = table.selectedRow else { return }
    if row.disclosure == .open {
      setOpen(false, at: row.id)
    } else if let parent = ancestors(of: row.id).first {
      table.select(parent)
    }
  }

  mutating func toggleRow() {
    guard let row = table.selectedRow, row.disclosure != .none else { return }
    setOpen(row.disclosure == .closed, at: row.id)
  }

  private mutating func setOpen(_ open: Bool, at id: ID) {
    if open { expanded.insert(id) } else { expanded.remove(id) }
    refresh()
  }
}
