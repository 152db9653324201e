import Engine
import Measurement
import NetworkGraph
import Testing

@Suite struct DeviationTests {
  private func network() throws -> Network {
    let builder = try NetworkBuilder(name: "layer", input: .map(channels: 64, height: 28, width: 28))
    return try builder.finish(builder.input.conv("conv", 64, kernel: 3, padding: 1))
  }

  @Test func exactPlansDoNotDeviate() throws {
    #expect(try deviationFromExact(network(), Conditions(threads: 1, exact: true)) == 0)
  }

  /// Winograd's algorithm rounds otherwise, within its tolerance.
  @Test func winogradDeviatesWithinItsTolerance() throws {
    let conditions = Conditions(threads: 1)
    let step = try #require(Plan(network(), conditions.planOptions).steps.first { $0.signature != nil })
    try #require(step.algorithm.hasPrefix("winograd"))
    let deviation = try deviationFromExact(network(), conditions)
    #expect(deviation > 0 && deviation < 1e-4)
  }
}
