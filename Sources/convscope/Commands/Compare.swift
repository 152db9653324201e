import Architectures
import ArgumentParser
import Explorer
import NetworkGraph
import Reports

/// `convscope compare A B`
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lay two networks or blocks side by side, with their differences.",
    discussion: "The options hold for both. A picture is one of the times, which are measured for it.")

  @Argument(help: "The first network or block: NAME[:PRESET][#PATH].", completion: .models)
  var a: String

  @Argument(help: "The second network or block.", completion: .models)
  var b: String

  @Flag(help: "Measure both in alternation.")
  var time = false

  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions
  @OptionGroup var limit: LimitOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var costs: CostOptions
  @OptionGroup var output: DrawnFormatOptions<ComparisonReport>

  func validate() throws {
    if !isTimed { try refuse(running.given + limit.given, "is for measuring: it goes with --time") }
  }

  private var isTimed: Bool { time || output.format.isPicture }

  func run() throws {
    try output.check(picture: PrintedComparison.least)
    let specs = try [a, b].map { try options.spec(of: $0) }
    let networks = try specs.map(Catalogue.network)
    let measured = isTimed ? try limit.measure(networks, running.conditions) : nil
    let sides = specs.indices.map { side in
      ComparisonReport.Side(spec: specs[side], network: networks[side], timings: measured?.timings[side])
    }
    let report = ComparisonReport(
      sides[0], sides[1], convention: counting.count, difference: measured?.difference, showsFLOPs: costs.flops)
    try output.write(report) { canvas in
      guard let measured, let picture = PrintedComparison(specs[0], specs[1], measured) else { return }
      do throws(CatalogueError) { try picture.draw(on: &canvas) } catch { throw Failure(error) }
    }
  }
}
