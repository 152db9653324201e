import Measurement
import NetworkGraph

/// What measuring a network gave, told together with what the network is: as `BenchReport`, and in the forms that tell
/// of every layer.
public struct MeasuredReport: Report {
  let bench: BenchReport
  let survey: NodeSurvey

  /// - Parameter network: what the spec of `bench` builds.
  public init(_ bench: BenchReport, of network: Network, convention: CountingConvention) {
    self.bench = bench
    survey = NodeSurvey(network, convention: convention, timings: bench.timings)
  }

  public static var formats: [ReportFormat] { ReportFormat.common + [.timm, .trace, .modelExplorer] }
  public var heading: [String] { bench.heading }
  public var table: ReportTable { bench.table }
  public var footing: [String] { bench.footing + leftOut }

  /// What was not timed, since nothing here computes it.
  private var leftOut: [String] {
    let operations = survey.network.unsupported
    guard let first = operations.first else { return [] }
    let others = operations.count > 1 ? " and \(operations.count - 1) more" : ""
    return ["not timed: '\(first.node)' (\(first.type))\(others), which no kernel here computes"]
  }

  public func encode(to encoder: any Encoder) throws { try bench.encode(to: encoder) }

  public func foreignText(_ format: ReportFormat) throws -> String? {
    let network = survey.network
    switch format {
    case .timm: return TimmRow.text([TimmRow(bench.spec, network, timings: bench.timings)])
    case .trace: return try jsonText(PassTrace(bench.timings, of: network))
    case .modelExplorer: return try jsonText(NodeData(survey, of: network.layers.map { .layer($0.id) }))
    default: return nil
    }
  }

  /// A layer with the step that runs it; without a layer, a step that runs none.
  private struct Record {
    let facts: NodeFacts?
    let step: StepTiming?

    /// The time stands on one layer of the step.
    var time: Distribution? {
      guard let step, step.owner.dotted == facts?.path ?? step.owner.dotted else { return nil }
      return step.time
    }
  }

  public var records: ReportTable {
    var running: [NodePath: StepTiming] = [:]
    for step in bench.timings.steps {
      for path in step.covers { running[path] = step }
    }
    let layers = survey.network.layers.map { Record(facts: survey[.layer($0.id)], step: running[$0.path]) }
    let others = bench.timings.steps.filter(\.covers.isEmpty).map { Record(facts: nil, step: $0) }
    func time(_ key: String, _ value: @escaping (Distribution) -> Milliseconds) -> RecordColumn<Record> {
      RecordColumn(key) { $0.time.map { .milliseconds(value($0)) } ?? .none }
    }
    let columns = NodeFacts.columns(survey.convention).map { column in
      RecordColumn<Record>(column.key) { $0.facts.map(column.entry) ?? .none }
    }
    return ReportTable(
      layers + others,
      columns: columns + [
        RecordColumn("step") { $0.step.map { .text($0.owner.dotted) } ?? .none },
        RecordColumn("algorithm") { $0.step.map { .text($0.algorithm) } ?? .none },
        time("min_ms", \.minimum), time("median_ms", \.median), time("p90_ms", \.p90),
      ])
  }
}
