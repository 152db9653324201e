import Architectures
import ArgumentParser
import Explorer
import Glibc
import Measurement
import NetworkGraph
import Reports

/// `convscope list`
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the catalogue.",
    discussion: """
      --time measures what has not been measured before on this machine, and remembers it; ^C stops and keeps what is \
      there. Without --seconds or --passes a network is measured until its median has settled, for 2 seconds at most. \
      A picture is a scatter of the work against the times that are known, or against the parameters.
      """)

  @OptionGroup var choice: CatalogueChoice

  @Flag(help: "Measure the networks that have not been measured yet.")
  var time = false

  @Flag(help: "With --time, measure all of them again.")
  var afresh = false

  @OptionGroup var running: RunOptions
  @OptionGroup var limit: LimitOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var costs: CostOptions
  @OptionGroup var output: DrawnFormatOptions<CatalogueReport>

  func validate() throws {
    guard !time else { return }
    try refuse(names(given: ["--afresh": afresh]) + limit.given, "is for measuring: it goes with --time")
    if !showsTimes { try refuse(running.given, "is for times: it goes with --time or --sort time, or a picture") }
  }

  private var showsTimes: Bool { time || choice.sort == .time || output.format.isPicture }

  func run() throws {
    try output.check(picture: PrintedScatter.least)
    let chosen = try choice.entries(counting.count)
    let conditions = running.conditions
    var times = showsTimes ? CatalogueMeasuring.remembered() : CatalogueTimes()
    if time {
      times = try Interruption.noted {
        try CatalogueMeasuring(conditions: conditions, limit: limit, afresh: afresh).run(chosen, times)
      }
    }
    let medians = times.medians(conditions)
    let items = chosen.map { entry, network in
      CatalogueReport.Item(
        entry, cost: network.cost, time: medians[entry.name].map { (batch: conditions.batch, median: $0) })
    }
    if choice.sort == .time, items.allSatisfy({ $0.time == nil }) {
      try Output.tell("convscope: none of these has been timed like this yet; --time does it\n", to: STDERR_FILENO)
    }
    let ordered = choice.ordered(items, counting.count)
    try output.write(
      CatalogueReport(ordered, convention: counting.count, showsFLOPs: costs.flops)
    ) { canvas in
      PrintedScatter(chosen.map(\.entry), times: medians, convention: counting.count).draw(on: &canvas)
    }
    if Interruption.hasCome { throw ExitCode(128 + SIGINT) }
  }

  /// Prints the whole catalogue, with the times that are recorded of it.
  static func printAll(
    _ counting: CountOptions, _ costs: CostOptions, _ format: ReportFormat, _ recorded: RecordedTimings?
  ) throws {
    try Output.check(format, for: CatalogueReport.self)
    let (batch, medians) = (recorded?.conditions?.batch ?? 1, recorded?.catalogueMedians ?? [:])
    var items: [CatalogueReport.Item] = []
    for entry in Catalogue.entries {
      items.append(
        CatalogueReport.Item(
          entry, cost: try Catalogue.network(NetworkSpec(entry: entry.name)).cost,
          time: medians[entry.name].map { (batch, $0) }))
    }
    try Output.write(
      CatalogueReport(items, convention: counting.count, showsFLOPs: costs.flops), as: format)
  }
}
