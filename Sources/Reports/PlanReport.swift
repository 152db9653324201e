import Architectures
import Measurement

/// How a network is run: for every step the algorithm, what the planner expected of it, how long it takes, and the
/// algorithms that lost.
public struct PlanReport: Report {
  private let spec: NetworkSpec
  private let timings: Timings
  private let machine: MachineFacts

  public init(spec: NetworkSpec, timings: Timings, machine: MachineFacts) {
    self.spec = spec
    self.timings = timings
    self.machine = machine
  }

  /// The planner counts in cycles of a core with sixteen multiply-adds a cycle.
  private func milliseconds(_ cycles: Double) -> Milliseconds { cycles * 32 / machine.peakOne / 1e6 }

  private func predicted(_ step: StepTiming) -> Milliseconds? { step.expectedCycles.map(milliseconds) }

  /// What another algorithm would take in place of the one that ran, by what tuning has measured of both.
  private func measured(_ candidate: AlgorithmCandidate, of step: StepTiming) -> Milliseconds? {
    candidate.ratio.map { $0 * step.time.median }
  }

  public var heading: [String] {
    let conditions = timings.conditions
    let facts = [
      "batch \(conditions.batch)", Figures.amount(conditions.threads, "thread"),
      conditions.fused ? "fused" : "layer by layer",
    ]
    return ["\(spec)  \((facts + conditions.exceptions).joined(separator: ", "))  plan \(timings.plan)"]
  }

  public var table: ReportTable {
    ReportTable(
      columns: [
        .init("path", "Layer"), .init("covers", "Runs with it"), .init("algorithm", "Algorithm"),
        .init("cut", "Cut"), .init("predicted_ms", "Predicted", .right), .init("median_ms", "Measured", .right),
        .init("lost", "The others, expected (and measured by tuning)"),
      ],
      rows: timings.steps.map { step in
        [
          .text(step.owner.dotted), .layers(step.covers.filter { $0 != step.owner }, beside: step.owner),
          .text(step.algorithm), .text(step.cut ?? ""),
          predicted(step).map { .milliseconds($0) } ?? .none, .milliseconds(step.time.median),
          .text(
            step.candidates.dropFirst().map { candidate in
              "\(candidate.algorithm) \(Figures.time(milliseconds(candidate.cycles)))"
                + (measured(candidate, of: step).map { " (\(Figures.time($0)))" } ?? "")
            }.joined(separator: ", ")),
        ]
      })
  }

  public var footing: [String] {
    let chosen = timings.steps.filter { !$0.candidates.isEmpty }
    let predictions = chosen.compactMap(predicted).reduce(0, +)
    let measured = chosen.reduce(0) { $0 + $1.time.median }
    return [
      "convolutions and linear layers: \(Figures.time(predictions)) predicted, \(Figures.time(measured)) measured;"
        + " whole pass \(Figures.time(timings.pass.median))"
    ]
  }
}

extension PlanReport: Encodable {
  private enum Keys: String, CodingKey {
    case name, plan, batch, threads, steps
    case median = "median_ms"
  }

  private struct StepFields: Encodable {
    struct Other: Encodable {
      let algorithm: String
      let predicted: Milliseconds
      let measured: Milliseconds?

      private enum CodingKeys: String, CodingKey {
        case algorithm
        case predicted = "predicted_ms"
        case measured = "measured_ms"
      }
    }
    let path: String
    let covers: [String]
    let algorithm: String
    let cut: String?
    let predicted: Milliseconds?
    let median: Milliseconds
    let lost: [Other]

    private enum CodingKeys: String, CodingKey {
      case path, covers, algorithm, cut, lost
      case predicted = "predicted_ms"
      case median = "median_ms"
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(spec.description, forKey: .name)
    try container.encode(timings.plan, forKey: .plan)
    try container.encode(timings.conditions.batch, forKey: .batch)
    try container.encode(timings.conditions.threads, forKey: .threads)
    try container.encode(timings.pass.median, forKey: .median)
    let steps = timings.steps.map { step in
      StepFields(
        path: step.owner.dotted, covers: step.covers.map(\.dotted), algorithm: step.algorithm,
        cut: step.cut, predicted: predicted(step), median: step.time.median,
        lost: step.candidates.dropFirst().map {
          .init(algorithm: $0.algorithm, predicted: milliseconds($0.cycles), measured: measured($0, of: step))
        })
    }
    try container.encode(steps, forKey: .steps)
  }
}
