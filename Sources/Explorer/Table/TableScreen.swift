/// A screen that is a table. What every table can do (moving, sorting, searching, filtering) is written here once; a
/// screen gives its columns, its rows and what can be searched.
protocol TableScreen: Sendable {
  associatedtype ID: Hashable & Sendable
  var columns: [Column<Self, ID>] { get }
  var table: Table<ID> { get set }
  /// Works the rows out anew, after what they depend on has changed.
  mutating func refresh()
  /// All items in order, shown or not, with the text that `/` looks through.
  var searchable: [(id: ID, text: String)] { get }
  /// The same with names alone, where the texts say more: what is in a name is meant, if it is in any. Nil where they are
  /// all that there is.
  var searchableNames: [(id: ID, text: String)]? { get }
  /// Makes an item a row, opening what it lies in.
  mutating func reveal(_ id: ID)
}

extension TableScreen {
  var searchableNames: [(id: ID, text: String)]? { nil }
}

/// What can be done with any table.
enum TableAction: Hashable, Sendable {
  case move(Motion)
  /// Scrolls by so many rows.
  case scroll(Int)
  case selectRow(Int)
  case cycleSorting, flipSorting
  case sort(column: Int)
  /// Finds the first match from the item that stood under the cursor when the search began.
  case search(String)
  case nextMatch, previousMatch, clearSearch
  /// Ends the search where it began.
  case cancelSearch
  case filter(String)
}

extension TableScreen {
  /// Does it, in a table of which so many rows can be seen.
  mutating func perform(_ action: TableAction, height: Int) {
    switch action {
    case .move(let motion): table.move(motion, height: height)
    case .scroll(let count): table.scroll(by: count, height: height)
    case .selectRow(let row): table.select(row: row)
    case .cycleSorting: cycleSorting()
    case .flipSorting:
      guard table.sorting != nil else { return cycleSorting() }
      table.sorting?.descending.toggle()
      refresh()
    case .sort(let column): sort(by: columns[column])
    case .search(let query): search(query)
    case .nextMatch: goToMatch(after: true)
    case .previousMatch: goToMatch(after: false)
    case .clearSearch: table.search = nil
    case .cancelSearch:
      if let origin = table.search?.origin { table.select(origin) }
      table.search = nil
    case .filter(let text):
      table.filter = text
      refresh()
    }
  }

  /// The next column that rows can be ordered by; after the last one the order is the network's own again.
  private mutating func cycleSorting() {
    let sortable = columns.filter { $0.key != nil }
    let current = sortable.firstIndex { $0.name == table.sorting?.column }
    let next = current.map { $0 + 1 } ?? 0
    table.sorting =
      sortable.indices.contains(next)
      ? Sorting(column: sortable[next].name, descending: sortable[next].startsDescending) : nil
    refresh()
  }

  private mutating func sort(by clicked: Column<Self, ID>) {
    let name = clicked.sortedBy ?? clicked.name
    guard let column = columns.first(where: { $0.name == name }), column.key != nil else { return }
    if table.sorting?.column == column.name {
      table.sorting?.descending.toggle()
    } else {
      table.sorting = Sorting(column: column.name, descending: column.startsDescending)
    }
    refresh()
  }

  /// The order of siblings: as they are, or as the table is sorted. Equal keys keep their order.
  func ordered<Item>(_ items: [Item], id: (Item) -> ID) -> [Item] {
    guard let sorting = table.sorting, let key = columns.first(where: { $0.name == sorting.column })?.key else {
      return items
    }
    let keyed = items.map { (item: $0, key: key(self, id($0))) }
    return keyed.sorted { $0.key.precedes($1.key, descending: sorting.descending) }.map(\.item)
  }

  private mutating func search(_ query: String) {
    let start = table.search?.origin ?? table.selected
    guard !query.isEmpty else {
      if let start { table.select(start) }
      table.search = nil
      return
    }
    let items = searchable
    let needle = Needle(query)
    let named = searchableNames?.filter { needle.isIn($0.text) } ?? []
    let matches = (named.isEmpty ? items.filter { needle.isIn($0.text) } : named).map(\.id)
    table.search = Search(query: query, matches: matches, origin: start)
    guard !matches.isEmpty else {
      if let start { table.select(start) }
      return
    }
    let places = Dictionary(items.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let origin = start.flatMap { places[$0] } ?? 0
    goToMatch(matches.firstIndex { (places[$0] ?? 0) >= origin } ?? 0)
  }

  private mutating func goToMatch(after: Bool) {
    guard let search = table.search, !search.matches.isEmpty else { return }
    let places = Dictionary(searchable.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let here = table.selected.flatMap { places[$0] } ?? 0
    let ordered = search.matches.map { places[$0] ?? 0 }
    let count = ordered.count
    let next =
      after
      ? ordered.firstIndex { $0 > here } ?? 0
      : ordered.lastIndex { $0 < here } ?? count - 1
    goToMatch(next)
  }

  private mutating func goToMatch(_ index: Int) {
    guard let match = table.search?.matches[index] else { return }
    table.search?.current = index
    reveal(match)
    table.select(match)
  }
}
