import Glibc
import NetworkGraph
import Testing

@testable import Measurement

@Suite struct StatisticsTests {
  @Test func distributionOfHundred() {
    let distribution = Distribution((1...100).reversed().map(Double.init))
    #expect(distribution.passes == 100)
    #expect(distribution.minimum == 1)
    #expect(distribution.median == 50.5)
    #expect(abs(distribution.p10 - 10.9) < 1e-9 && abs(distribution.p90 - 90.1) < 1e-9)
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

  /// Times as they are: close above a least one, with a tail, and now and then one that something else has held up.
  private struct Machine {
    var least: Double
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    static let spread = 0.3
    static let heldUp = 0.05

    init(least: Double) {
      self.least = least
      state &+= least.bitPattern
    }

    /// What is held up lies beyond the median, which is that of the exponential tail.
    var median: Double { least - Self.spread * log(1 - 0.5 / (1 - Self.heldUp)) }

    /// SplitMix64 (Steele, Lea, Flood 2014), so that the test is the same every time.
    private mutating func uniform() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
    }

    mutating func pass() -> Double {
      let tail = least - Self.spread * log(1 - uniform())
      return uniform() < Self.heldUp ? tail + 5 + 5 * uniform() : tail
    }
  }

  /// The interval holds the true difference as often as it says, from few passes to many, and so tells a difference
  /// that is none as seldom.
  @Test(arguments: [6, 12, 40, 200])
  func intervalsOfDifferencesHoldTheTruth(passes: Int) {
    var (a, b) = (Machine(least: 10), Machine(least: 10.1))
    let trials = 2000
    let held = (0..<trials).count { _ in
      let difference = TimeDifference(
        from: Distribution((0..<passes).map { _ in a.pass() }), to: Distribution((0..<passes).map { _ in b.pass() }))
      return difference.interval.contains(b.median - a.median)
    }
    // 95 %, less four standard deviations of so many trials.
    #expect(Double(held) / Double(trials) > 0.95 - 4 * (0.95 * 0.05 / Double(trials)).squareRoot())
  }

  /// 1 ms … 100 ms, each of them a thousand times: far more than is kept one by one.
  @Test func manyPassesAreAllCounted() {
    var histogram = Histogram()
    let values = (0..<100_000).map { Double($0 % 100 + 1) }
    for value in values { histogram.add(value) }
    let all = histogram.distribution(recent: values)
    #expect(all.passes == 100_000 && all.minimum == 1 && all.recent.count == 64)
    #expect(abs(all.p10 - 10) < 0.1 && abs(all.median - 50) < 0.1 && abs(all.p90 - 90) < 0.1)
    #expect(all.interval.contains(50) || abs(all.interval.lowerBound - 50) < 0.1)
    #expect(Histogram().distribution(recent: []).passes == 0)
  }

  /// What is no time counts as not measured.
  @Test(arguments: [0, -1, Double.infinity])
  func whatIsNoTimeIsNotRemembered(median: Double) {
    let conditions = Conditions(threads: 1)
    var times = CatalogueTimes()
    times["residual", conditions] = median
    #expect(times["residual", conditions] == nil && times.medians(conditions).isEmpty)
    times["residual", conditions] = 2
    #expect(times["residual", conditions] == 2 && times.medians(conditions) == ["residual": 2])
  }

  /// What was found, said in a sentence.
  @Test(arguments: [
    (3.1, 2.4...3.9, "B is 3.1 % slower here, 95 % interval 2.4 % to 3.9 %; 1 norm no longer folds"),
    (-3.1, -3.9 ... -2.4, "B takes 3.1 % less time here, 95 % interval 2.4 % to 3.9 %; 1 norm no longer folds"),
    (0.1, -0.5...1.2, "no difference shown here, 95 % interval -0.5 % to +1.2 %; 1 norm no longer folds"),
  ])
  func sentence(difference: Double, interval: ClosedRange<Double>, expected: String) throws {
    func network(isFirst: Bool) throws -> Network {
      let builder = try NetworkBuilder(name: "unit", input: .map(channels: 4, height: 4, width: 4))
      let x = builder.input
      let y =
        isFirst ? try x.batchNorm("bn").conv("conv", 4, kernel: 1) : try x.conv("conv", 4, kernel: 1).batchNorm("bn")
      return try builder.finish(y)
    }
    let a = Self.distribution(100, 100...100)
    let b = Self.distribution(100 + difference, 100 + interval.lowerBound...100 + interval.upperBound)
    let sentence = try TimeDifference(from: a, to: b).sentence(
      about: "B", times: (a, b), network(isFirst: false), network(isFirst: true))
    #expect(sentence == expected)
  }

  /// However little B takes, it is not nothing.
  @Test func noTimeIsSavedWhole() throws {
    let (a, b) = (Self.distribution(550, 540...577), Self.distribution(25.7, 25.2...26.4))
    let network = try NetworkBuilder(name: "unit", input: .map(channels: 4, height: 4, width: 4))
    let unit = try network.finish(network.input.relu())
    let sentence = TimeDifference(from: a, to: b).sentence(about: "B", times: (a, b), unit, unit)
    #expect(sentence == "B takes 95.3 % less time here, 95 % interval 95.2 % to 95.6 %")
  }

  private static func distribution(_ median: Double, _ interval: ClosedRange<Double>) -> Distribution {
    Distribution(passes: 40, minimum: median, p10: median, median: median, p90: median, interval: interval, recent: [])
  }
}
