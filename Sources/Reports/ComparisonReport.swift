import Architectures
import Measurement
import NetworkGraph

/// Two networks or blocks side by side, aligned by their structure.
public struct ComparisonReport: Report {
  /// One of the two.
  public struct Side {
    let spec: NetworkSpec
    let network: Network
    let timings: Timings?

    /// - Parameter network: what `spec` builds.
    public init(spec: NetworkSpec, network: Network, timings: Timings? = nil) {
      self.spec = spec
      self.network = network
      self.timings = timings
    }
  }

  let a: Side
  let b: Side
  let convention: CountingConvention
  let difference: TimeDifference?
  let showsFLOPs: Bool
  let rows: [Row]

  /// - Parameters:
  ///   - difference: what measuring the two in alternation gave; nil if they were not measured.
  ///   - showsFLOPs: adds floating-point operations, two for a multiply-add.
  public init(
    _ a: Side, _ b: Side, convention: CountingConvention, difference: TimeDifference? = nil, showsFLOPs: Bool = false
  ) {
    self.showsFLOPs = showsFLOPs
    self.a = a
    self.b = b
    self.convention = convention
    self.difference = difference
    let surveyA = NodeSurvey(a.network, convention: convention, timings: a.timings)
    let surveyB = NodeSurvey(b.network, convention: convention, timings: b.timings)
    rows = Alignment(a.network, b.network).rows.map { row in
      Row(a: row.a.map { surveyA[$0] }, b: row.b.map { surveyB[$0] }, depth: row.depth)
    }
  }

  public static var formats: [ReportFormat] { ReportFormat.common + [.timm] }

  public func foreignText(_ format: ReportFormat) throws -> String? {
    format == .timm ? TimmRow.text([a, b].map { TimmRow($0.spec, $0.network, timings: $0.timings) }) : nil
  }

  /// A node of each side, or of one alone.
  struct Row {
    let a: NodeFacts?
    let b: NodeFacts?
    let depth: Int
  }

  public var heading: [String] {
    let count = convention.title.lowercased()
    let sides = [("A", a), ("B", b)].map { name, side in
      let cost = side.network.cost
      return "\(name)  \(side.spec)  \(side.network.inputShape) → \(side.network.outputShape),"
        + " \(Figures.count(cost.parameters)) parameters, \(Figures.count(convention.operations(cost))) \(count)"
    }
    return sides + ["\(convention.rawValue): \(convention.summary)"]
  }

  public var table: ReportTable {
    var columns: [ReportTable.Column] = [.init("a", "A"), .init("b", "B")]
    columns += ReportTable.Column.pair("params", "Parameters") + ReportTable.Column.pair("macs", convention.title)
    if showsFLOPs { columns += ReportTable.Column.pair("flops", "FLOPs") }
    if difference != nil { columns += ReportTable.Column.pair("median_ms", "Time") }
    return ReportTable(
      columns: columns,
      rows: rows.map { row in
        var entries = [entry(row.a, row.depth, a), entry(row.b, row.depth, b)]
        entries += Entry.pair(row.a?.params, row.b?.params) + Entry.pair(row.a?.macs, row.b?.macs)
        if showsFLOPs { entries += Entry.pair(row.a?.cost.flops, row.b?.cost.flops) }
        if difference != nil { entries += Entry.pair(row.a?.median, row.b?.median) }
        return entries
      })
  }

  /// A row for each layer of either side, with every counter of both.
  public var records: ReportTable {
    func pair(_ key: String, _ figure: @escaping (NodeFacts) -> Int) -> [RecordColumn<Row>] {
      [
        RecordColumn("\(key)_a") { $0.a.map { .count(figure($0)) } ?? .none },
        RecordColumn("\(key)_b") { $0.b.map { .count(figure($0)) } ?? .none },
        RecordColumn("\(key)_difference") { .countDifference(($0.b.map(figure) ?? 0) - ($0.a.map(figure) ?? 0)) },
      ]
    }
    var columns = [
      RecordColumn<Row>("a") { $0.a.map { .text($0.path) } ?? .none },
      RecordColumn("b") { $0.b.map { .text($0.path) } ?? .none },
      RecordColumn("kind") { ($0.a ?? $0.b).map { .text($0.kind) } ?? .none },
      RecordColumn("convention") { _ in .text(convention.rawValue) },
    ]
    columns += pair("params", \.params) + pair("macs", \.macs)
    for counter in Cost.counters where counter.value != \Cost.parameters {
      columns += pair(counter.name) { $0.cost[keyPath: counter.value] }
    }
    if showsFLOPs { columns += pair("flops", \.cost.flops) }
    if difference != nil {
      columns += [
        RecordColumn("median_ms_a") { $0.a?.median.map { .milliseconds($0) } ?? .none },
        RecordColumn("median_ms_b") { $0.b?.median.map { .milliseconds($0) } ?? .none },
      ]
    }
    return ReportTable(rows.lazy.filter { ($0.a ?? $0.b)?.isLayer ?? false }, columns: columns)
  }

  private func entry(_ facts: NodeFacts?, _ depth: Int, _ side: Side) -> Entry {
    guard let facts else { return .none }
    return .node(path: facts.path, name: facts.path.isEmpty ? "\(side.spec)" : facts.name, depth: depth)
  }

  public var footing: [String] {
    guard let difference, let timingsA = a.timings, let timingsB = b.timings else { return [] }
    let interval = difference.interval
    return [
      "time: A \(Figures.time(timingsA.pass.median)), B \(Figures.time(timingsB.pass.median)), difference"
        + " \(Figures.timeDifference(difference.difference)) (95 % interval"
        + " \(Figures.timeDifference(interval.lowerBound)) to \(Figures.timeDifference(interval.upperBound)):"
        + " \(difference.isSignificant ? "larger than the spread" : "within the spread"))",
      difference.sentence(about: "B", times: (timingsA.pass, timingsB.pass), a.network, b.network),
    ]
  }
}

extension ComparisonReport {
  private enum CodingKeys: String, CodingKey {
    case a, b, rows, ci95, significant
    case difference = "difference_ms"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, side) in [(CodingKeys.a, a), (.b, b)] {
      try container.encode(
        NetworkReport(
          side.network, spec: side.spec, convention: convention, timings: side.timings, showsFLOPs: showsFLOPs),
        forKey: key)
    }
    try container.encode(rows, forKey: .rows)
    guard let difference else { return }
    try container.encode(difference.difference, forKey: .difference)
    try container.encode([difference.interval.lowerBound, difference.interval.upperBound], forKey: .ci95)
    try container.encode(difference.isSignificant, forKey: .significant)
  }
}

extension ComparisonReport.Row: Encodable {
  private enum CodingKeys: String, CodingKey {
    case a, b, params, macs
    case median = "median_ms"
  }

  /// A side without a node is null.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(a?.path, forKey: .a)
    try container.encode(b?.path, forKey: .b)
    try container.encode([a?.params, b?.params], forKey: .params)
    try container.encode([a?.macs, b?.macs], forKey: .macs)
    try container.encode([a?.median, b?.median], forKey: .median)
  }
}

extension ReportTable.Column {
  /// A column for each side, and one for the difference.
  fileprivate static func pair(_ key: String, _ title: String) -> [ReportTable.Column] {
    [
      .init("\(key)_a", "\(title) A", .right), .init("\(key)_b", "B", .right),
      .init("\(key)_difference", "Difference", .right),
    ]
  }
}

extension Entry {
  /// What each side has, and how much more B has; a side without anything counts as nothing.
  fileprivate static func pair(_ a: Int?, _ b: Int?) -> [Entry] {
    [a.map { .count($0) } ?? .none, b.map { .count($0) } ?? .none, .countDifference((b ?? 0) - (a ?? 0))]
  }

  fileprivate static func pair(_ a: Milliseconds?, _ b: Milliseconds?) -> [Entry] {
    let difference: Entry = a == nil && b == nil ? .none : .timeDifference((b ?? 0) - (a ?? 0))
    return [a.map { .milliseconds($0) } ?? .none, b.map { .milliseconds($0) } ?? .none, difference]
  }
}
