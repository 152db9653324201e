import Architectures
import ArgumentParser
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
      there. Without --seconds or --passes a network is measured until its median has settled, for 2 seconds at most.
      """)

  @OptionGroup var choice: CatalogueChoice

  @Flag(help: "Measure the networks that have not been measured yet.")
  var time = false

  @Flag(help: "With --time, measure all of them again.")
  var afresh = false

  @OptionGroup var running: RunOptions
  @OptionGroup var limit: LimitOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var output: FormatOptions

  func run() throws {
    try Output.check(output.format, for: CatalogueReport.self)
    let chosen = try choice.entries(counting.count)
    let conditions = running.conditions
    var times = time || choice.sort == .time ? CatalogueMeasuring.remembered(conditions) : CatalogueTimes()
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
    try List.print(choice.ordered(items, counting.count), counting, output.format)
    if Interruption.hasCome { throw ExitCode(128 + SIGINT) }
  }

  /// Prints the whole catalogue.
  static func printAll(_ counting: CountOptions, _ format: ReportFormat) throws {
    try Output.check(format, for: CatalogueReport.self)
    var items: [CatalogueReport.Item] = []
    for entry in Catalogue.entries {
      items.append(CatalogueReport.Item(entry, cost: try Catalogue.network(NetworkSpec(entry: entry.name)).cost))
    }
    try print(items, counting, format)
  }

  private static func print(
    _ items: [CatalogueReport.Item], _ counting: CountOptions, _ format: ReportFormat
  ) throws {
    try Output.write(
      CatalogueReport(items, convention: counting.count, showsFLOPs: counting.flops), as: format)
  }
}
