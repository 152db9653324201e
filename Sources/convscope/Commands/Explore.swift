import Architectures
import ArgumentParser
import Explorer
import Reports

/// `convscope [MODEL]`
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the explorer on a network, or on the catalogue.",
    discussion: "Where standard input or output is no terminal, it prints what 'show' or 'list' prints.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String?

  @OptionGroup var options: ModelOptions
  @OptionGroup var weights: WeightOptions
  @OptionGroup var explorer: ExplorerOptions
  @OptionGroup(title: "Where it prints") var costs: CostOptions

  @Option(help: "Print in this format instead of opening the explorer.")
  var format: ReportFormat?

  func run() throws {
    let spec = try model.map { try options.spec(of: $0, notes: false) }
    if let spec { _ = try Catalogue.network(spec) }
    try weights.add(to: spec)
    let first = spec.map(Event.open) ?? .openCatalogue
    let recorded = try explorer.recorded()
    guard try !explorer.explore(showsCatalogue: spec == nil, mayOpen: format == nil, recorded, first) else { return }
    if let spec {
      try Show.print(spec, explorer.counting, costs, format ?? .table, recorded)
    } else {
      try List.printAll(explorer.counting, costs, format ?? .table, recorded)
    }
  }
}
