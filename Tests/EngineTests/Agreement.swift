import Engine
import Foundation
import NetworkGraph
import Testing

/// A small generator, so that every run tests the same shapes.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func pick<T>(_ values: [T]) -> T { values[Int(next() % UInt64(values.count))] }
  mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// The seeds of a property: so many, or `FUZZ` times as many where that is in the environment, be it a fraction.
func seeds(_ count: Int) -> Range<Int> {
  let factor = ProcessInfo.processInfo.environment["FUZZ"].flatMap { Double($0) } ?? 1
  return 0..<max(1, Int(Double(count) * factor))
}

func randomInput(_ network: Network, batch: Int, seed: UInt64 = 1) -> [Float] {
  var dice = Dice(seed)
  return (0..<batch * network.inputShape.elements).map { _ in Float.random(in: -1...1, using: &dice) }
}

/// What the engine computes for these images.
func compute(
  _ network: Network, _ input: [Float], _ options: PlanOptions, passes: Int = 1
) throws -> [Float] {
  let executor = try Executor(Plan(network, options), weights: SeededWeights(for: network))
  executor.poison()
  _ = executor.input.update(from: input)
  for _ in 0..<passes { executor.pass() }
  return Array(executor.output)
}

/// The largest difference, as a share of the largest magnitude of the reference.
func deviation(_ values: [Float], _ reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let magnitude = reference.reduce(1e-30) { max($0, abs($1)) }
  return zip(values, reference).reduce(0) { most, pair in
    let difference = abs(Double(pair.0) - pair.1)
    return difference.isNaN ? .infinity : max(most, difference / magnitude)
  }
}

/// Runs a network in every way that this machine has, and expects the reference's answer.
///
/// A direct sum of n products in float32 errs by at most n · 2⁻²⁴ of the sum of magnitudes, and by about √n · 2⁻²⁴ in
/// practice: 10⁻⁵ of the largest value leaves room for the few thousand products of the widest layers.
func expectAgreement(
  _ network: Network, batch: Int = 1, tolerance: Double = 1e-5, seed: UInt64 = 1, winograd: Int? = nil,
  strassen: Bool = false, slabRows: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let input = randomInput(network, batch: batch, seed: seed)
  let expected = try Reference.run(network, input: input, batch: batch, weights: SeededWeights(for: network))
  for set in InstructionSet.available {
    for fused in [true, false] {
      var single: [Float]?
      for threads in 1...3 {
        var options = PlanOptions(
          batch: batch, threads: threads, fused: fused, exact: winograd == nil && !strassen, instructionSet: set)
        options.forcedWinograd = winograd
        options.forcedStrassen = strassen
        options.forcedSlabRows = slabRows
        let values = try compute(network, input, options, passes: 2)
        let error = deviation(values, expected)
        #expect(
          error <= tolerance, "\(network.name) \(set.name) fused \(fused) threads \(threads)",
          sourceLocation: sourceLocation)
        if let single {
          #expect(
            values == single, "\(network.name) \(set.name) fused \(fused): \(threads) threads change the bits",
            sourceLocation: sourceLocation)
        }
        single = single ?? values
      }
    }
  }
}
