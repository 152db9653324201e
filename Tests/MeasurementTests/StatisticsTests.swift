import Testing

@testable import Measurement

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

  /// 1 ms … 100 ms, each of them a thousand times: far more than is kept one by one.
  @Test func manyPassesAreAllCounted() {
    var histogram = Histogram()
    let values = (0..<100_000).map { Double($0 % 100 + 1) }
    for value in values { histogram.add(value) }
    let all = histogram.distribution(recent: values)
    #expect(all.passes == 100_000 && all.minimum == 1 && all.recent.count == 64)
    #expect(abs(all.median - 50) < 0.1 && abs(all.p90 - 90) < 0.1)
    #expect(all.interval.contains(50) || abs(all.interval.lowerBound - 50) < 0.1)
    #expect(Histogram().distribution(recent: []).passes == 0)
  }
}
