import Architectures
import ArgumentParser
import NetworkGraph
import Reports

/// `convscope show MODEL`
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the block tree of a network or block.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Option(help: "How many levels of the tree to print. (default: all)")
  var depth: Int?

  @OptionGroup var options: ModelOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var output: FormatOptions

  func validate() throws {
    if let depth, depth < 0 { throw ValidationError("--depth is \(depth), expected at least 0") }
  }

  func run() throws {
    try Show.print(options.spec(of: model), depth: depth, counting, output.format)
  }

  static func print(
    _ spec: NetworkSpec, depth: Int? = nil, _ counting: CountOptions, _ format: ReportFormat
  ) throws {
    try Output.check(format, for: NetworkReport.self)
    let network = try Catalogue.network(spec)
    try Output.write(
      NetworkReport(
        network, spec: spec, convention: counting.count, depth: depth, showsFLOPs: counting.flops), as: format)
  }
}
