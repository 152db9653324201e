import Architectures
import Explorer
import Measurement
import NetworkGraph

/// A sweep that is to be measured, value by value: all networks at the first, then all at the next.
struct SweepRun: Sendable {
  var specs: [NetworkSpec]
  var conditions: Conditions
  var range: SweepRange
  var convention: CountingConvention

  /// Seconds after which a point that has not settled is taken as it is.
  static let patience = 2.0

  /// How many points there are.
  var count: Int { specs.count * range.values.count }

  private func name(at index: Int) -> String { specs.names[index % specs.count] }
  private func spec(at index: Int) -> NetworkSpec { specs[index % specs.count] }
  private func value(at index: Int) -> String { range.values[index / specs.count] }

  /// The network of a point, and how it runs.
  func subject(at index: Int) throws(CatalogueError) -> (
    spec: NetworkSpec, network: Network, conditions: Conditions
  ) {
    let (at, conditions) = try range.applied(value(at: index), to: spec(at: index), conditions)
    return (at, try Catalogue.build(at), conditions)
  }

  func point(at index: Int, _ network: Network, _ timings: Timings) throws -> SweepPoint {
    SweepPoint(
      value(at: index), spec(at: index), named: name(at: index), network, timings, convention,
      memory: try memoryNeeded(by: network, timings.conditions))
  }

  /// The event that tells why a point is left out.
  func failure(at index: Int, _ reason: String) -> Event {
    .failed("\(name(at: index)) at \(range.key)=\(value(at: index)) is left out: \(reason)")
  }
}
