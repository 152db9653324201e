import Architectures
import Explorer
import Measurement
import NetworkGraph

/// A sweep that is to be measured.
struct SweepRun: Sendable {
  var spec: NetworkSpec
  var conditions: Conditions
  var range: SweepRange
  var convention: CountingConvention

  /// Seconds after which a point that has not settled is taken as it is.
  static let patience = 2.0

  func subject(at index: Int) throws(CatalogueError) -> (
    spec: NetworkSpec, network: Network, conditions: Conditions
  ) {
    let (at, conditions) = try range.applied(range.values[index], to: spec, conditions)
    return (at, try Catalogue.build(at), conditions)
  }

  func point(at index: Int, _ network: Network, _ timings: Timings) throws -> SweepPoint {
    SweepPoint(
      range.values[index], spec, network, timings, convention,
      memory: try memoryNeeded(by: network, timings.conditions))
  }
}
