import Canvas
import Measurement
import NetworkGraph

/// The columns of the catalogue.
enum CatalogueColumns {
  typealias CatalogueColumn = Column<CatalogueScreen, CatalogueScreen.ItemID>

  /// - Parameter timed: whether times are remembered.
  static func all(timed: Bool) -> [CatalogueColumn] {
    [name, family, year, parameters, operations] + (timed ? [time] : []) + [input, presets]
  }

  private static let name = CatalogueColumn(
    name: "name", title: { _ in "  name" }, width: .rest(least: 27), dropOrder: 0,
    key: { screen, id in screen.item(id).map { .text($0.entry.name) } ?? .nothing }, startsDescending: false,
    cell: { screen, row, _ in
      switch row.id {
      case .group(let group):
        return [Span(" "), Span(Glyphs.disclosure(row.disclosure) + " ", .dim), Span(group.title, .title)]
      case .entry(let name):
        let isMatch = screen.table.search?.contains(row.id) ?? false
        return [
          screen.mark == name ? Span(Glyphs.mark, .marked) : Span(" "), Span("   "),
          Span(name, isMatch ? .match : .name),
        ]
      }
    })

  private static let family = CatalogueColumn(
    name: "family", title: { _ in "family" }, width: .range(10, 18), dropOrder: 4,
    key: { screen, id in screen.item(id).map { .text($0.entry.family) } ?? .nothing }, startsDescending: false,
    cell: { screen, row, _ in screen.item(row.id).map { [Span($0.entry.family, .kind)] } ?? [] })

  private static let year = CatalogueColumn(
    name: "year", title: { _ in "year" }, width: .fixed(4), alignsRight: true, dropOrder: 5,
    key: { screen, id in screen.item(id).map { .number(Double($0.entry.year)) } ?? .nothing },
    cell: { screen, row, _ in screen.item(row.id).map { [Span(String($0.entry.year), .text)] } ?? [] })

  private static let parameters = CatalogueColumn(
    name: "params", title: { _ in "params " }, width: .fixed(Figures.countWidth), alignsRight: true, dropOrder: 1,
    key: { screen, id in screen.item(id).map { .number(Double($0.cost.parameters)) } ?? .nothing },
    cell: { screen, row, _ in
      screen.item(row.id).map { [Span(Figures.countCell($0.cost.parameters), .number)] } ?? []
    })

  private static let operations = CatalogueColumn(
    name: "mult-adds", title: { $0.convention.columnTitle }, width: .fixed(9), alignsRight: true, dropOrder: 2,
    key: { screen, id in
      screen.item(id).map { .number(Double(screen.convention.operations($0.cost))) } ?? .nothing
    },
    cell: { screen, row, _ in
      screen.item(row.id).map { [Span(Figures.countCell(screen.convention.operations($0.cost)), .number)] } ?? []
    })

  private static let time = CatalogueColumn(
    name: "time", title: { _ in "time " }, width: .fixed(8), alignsRight: true, dropOrder: 1,
    key: { screen, id in
      screen.item(id).flatMap { screen.times[$0.entry.name] }.map { .number($0) } ?? .nothing
    }, startsDescending: false,
    cell: { screen, row, _ in
      guard let item = screen.item(row.id) else { return [] }
      return [
        screen.times[item.entry.name].map { Span(Figures.timeCell($0), .number) } ?? Span(Figures.none + " ", .dim)
      ]
    })

  private static let input = CatalogueColumn(
    name: "input", title: { _ in "input" }, width: .fixed(11), alignsRight: true, dropOrder: 3,
    key: { screen, id in screen.item(id).map { .number(Double($0.entry.input.elements)) } ?? .nothing },
    cell: { screen, row, _ in screen.item(row.id).map { [Span($0.entry.input.description, .text)] } ?? [] })

  private static let presets = CatalogueColumn(
    name: "presets", title: { _ in "presets" }, width: .range(12, 40), dropOrder: 6, key: nil,
    cell: { screen, row, _ in
      screen.item(row.id).map { [Span($0.entry.presets.map { ":" + $0.name }.joined(separator: " "), .dim)] } ?? []
    })
}
