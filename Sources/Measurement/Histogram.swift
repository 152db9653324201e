/// Counts of measurements by their size, to one part in a thousand: what quantiles over any number of passes need, in
/// memory that does not grow with them.
struct Histogram {
  /// By the leading bits of a value: its exponent and ten bits of its significand.
  private var counts: [UInt64: Int] = [:]
  private var least = Double.infinity
  private var greatest = -Double.infinity
  private(set) var count = 0

  private static let droppedBits = UInt64(Double.significandBitCount - 10)

  /// - Parameter value: not negative.
  mutating func add(_ value: Milliseconds) {
    counts[value.bitPattern >> Self.droppedBits, default: 0] += 1
    least = min(least, value)
    greatest = max(greatest, value)
    count += 1
  }

  /// The distribution of all measurements; its least one is exact.
  ///
  /// - Parameter recent: the latest of them, oldest first.
  func distribution(recent: some Collection<Milliseconds>) -> Distribution {
    guard count > 0 else { return Distribution([]) }
    let sorted = counts.sorted { $0.key < $1.key }
    func value(rank: Int) -> Milliseconds {
      var before = 0
      for (key, count) in sorted {
        before += count
        guard before > rank else { continue }
        let middle = Double(bitPattern: key << Self.droppedBits | 1 << (Self.droppedBits - 1))
        return min(max(middle, least), greatest)
      }
      return greatest
    }
    let ranks = Distribution.intervalRanks(count)
    return Distribution(
      passes: count, minimum: least, p10: value(rank: (count - 1) / 10), median: value(rank: (count - 1) / 2),
      p90: value(rank: (count - 1) * 9 / 10),
      interval: value(rank: ranks.lowerBound)...value(rank: ranks.upperBound), recent: Array(recent.suffix(64)))
  }
}
