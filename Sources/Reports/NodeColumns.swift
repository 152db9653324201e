import NetworkGraph

/// A column of a record: what programs know it by, and what stands in it.
struct RecordColumn<Record> {
  let key: String
  let entry: (Record) -> Entry

  init(_ key: String, _ entry: @escaping (Record) -> Entry) {
    self.key = key
    self.entry = entry
  }
}

extension ReportTable {
  /// A row for each record.
  init<Record>(_ records: some Sequence<Record>, columns: [RecordColumn<Record>]) {
    self.init(
      columns: columns.map { Column($0.key, $0.key) },
      rows: records.map { record in columns.map { $0.entry(record) } })
  }
}

extension NodeFacts {
  /// What a record tells about a layer, with every counter.
  static func columns(_ convention: CountingConvention) -> [RecordColumn<NodeFacts>] {
    let counters = Cost.counters.filter { $0.value != \Cost.parameters }
    return [
      RecordColumn("path") { .text($0.path) },
      RecordColumn("kind") { .text($0.kind) },
      RecordColumn("kernel") { $0.window.map { .extent($0.kernel) } ?? .none },
      RecordColumn("stride") { $0.window.map { .extent($0.stride) } ?? .none },
      RecordColumn("padding") { $0.window.map { .extent($0.padding) } ?? .none },
      RecordColumn("dilation") { $0.window.map { .extent($0.dilation) } ?? .none },
      RecordColumn("groups") { $0.groups.map { .integer($0) } ?? .none },
      RecordColumn("bias") { $0.bias.map { .flag($0) } ?? .none },
      RecordColumn("output") { .lengths($0.output) },
      RecordColumn("convention") { _ in .text(convention.rawValue) },
      RecordColumn("params") { .count($0.params) },
      RecordColumn("macs") { .count($0.macs) },
    ]
      + counters.map { counter in RecordColumn(counter.name) { .count($0.cost[keyPath: counter.value]) } }
      + MemoryUse.figures.map { figure in RecordColumn(figure.name) { .bytes($0.memory[keyPath: figure.value]) } }
      + [
        RecordColumn("intensity") { $0.memory.intensity.map { .number($0) } ?? .none },
        RecordColumn("receptive_field") { $0.field.size.map { .extent($0) } ?? .none },
        RecordColumn("effective_stride") { .extent($0.field.stride) },
      ]
  }
}

extension Entry {
  static func extent(_ extent: Extent) -> Entry { .lengths(extent.lengths) }
}
