extension Distribution {
  /// The distribution of these measurements, oldest first; zeros if there are none.
  ///
  /// The interval of the median is that of its order statistics: with 95 % probability the median of the population
  /// lies between the measurements of rank n/2 ∓ 0.98 √n (the normal approximation of the binomial distribution).
  public init(_ measurements: some Collection<Milliseconds>) {
    let sorted = measurements.sorted()
    guard let least = sorted.first else {
      self.init(passes: 0, minimum: 0, p10: 0, median: 0, p90: 0, interval: 0...0, recent: [])
      return
    }
    let ranks = Distribution.intervalRanks(sorted.count)
    self.init(
      passes: sorted.count, minimum: least, p10: sorted.quantile(0.1), median: sorted.quantile(0.5),
      p90: sorted.quantile(0.9),
      interval: sorted[ranks.lowerBound]...sorted[ranks.upperBound],
      recent: Array(measurements.suffix(64)))
  }

  /// The ranks, counted from 0, of the measurements that the 95 % interval of the median of so many reaches to.
  static func intervalRanks(_ count: Int) -> ClosedRange<Int> {
    let n = Double(count)
    let reach = 0.98 * n.squareRoot()
    let low = Int((n / 2 - reach).rounded(.down)) - 1
    let high = Int((n / 2 + reach).rounded(.up))
    return max(0, low)...min(high, count - 1)
  }

  /// True if there are enough measurements for a 95 % interval of the median: of fewer even the least and the greatest
  /// have it between them more rarely.
  public var hasInterval: Bool { passes >= Self.leastForInterval }
  static let leastForInterval = 6

  /// True if the 95 % interval of the median lies within ±1 % of it, after at least 20 passes.
  var isSettled: Bool {
    passes >= 20 && interval.lowerBound >= 0.99 * median && interval.upperBound <= 1.01 * median
  }
}

extension [Milliseconds] {
  /// The value below which this share of a sorted array lies, interpolated.
  fileprivate func quantile(_ share: Double) -> Milliseconds {
    let position = share * Double(count - 1)
    let below = Int(position)
    let above = Swift.min(below + 1, count - 1)
    return self[below] + (position - Double(below)) * (self[above] - self[below])
  }
}

extension TimeDifference {
  /// The difference of two medians, with its interval put together from theirs: distances from the medians to their
  /// limits add as squares (MOVER; Zou and Donner 2008, "Construction of confidence limits about effect measures").
  ///
  /// It needs no more than the two distributions, however many passes they stand for, takes no time beside the
  /// measurement, and is the same whenever it is computed; resampling (the bootstrap) would need every pass, thousands
  /// of medians at each report, and random numbers. Like the intervals it is made of it presumes no shape of the
  /// distributions, and it errs on the side of too wide an interval where passes are few.
  public init(from a: Distribution, to b: Distribution) {
    let difference = b.median - a.median
    func square(_ x: Double) -> Double { x * x }
    let below = (square(b.median - b.interval.lowerBound) + square(a.interval.upperBound - a.median)).squareRoot()
    let above = (square(b.interval.upperBound - b.median) + square(a.median - a.interval.lowerBound)).squareRoot()
    self.init(difference: difference, interval: difference - below...difference + above)
  }
}
