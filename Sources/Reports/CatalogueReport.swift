import Architectures
import NetworkGraph

/// The catalogue: every entry with its size at its own input.
public struct CatalogueReport: Report {
  let convention: CountingConvention
  let items: [Item]

  struct Item: Encodable {
    let name: String
    let family: String
    let year: Int
    let params: Int
    let macs: Int
    let input: [Int]
    let presets: [String]
  }

  public init(convention: CountingConvention) throws(CatalogueError) {
    self.convention = convention
    var items: [Item] = []
    for entry in Catalogue.entries {
      let cost = try Catalogue.build(NetworkSpec(entry: entry.name)).cost
      items.append(
        Item(
          name: entry.name, family: entry.family, year: entry.year, params: cost.parameters,
          macs: convention.operations(cost), input: entry.input.dimensions, presets: entry.presets.map(\.name)))
    }
    self.items = items
  }

  public var heading: [String] { [] }

  public var table: ReportTable {
    ReportTable(
      columns: [
        .init("name", "Name"), .init("family", "Family"), .init("year", "Year", .right),
        .init("params", "Parameters", .right),
        .init("macs", convention.title, .right), .init("input", "Input"),
        .init("presets", "Presets"),
      ],
      rows: items.map {
        [
          .text($0.name), .text($0.family), .integer($0.year), .count($0.params), .count($0.macs), .lengths($0.input),
          .text($0.presets.joined(separator: " ")),
        ]
      })
  }

  public var footing: [String] { ["\(convention.rawValue): \(convention.summary)"] }

  public func encode(to encoder: any Encoder) throws { try items.encode(to: encoder) }
}
