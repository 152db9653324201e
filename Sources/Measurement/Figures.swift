/// How numbers are written: three or four significant digits and a unit, never wider than the widths given here.
/// All of them round half up, so that a figure and the next unit's first one are neighbours: `999.9 k`, `1.000 M`.
public enum Figures {
  /// The widths that columns leave for figures.
  public static let countWidth = 7
  public static let timeWidth = 7
  public static let percentWidth = 6

  /// Stands where there is no figure yet.
  public static let none = "·"

  /// Four significant digits: `512`, `9.408 k`, `25.56 M`, `4.089 G`.
  public static func count(_ value: Int) -> String {
    guard value.magnitude >= 1000 else { return String(value) }
    let sign = value < 0 ? "-" : ""
    let units = ["k", "M", "G", "T", "P", "E"]
    var scaled = Double(value.magnitude) / 1000
    var unit = 0
    while scaled >= 999.95, unit < units.count - 1 {
      scaled /= 1000
      unit += 1
    }
    return sign + significant(scaled, digits: 4) + " " + units[unit]
  }

  /// A count in a column: figures without a unit stand over the figures of those that have one.
  public static func countCell(_ value: Int) -> String {
    value.magnitude >= 1000 ? count(value) : String(value) + "  "
  }

  /// What is shorter is told as no time at all.
  private static let leastTime: Milliseconds = 0.000005

  /// Three significant digits: `8.12 µs`, `37.9 ms`, `1.23 s`.
  public static func time(_ value: Milliseconds) -> String {
    let sign = value < 0 ? "-" : ""
    let magnitude = value.magnitude
    guard magnitude.isFinite else { return none }
    if magnitude < leastTime { return "0 ms" }
    if magnitude < 0.9995 { return sign + significant(magnitude * 1000, digits: 3) + " µs" }
    if magnitude < 999.5 { return sign + significant(magnitude, digits: 3) + " ms" }
    return sign + significant(magnitude / 1000, digits: 3) + " s"
  }

  /// A time in a column: seconds stand over the figures of milliseconds.
  public static func timeCell(_ value: Milliseconds) -> String {
    let text = time(value)
    return text.hasSuffix(" s") ? text + " " : text
  }

  /// With its sign: `+0.31 ms`, `±0`.
  public static func timeDifference(_ value: Milliseconds) -> String {
    value.magnitude < leastTime ? "±0" : signed(time(value), isPositive: value > 0)
  }

  public static func countDifference(_ value: Int) -> String {
    value == 0 ? "±0" : signed(count(value), isPositive: value > 0)
  }

  /// A difference in a column, under the counts that it belongs to.
  public static func countDifferenceCell(_ value: Int) -> String {
    countDifference(value) + (value.magnitude >= 1000 ? "" : "  ")
  }

  /// So many things: `1 layer`, `3 layers`.
  public static func amount(_ count: Int, _ thing: String) -> String { "\(count) \(thing)" + (count == 1 ? "" : "s") }

  /// So many passes: `1 pass`, `276 passes`.
  public static func passes(_ count: Int) -> String { count == 1 ? "1 pass" : "\(count) passes" }

  /// `12.3 %`; what is there but too little to show is `<0.1 %`.
  public static func percent(_ share: Double) -> String {
    guard share.isFinite else { return none }
    let percent = share * 100
    if percent.magnitude >= 99.95 { return fixed(percent, decimals: 0) + " %" }
    if percent > 0, percent < 0.05 { return "<0.1 %" }
    return fixed(percent, decimals: 1) + " %"
  }

  public static func percentDifference(_ share: Double) -> String {
    let text = percent(share)
    return text == "0.0 %" ? "±0 %" : signed(text, isPositive: share > 0 && !text.hasPrefix("<"))
  }

  /// Bytes in powers of 1024: `512 B`, `37.6 KiB`, `97.5 MiB`.
  public static func bytes(_ value: Int) -> String {
    guard value.magnitude >= 1000 else { return "\(value) B" }
    var scaled = Double(value) / 1024
    var unit = 0
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    while scaled.magnitude >= 999.5, unit < units.count - 1 {
      scaled /= 1024
      unit += 1
    }
    return (scaled < 0 ? "-" : "") + significant(scaled.magnitude, digits: 3) + " " + units[unit]
  }

  /// All digits, in groups of three: `115,605,504`.
  public static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + result
  }

  /// A deviation from the exact plan (`deviationFromExact`).
  public static func deviation(_ value: Double) -> String {
    value.isFinite
      ? "largest deviation from the exact plan: \(significant(value * 1e6, digits: 3)) millionths"
      : "an answer is not finite: it has no deviation from the exact plan"
  }

  /// The same figure without zeros at the end of its decimals: `5 ms` for `5.00 ms`.
  public static func shortened(_ figure: String) -> String {
    let end = figure.firstIndex(of: " ") ?? figure.endIndex
    var number = figure[..<end]
    guard number.contains("."), number.allSatisfy({ $0.isNumber || $0 == "." }) else { return figure }
    while number.last == "0" { number.removeLast() }
    if number.last == "." { number.removeLast() }
    return number + String(figure[end...])
  }

  /// A positive number with so many significant digits, but at least all digits before the point.
  public static func significant(_ value: Double, digits: Int) -> String {
    var decimals = digits - 1
    var limit = 10.0
    while decimals > 0 {
      // The number that rounding would turn into one with another digit before the point.
      let half = 0.5 / power(decimals)
      if value < limit - half { break }
      limit *= 10
      decimals -= 1
    }
    return fixed(value, decimals: decimals)
  }

  /// So many digits behind the point, rounded half up.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return none }
    let scale = power(decimals)
    let rounded = Int((value.magnitude * scale).rounded(.toNearestOrAwayFromZero))
    let whole = String(rounded / Int(scale))
    let sign = value < 0 && rounded > 0 ? "-" : ""
    guard decimals > 0 else { return sign + whole }
    let fraction = String(rounded % Int(scale))
    return sign + whole + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { product, _ in product * 10 } }

  private static func signed(_ text: String, isPositive: Bool) -> String { isPositive ? "+" + text : text }
}
