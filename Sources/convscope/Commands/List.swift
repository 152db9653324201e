import Architectures
import ArgumentParser
import NetworkGraph
import Reports

/// `convscope list`
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the catalogue.")

  @OptionGroup var choice: CatalogueChoice
  @OptionGroup var counting: CountOptions
  @OptionGroup var output: FormatOptions

  func run() throws {
    try Output.check(output.format, for: CatalogueReport.self)
    let items = try choice.entries(counting.count).map { CatalogueReport.Item($0.entry, cost: $0.network.cost) }
    try List.print(choice.ordered(items, counting.count), counting, output.format)
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
