import Architectures
import Measurement
import NetworkGraph

/// What measuring a network on this machine gave, for the whole pass and for every step; enough to show it again.
public struct BenchReport: Report, Sendable {
  public let spec: NetworkSpec
  /// The shape of one image that the network or block takes.
  public let input: Shape
  public let timings: Timings
  public let machine: MachineFacts
  /// The largest difference from the exact plan's answer, as a share of its largest magnitude, where it was asked for.
  public let deviation: Double?

  /// - Parameter input: the input shape of what `spec` builds.
  public init(spec: NetworkSpec, input: Shape, timings: Timings, machine: MachineFacts, deviation: Double? = nil) {
    self.deviation = deviation
    self.spec = spec
    self.input = input
    self.timings = timings
    self.machine = machine
  }

  public var heading: [String] {
    let pass = timings.pass
    let conditions = timings.conditions
    var facts = ["batch \(conditions.batch)", Figures.amount(conditions.threads, "thread")]
    if !conditions.fused { facts.append("unfused") }
    facts += conditions.exceptions + ["\(pass.passes) passes", timings.progress.rawValue]
    let (low, high) = (pass.interval.lowerBound, pass.interval.upperBound)
    let interval = pass.hasInterval ? " (95 % interval \(Figures.time(low)) to \(Figures.time(high)))" : ""
    return [
      "\(spec)  \(input)  \(facts.joined(separator: ", "))",
      "median \(Figures.time(pass.median))\(interval), minimum \(Figures.time(pass.minimum)),"
        + " p90 \(Figures.time(pass.p90))",
    ]
  }

  public var table: ReportTable {
    ReportTable(
      columns: [
        .init("path", "Layer"), .init("covers", "Runs with it"), .init("algorithm", "Algorithm"),
        .init("min_ms", "Minimum", .right), .init("median_ms", "Median", .right), .init("share", "Share", .right),
        .init("gflops", "GFLOP/s", .right),
      ],
      rows: timings.steps.map { step in
        [
          .text(step.owner.dotted), .layers(step.covers.filter { $0 != step.owner }, beside: step.owner),
          .text(step.algorithm),
          .milliseconds(step.time.minimum), .milliseconds(step.time.median),
          timings.sumOfSteps > 0 ? .share(step.typical / timings.sumOfSteps) : .none, .number(step.gflops),
        ]
      })
  }

  public var footing: [String] {
    let quiet = timings.quietMedian.map { ", median of the others \(Figures.time($0))" } ?? ""
    let untimed =
      timings.untimedMedian.map { median in
        ", passes without their times \(Figures.time(median)) (\(Figures.percentDifference(median / timings.sumOfSteps - 1)))"
      } ?? ""
    let accuracy = deviation.map { [Figures.deviation($0)] }
    return [
      "sum of layers \(Figures.time(timings.sumOfSteps))\(untimed); \(timings.preempted) passes preempted\(quiet)",
      "peak memory \(Figures.bytes(timings.peakMemoryBytes)); plan \(timings.plan);"
        + " \(machine.processor), \(machine.isa)",
    ] + (accuracy ?? [])
  }
}
