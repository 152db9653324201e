/// The values that a setting can have.
public enum SettingValues: Hashable, Sendable, CustomStringConvertible {
  case integer(ClosedRange<Int>)
  /// A number with at most two decimals, in a range that is given in hundredths.
  case hundredths(ClosedRange<Int>)
  /// Whole numbers between commas.
  case integers(count: ClosedRange<Int>, each: ClosedRange<Int>)
  case flag
  case choice([String])

  public var description: String {
    switch self {
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .hundredths(let range):
      "a number from \(Hundredths(range.lowerBound)) to \(Hundredths(range.upperBound)), at most two decimals"
    case .integers(let count, let each):
      (count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)")
        + " whole numbers from \(each.lowerBound) to \(each.upperBound) between commas"
    case .flag: "true or false"
    case .choice(let choices): choices.joined(separator: " or ")
    }
  }

  func allow(_ text: String) -> Bool {
    switch self {
    case .integer(let range): return Int(text).map(range.contains) ?? false
    case .hundredths(let range): return Hundredths(parsing: text).map { range.contains($0.count) } ?? false
    case .integers(let count, let each):
      guard let numbers = [Int](parsing: text) else { return false }
      return count.contains(numbers.count) && numbers.allSatisfy(each.contains)
    case .flag: return Bool(text) != nil
    case .choice(let choices): return choices.contains(text)
    }
  }
}

/// A decimal number of two places, exactly: what multipliers and slopes are published in.
struct Hundredths: Hashable, Sendable {
  var count: Int

  init(_ count: Int) { self.count = count }

  /// Reads `2`, `0.5` or `24.48`; nil for anything else.
  init?(parsing text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let places = parts.count > 1 ? parts[1] : "0"
    guard (1...9).contains(parts[0].utf8.count), (1...2).contains(places.utf8.count),
      (parts[0] + places).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let whole = Int(parts[0]), let fraction = Int(places)
    else { return nil }
    count = whole * 100 + (places.utf8.count == 1 ? fraction * 10 : fraction)
  }

  var value: Double { Double(count) / 100 }
}

extension Hundredths: ExpressibleByFloatLiteral {
  init(floatLiteral value: Double) { count = Int((value * 100).rounded()) }
}

extension Hundredths: CustomStringConvertible {
  /// As the papers write it: `0.75`, `1.0`.
  var description: String {
    let fraction = count % 100
    return "\(count / 100)."
      + (fraction % 10 == 0 ? "\(fraction / 10)" : fraction < 10 ? "0\(fraction)" : "\(fraction)")
  }
}

extension [Int] {
  /// Reads whole numbers between commas; nil for anything else.
  init?(parsing text: String) {
    self = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part) else { return nil }
      append(number)
    }
  }

  var commaSeparated: String { map(String.init).joined(separator: ",") }
}
