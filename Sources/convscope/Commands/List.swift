import Architectures
import ArgumentParser
import NetworkGraph
import Reports

/// `convscope list`
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the catalogue.")

  @Option(help: "What counts as an operation.")
  var count: CountingConvention = .torchvision

  @OptionGroup var output: FormatOptions

  func run() throws { try List.print(convention: count, format: output.format) }

  static func print(convention: CountingConvention, format: ReportFormat) throws {
    let report: CatalogueReport
    do throws(CatalogueError) { report = try CatalogueReport(convention: convention) } catch { throw Failure(error) }
    try Output.write(report, as: format)
  }
}
