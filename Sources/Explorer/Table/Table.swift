/// A row of a table: an item, and how it stands in the tree.
struct TableRow<ID: Hashable & Sendable>: Hashable, Sendable {
  enum Disclosure: Hashable, Sendable { case none, closed, open }

  var id: ID
  var depth = 0
  var disclosure = Disclosure.none
  var isLeaf: Bool { disclosure == .none }
}

/// Which column orders the rows, and which way.
struct Sorting: Hashable, Sendable {
  var column: String
  var descending: Bool
}

/// A search through all items, closed blocks included.
struct Search<ID: Hashable & Sendable>: Hashable, Sendable {
  let query: String
  /// In the order of the items.
  let matches: [ID]
  private let found: Set<ID>
  /// What stood under the cursor when the search began.
  let origin: ID?
  /// The place of the cursor among the matches.
  var current: Int?

  init(query: String, matches: [ID], origin: ID?) {
    self.query = query
    self.origin = origin
    self.matches = matches
    found = Set(matches)
  }

  func contains(_ id: ID) -> Bool { found.contains(id) }
}

/// How far the cursor goes.
enum Motion: Hashable, Sendable {
  case rows(Int)
  case pages(Int)
  case halfPages(Int)
  case first, last
}

/// The rows that can be seen by scrolling, the cursor, and how they are ordered, searched and filtered.
///
/// The cursor stands on an item: whatever happens to the rows, it stays on it, or on the nearest one left.
struct Table<ID: Hashable & Sendable>: Sendable {
  private(set) var rows: [TableRow<ID>] = []
  private(set) var cursor = 0
  /// The first row on the screen.
  private(set) var top = 0
  var sorting: Sorting?
  var search: Search<ID>?
  var filter = ""

  var selected: ID? { rows.indices.contains(cursor) ? rows[cursor].id : nil }
  var selectedRow: TableRow<ID>? { rows.indices.contains(cursor) ? rows[cursor] : nil }

  /// Puts other rows in their place. The cursor stays on its item; if that is gone, on the first of `nearest` there is.
  mutating func replaceRows(_ new: [TableRow<ID>], nearest: [ID] = []) {
    let old = selected
    let distance = cursor - top
    rows = new
    guard let old else { return }
    for candidate in [old] + nearest {
      if let index = new.firstIndex(where: { $0.id == candidate }) {
        cursor = index
        top = max(0, index - distance)
        return
      }
    }
    cursor = max(0, min(cursor, new.count - 1))
  }

  @discardableResult
  mutating func select(_ id: ID) -> Bool {
    guard let index = rows.firstIndex(where: { $0.id == id }) else { return false }
    cursor = index
    return true
  }

  mutating func select(row: Int) {
    if rows.indices.contains(row) { cursor = row }
  }

  mutating func move(_ motion: Motion, height: Int) {
    let page = max(1, height - 1)
    let target =
      switch motion {
      case .rows(let count): cursor + count
      case .pages(let count): cursor + count * page
      case .halfPages(let count): cursor + count * max(1, height / 2)
      case .first: 0
      case .last: rows.count - 1
      }
    cursor = max(0, min(target, rows.count - 1))
  }

  /// Scrolls by so many rows. The cursor stays on its item as long as that can be seen.
  mutating func scroll(by count: Int, height: Int) {
    top = max(0, min(visibleTop(height: height) + count, rows.count - height))
    cursor = max(top, min(cursor, top + max(1, height) - 1, rows.count - 1), 0)
  }

  /// Scrolls so that the cursor can be seen in so many rows.
  mutating func scroll(height: Int) { top = visibleTop(height: height) }

  /// The first row to draw in so many rows, so that the cursor is seen and no room is wasted.
  func visibleTop(height: Int) -> Int {
    let nearest = max(cursor - max(1, height) + 1, min(top, cursor))
    return max(0, min(nearest, rows.count - height))
  }
}
