import Architectures
import Measurement
import NetworkGraph

/// The screen of all networks and building blocks.
struct CatalogueScreen: Sendable {
  enum Group: Hashable, Sendable, CaseIterable {
    case networks, blocks

    var title: String {
      switch self {
      case .networks: "networks"
      case .blocks: "building blocks"
      }
    }
  }

  enum ItemID: Hashable, Sendable {
    case group(Group)
    case entry(String)
  }

  struct Item: Sendable {
    var entry: CatalogueEntry
    var cost: Cost
    var group: Group { entry.isBlock ? .blocks : .networks }
  }

  let items: [Item]
  private let places: [String: Int]
  /// The medians of passes by name, as they are remembered.
  let times: [String: Milliseconds]
  var convention: CountingConvention
  /// Whether the entries are drawn as points in place of rows.
  var showsScatter = false
  var scatterHeight = ScatterHeight.work
  var table = Table<ItemID>()
  var closed: Set<Group> = []
  var mark: String?

  init(
    _ entries: [CatalogueEntry] = Catalogue.entries, convention: CountingConvention,
    times: [String: Milliseconds] = [:]
  ) {
    self.times = times
    self.convention = convention
    items = entries.map { entry in
      Item(entry: entry, cost: (try? Catalogue.build(NetworkSpec(entry: entry.name)))?.cost ?? .zero)
    }
    places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($0.element.entry.name, $0.offset) })
    refresh()
    if let first = items.first { table.select(.entry(first.entry.name)) }
  }

  func item(_ id: ItemID) -> Item? {
    if case .entry(let name) = id { places[name].map { items[$0] } } else { nil }
  }

  /// The entry under the cursor; nil on the title of a group.
  var selected: Item? { table.selected.flatMap(item) }
}

extension CatalogueScreen: TableScreen {
  var columns: [CatalogueColumns.CatalogueColumn] { CatalogueColumns.all(timed: isTimed) }

  var searchable: [(id: ItemID, text: String)] {
    Group.allCases.flatMap { group in
      items.filter { $0.group == group }.map { item in
        let entry = item.entry
        let words = [entry.name, entry.family, String(entry.year)] + entry.presets.map(\.name)
        return (ItemID.entry(entry.name), words.joined(separator: " "))
      }
    }
  }

  mutating func refresh() {
    let needle = Needle(table.filter)
    let kept = table.filter.isEmpty ? nil : Set(searchable.filter { needle.isIn($0.text) }.map(\.id))
    var rows: [TableRow<ItemID>] = []
    for group in Group.allCases {
      let ids = items.filter { $0.group == group }.map { ItemID.entry($0.entry.name) }
        .filter { kept?.contains($0) ?? true }
      guard !ids.isEmpty else { continue }
      let isOpen = kept != nil || !closed.contains(group)
      rows.append(TableRow(id: .group(group), disclosure: isOpen ? .open : .closed))
      if isOpen { rows += ordered(ids, id: { $0 }).map { TableRow(id: $0, depth: 1) } }
    }
    table.replaceRows(rows, nearest: selected.map { [.group($0.group)] } ?? [])
  }

  mutating func reveal(_ id: ItemID) {
    if let item = item(id), closed.remove(item.group) != nil { refresh() }
  }

  mutating func setOpen(_ open: Bool, _ group: Group) {
    if open { closed.remove(group) } else { closed.insert(group) }
    refresh()
  }
}
