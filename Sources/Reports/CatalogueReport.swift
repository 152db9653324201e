import Architectures
import Measurement
import NetworkGraph

/// The catalogue, or a part of it: entries with their size at their own input, and what was measured of them.
public struct CatalogueReport: Report {
  let convention: CountingConvention
  let showsFLOPs: Bool
  let items: [Item]

  /// One entry.
  public struct Item: Sendable {
    public let entry: CatalogueEntry
    public let cost: Cost
    /// The median of a pass of so many images; nil if it has not been measured.
    public let time: (batch: Int, median: Milliseconds)?

    public init(_ entry: CatalogueEntry, cost: Cost, time: (batch: Int, median: Milliseconds)? = nil) {
      self.entry = entry
      self.cost = cost
      self.time = time
    }
  }

  /// - Parameter showsFLOPs: adds floating-point operations, two for a multiply-add.
  public init(_ items: [Item], convention: CountingConvention, showsFLOPs: Bool = false) {
    self.items = items
    self.convention = convention
    self.showsFLOPs = showsFLOPs
  }

  public static var formats: [ReportFormat] { ReportFormat.common + [.timm] }

  public func foreignText(_ format: ReportFormat) throws -> String? {
    guard format == .timm else { return nil }
    return TimmRow.text(items.map { TimmRow($0.entry.name, input: $0.entry.input, cost: $0.cost, time: $0.time) })
  }

  public var heading: [String] { [] }

  public var table: ReportTable {
    var columns: [ReportTable.Column] = [
      .init("name", "Name"), .init("family", "Family"), .init("year", "Year", .right),
      .init("params", "Parameters", .right), .init("macs", convention.title, .right),
    ]
    if showsFLOPs { columns.append(.init("flops", "FLOPs", .right)) }
    if isTimed { columns.append(.init("median_ms", "Time", .right)) }
    columns += [.init("input", "Input"), .init("presets", "Presets")]
    return ReportTable(
      columns: columns,
      rows: items.map { item in
        let entry = item.entry
        var row: [Entry] = [
          .text(entry.name), .text(entry.family), .integer(entry.year), .count(item.cost.parameters),
          .count(convention.operations(item.cost)),
        ]
        if showsFLOPs { row.append(.count(item.cost.flops)) }
        if isTimed { row.append(item.time.map { .milliseconds($0.median) } ?? .none) }
        return row + [.lengths(entry.input.dimensions), .text(entry.presets.map(\.name).joined(separator: " "))]
      })
  }

  private var isTimed: Bool { items.contains { $0.time != nil } }

  public var records: ReportTable {
    let convention = convention
    let counters = Cost.counters.filter { $0.value != \Cost.parameters }
    var columns = [
      RecordColumn<Item>("name") { .text($0.entry.name) }, RecordColumn("family") { .text($0.entry.family) },
      RecordColumn("year") { .integer($0.entry.year) }, RecordColumn("convention") { _ in .text(convention.rawValue) },
      RecordColumn("params") { .count($0.cost.parameters) },
      RecordColumn("macs") { .count(convention.operations($0.cost)) },
    ]
    columns += counters.map { counter in RecordColumn(counter.name) { .count($0.cost[keyPath: counter.value]) } }
    if showsFLOPs { columns.append(RecordColumn("flops") { .count($0.cost.flops) }) }
    if isTimed {
      columns.append(RecordColumn("median_ms") { item in item.time.map { .milliseconds($0.median) } ?? .none })
    }
    columns += [
      RecordColumn("input") { .lengths($0.entry.input.dimensions) },
      RecordColumn("presets") { .text($0.entry.presets.map(\.name).joined(separator: " ")) },
    ]
    return ReportTable(items, columns: columns)
  }

  public var footing: [String] { ["\(convention.rawValue): \(convention.summary)"] }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for item in items {
      try container.encode(ItemFields(item, convention: convention, showsFLOPs: showsFLOPs))
    }
  }
}

/// The keys of an entry.
private struct ItemFields: Encodable {
  let name: String
  let family: String
  let year: Int
  let params: Int
  let macs: Int
  let convention: String
  let counters: [String: Int]
  let flops: Int?
  let median: Milliseconds?
  let input: [Int]
  let presets: [String]

  private enum CodingKeys: String, CodingKey {
    case name, family, year, params, macs, convention, counters, flops, input, presets
    case median = "median_ms"
  }

  init(_ item: CatalogueReport.Item, convention: CountingConvention, showsFLOPs: Bool) {
    name = item.entry.name
    family = item.entry.family
    year = item.entry.year
    params = item.cost.parameters
    macs = convention.operations(item.cost)
    self.convention = convention.rawValue
    counters = item.cost.named
    flops = showsFLOPs ? item.cost.flops : nil
    median = item.time?.median
    input = item.entry.input.dimensions
    presets = item.entry.presets.map(\.name)
  }
}
