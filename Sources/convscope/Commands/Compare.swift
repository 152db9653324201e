import Architectures
import ArgumentParser
import NetworkGraph
import Reports

/// `convscope compare A B`
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lay two networks or blocks side by side, with their differences.",
    discussion: "The options hold for both.")

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
  @OptionGroup var output: FormatOptions

  func run() throws {
    try Output.check(output.format, for: ComparisonReport.self)
    let specs = try [a, b].map { try options.spec(of: $0) }
    let networks = try specs.map(Catalogue.network)
    let measured = time ? try limit.measure(networks, running.conditions) : nil
    let sides = specs.indices.map { side in
      ComparisonReport.Side(spec: specs[side], network: networks[side], timings: measured?.timings[side])
    }
    try Output.write(
      ComparisonReport(
        sides[0], sides[1], convention: counting.count, difference: measured?.difference, showsFLOPs: counting.flops),
      as: output.format)
  }
}
