import Architectures
import Measurement
import NetworkGraph

extension SweepRange {
  /// A network and how it runs, at one of the values.
  ///
  /// - Throws: why there is no such network or condition.
  public func applied(
    _ value: String, to spec: NetworkSpec, _ conditions: Conditions
  ) throws(CatalogueError) -> (spec: NetworkSpec, conditions: Conditions) {
    var (spec, conditions) = (spec, conditions)
    func count(upTo most: Int) throws(CatalogueError) -> Int {
      guard let count = Int(value), (1...most).contains(count) else {
        throw .unreadable("\(key)=\(value)", expected: "a whole number from 1 to \(most)")
      }
      return count
    }
    switch key {
    case "input": spec.input = try Shape(parsing: value, for: Catalogue.entry(named: spec.entry))
    case "batch": conditions.batch = try count(upTo: Conditions.mostImages)
    case "threads": conditions.threads = try count(upTo: Conditions.mostThreads)
    default: spec = try spec.setting("\(key)=\(value)")
    }
    return (spec, conditions)
  }
}

extension SweepRange {
  /// Refuses a range of which no value is one of any network.
  public func checkApplies(to specs: [NetworkSpec], _ conditions: Conditions) throws(CatalogueError) {
    var problem: CatalogueError?
    for spec in specs {
      for value in values {
        do throws(CatalogueError) {
          _ = try Catalogue.build(applied(value, to: spec, conditions).spec)
          return
        } catch { problem = problem ?? error }
      }
    }
    if let problem { throw problem }
  }
}

extension SweepPoint {
  /// What measuring a network has given at a value.
  ///
  /// - Parameter name: what tells it from the other networks of its sweep; nil if its spec's name does.
  public init(
    _ value: String, _ spec: NetworkSpec, named name: String? = nil, _ network: Network, _ timings: Timings,
    _ convention: CountingConvention, memory: Int
  ) {
    self.init(
      value: value, name: name ?? spec.description, batch: timings.conditions.batch, pass: timings.pass,
      parameters: network.cost.parameters, operations: convention.operations(network.cost),
      peakMemoryBytes: memory)
  }
}
