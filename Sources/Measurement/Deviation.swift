import Engine
import NetworkGraph

/// How far the answer of a network in these conditions lies from that of its exact plan, for the same weights and seeded
/// input: the largest difference, as a share of the exact answer's largest magnitude.
///
/// - Parameter weights: those of the network; nil generates them.
/// - Returns: infinity where an answer is not finite.
/// - Throws: `PlanError` where the network cannot be run.
public func deviationFromExact(
  _ network: Network, _ conditions: Conditions, weights: (any WeightSource)? = nil
) throws -> Double {
  let team = WorkerTeam(threads: conditions.threads)
  func answer(_ conditions: Conditions) throws -> [Float] {
    let executor = try Executor(Plan(network, conditions.planOptions), weights: weights, team: team)
    executor.fillInput()
    executor.pass()
    return Array(executor.output)
  }
  var exact = conditions
  exact.exact = true
  let (values, reference) = (try answer(conditions), try answer(exact))
  guard (values + reference).allSatisfy(\.isFinite) else { return .infinity }
  let magnitude = reference.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
  return zip(values, reference).reduce(0) { max($0, Double(abs($1.0 - $1.1) / magnitude)) }
}
