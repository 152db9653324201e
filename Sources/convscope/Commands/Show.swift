import Architectures
import ArgumentParser
import Measurement
import NetworkGraph
import Reports

/// `convscope show MODEL`
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the block tree of a network or block.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Option(help: "How many levels of the tree to print. (default: all)")
  var depth: Int?

  @Flag(help: "Print how it is run instead: every step's algorithm, predicted and measured, and those that lost.")
  var plan = false

  @OptionGroup var options: ModelOptions
  @OptionGroup var weights: WeightOptions
  @OptionGroup(title: "With --plan") var running: RunOptions
  @OptionGroup(title: "With --plan") var limit: LimitOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var costs: CostOptions
  @OptionGroup var output: FormatOptions<NetworkReport>

  func validate() throws {
    if let depth, depth < 0 { throw ValidationError("--depth is \(depth), expected at least 0") }
    if plan {
      try refuse(
        names(given: ["--depth": depth != nil]) + counting.given + costs.given,
        "is for the tree: it does not go with --plan")
    } else {
      try refuse(running.given + limit.given, "is for measuring: it goes with --plan")
    }
  }

  func run() throws {
    let spec = try options.spec(of: model)
    let file = try weights.file(for: spec)
    guard plan else { return try Show.print(spec, depth: depth, counting, costs, output.format.form) }
    try Output.check(output.format.form, for: PlanReport.self)
    let measured = try limit.measure([Catalogue.network(spec)], running.conditions, weights: file)
    try Output.write(
      PlanReport(spec: spec, timings: measured.timings[0], machine: MachineFacts.measured()), as: output.format.form)
  }

  /// Prints the tree, with the times that are recorded of it.
  ///
  /// - Throws: `Failure` if there are recorded timings, but none of this network.
  static func print(
    _ spec: NetworkSpec, depth: Int? = nil, _ counting: CountOptions, _ costs: CostOptions, _ format: ReportFormat,
    _ recorded: RecordedTimings? = nil
  ) throws {
    try Output.check(format, for: NetworkReport.self)
    let network = try Catalogue.network(spec)
    let timings = try recorded?.report(of: spec, input: network.inputShape).timings
    try Output.write(
      NetworkReport(
        network, spec: spec, convention: counting.count, timings: timings, depth: depth, showsFLOPs: costs.flops),
      as: format)
  }
}
