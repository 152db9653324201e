import Architectures
import ArgumentParser
import Canvas
import NetworkGraph
import Reports

/// `convscope [MODEL]`
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore a network, or the catalogue. (default)",
    discussion: "Where standard input or output is no terminal, prints what 'show' or 'list' prints.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String?

  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions

  @Option(help: "Print in this format instead of opening the explorer.")
  var format: ReportFormat?

  func run() throws {
    let spec = try model.map(options.spec(of:))
    guard let spec else {
      return try List.print(convention: options.count, format: format ?? .table)
    }
    try Show.print(spec, convention: options.count, format: format ?? .table)
  }
}
