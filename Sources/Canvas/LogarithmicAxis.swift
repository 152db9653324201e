/// A scale on which equal factors are equal lengths, for values above zero.
public struct LogarithmicAxis: Hashable, Sendable {
  /// The ends, a little beyond the least and the greatest value.
  private let range: ClosedRange<Double>

  /// Nil where there is no value above zero.
  public init?(_ values: [Double]) {
    let logarithms = values.filter { $0 > 0 && $0.isFinite }.map(Self.logarithm)
    guard let least = logarithms.min(), let greatest = logarithms.max() else { return nil }
    let margin = max((greatest - least) * 0.05, 0.05)
    range = least - margin...greatest + margin
  }

  /// Where a value lies, from 0 to 1; what has no logarithm lies at the end that it is nearer to.
  public func position(of value: Double) -> Double {
    guard value > 0 else { return 0 }
    guard value.isFinite else { return 1 }
    return (Self.logarithm(value) - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// The powers of ten on the axis; where it holds fewer than two, also their double and fivefold.
  public var ticks: [Double] {
    let tens = ticks(times: [1])
    return tens.count >= 2 ? tens : ticks(times: [1, 2, 5])
  }

  private func ticks(times factors: [Double]) -> [Double] {
    let exponents = Int(range.lowerBound.rounded(.down))...Int(range.upperBound.rounded(.up))
    return exponents.flatMap { exponent in factors.map { $0 * Self.power(exponent) } }
      .filter { range.contains(Self.logarithm($0)) }
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1) { value, _ in exponent < 0 ? value / 10 : value * 10 }
  }

  /// The logarithm to the base of ten, to about ten digits: the exponent to the base of two, and a series of
  /// ln m = 2 · artanh((m − 1) / (m + 1)) for the rest.
  private static func logarithm(_ value: Double) -> Double {
    let x = (value.significand - 1) / (value.significand + 1)
    var term = x
    var sum = 0.0
    for k in 0..<12 {
      sum += term / Double(2 * k + 1)
      term *= x * x
    }
    return (Double(value.exponent) * 0.693_147_180_559_945_3 + 2 * sum) / 2.302_585_092_994_046
  }
}
