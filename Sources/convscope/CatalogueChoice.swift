import Architectures
import ArgumentParser
import NetworkGraph
import Reports

/// A count that may have a unit behind it: `10M`, `1.5G`, `4096`.
struct Magnitude: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    let units: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
    let scale = argument.last.flatMap { units[$0] }
    let digits = scale == nil ? argument : String(argument.dropLast())
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits) else {
      return nil
    }
    let value = (number * (scale ?? 1)).rounded()
    guard value < 1e18 else { return nil }
    self.value = Int(value)
  }
}

/// What the catalogue is ordered by.
enum CatalogueOrder: String, ExpressibleByArgument, CaseIterable { case name, family, year, params, macs, time }

/// Which entries of the catalogue are meant, and in which order.
struct CatalogueChoice: ParsableArguments {
  @Option(help: "Only this family, such as ResNet.")
  var family: String?

  @Option(help: ArgumentHelp("Only up to so many parameters, such as 10M.", valueName: "count"))
  var maxParams: Magnitude?

  @Option(help: ArgumentHelp("Only up to so many operations, such as 1G.", valueName: "count"))
  var maxMacs: Magnitude?

  @Option(help: "What orders the entries: names and families go up, figures down, times up.")
  var sort: CatalogueOrder?

  /// The entries that are meant, in the catalogue's own order.
  func entries(_ convention: CountingConvention) throws(Failure) -> [(entry: CatalogueEntry, network: Network)] {
    var chosen: [(entry: CatalogueEntry, network: Network)] = []
    for entry in try familyEntries() {
      let network = try Catalogue.network(NetworkSpec(entry: entry.name))
      if let maxParams, network.cost.parameters > maxParams.value { continue }
      if let maxMacs, convention.operations(network.cost) > maxMacs.value { continue }
      chosen.append((entry, network))
    }
    return chosen
  }

  private func familyEntries() throws(Failure) -> [CatalogueEntry] {
    guard let family else { return Catalogue.entries }
    let entries = Catalogue.entries.filter { $0.family.lowercased() == family.lowercased() }
    guard entries.isEmpty else { return entries }
    var families: [String] = []
    for entry in Catalogue.entries where !families.contains(entry.family) { families.append(entry.family) }
    throw Failure(.unknown, "there is no family '\(family)'; there are \(families.joined(separator: ", "))")
  }

  func ordered(_ items: [CatalogueReport.Item], _ convention: CountingConvention) -> [CatalogueReport.Item] {
    guard let sort else { return items }
    return items.enumerated().sorted { a, b in
      let (x, y) = (a.element, b.element)
      let isEqual: Bool
      let precedes: Bool
      func compare<Key: Comparable>(_ p: Key, _ q: Key) -> (Bool, Bool) { (p == q, p < q) }
      switch sort {
      case .name: (isEqual, precedes) = compare(x.entry.name, y.entry.name)
      case .family: (isEqual, precedes) = compare(x.entry.family, y.entry.family)
      case .year: (isEqual, precedes) = compare(y.entry.year, x.entry.year)
      case .params: (isEqual, precedes) = compare(y.cost.parameters, x.cost.parameters)
      case .macs: (isEqual, precedes) = compare(convention.operations(y.cost), convention.operations(x.cost))
      case .time: (isEqual, precedes) = compare(x.time?.median ?? .infinity, y.time?.median ?? .infinity)
      }
      return isEqual ? a.offset < b.offset : precedes
    }.map(\.element)
  }
}
