import Measurement
import Testing

@Suite struct StatisticsTests {
  @Test func distributionOfHundred() {
    let distribution = Distribution((1...100).reversed().map(Double.init))
    #expect(distribution.passes == 100)
    #expect(distribution.minimum == 1)
    #expect(distribution.median == 50.5)
    #expect(abs(distribution.p90 - 90.1) < 1e-9)
    // Ranks 40 and 61 hold the median of the population with 95 % probability.
    #expect(distribution.interval == 40...61)
    #expect(distribution.recent.count == 64)
    #expect(distribution.recent.last == 1)
  }

  @Test func noMeasurements() {
    #expect(Distribution([]).passes == 0)
    #expect(Distribution([3]).interval == 3...3)
  }

  @Test func differencesAreSignificantBeyondTheirSpread() {
    let a = Distribution((0..<100).map { 10 + 0.01 * Double($0 % 10) })
    let b = Distribution((0..<100).map { 10.5 + 0.01 * Double($0 % 10) })
    let apart = TimeDifference(from: a, to: b)
    #expect(apart.isSignificant)
    #expect(abs(apart.difference - 0.5) < 1e-9)
    #expect(apart.interval.contains(0.5))
    #expect(!TimeDifference(from: a, to: a).isSignificant)
  }
}
