import NetworkGraph

/// Which setting a sweep goes through, and its values in order.
public struct SweepRange: Hashable, Sendable, CustomStringConvertible {
  /// What a text that names no range was expected to be.
  public struct Unreadable: Error, Hashable, CustomStringConvertible {
    public let text: String
    public let reason: String
    public var description: String { "cannot sweep over '\(text)': \(reason)" }
  }

  /// `input`, `batch`, `threads`, or the key of a setting of a block or family.
  public let key: String
  public let values: [String]

  /// More points than these are no curve that anyone waits for.
  private static let mostValues = 1000

  /// Reads `KEY=FROM:TO[:STEP]` with whole numbers, or `KEY=A,B,C`; `KEY=A;B` where the values have commas themselves.
  public init(parsing text: String) throws(Unreadable) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw Unreadable(text: text, reason: "expected KEY=FROM:TO:STEP or KEY=A,B,C, such as input=128:512:32")
    }
    key = parts[0]
    let bounds = parts[1].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard bounds.count > 1 else {
      let separator: Character = parts[1].contains(";") ? ";" : ","
      let values = parts[1].split(separator: separator, omittingEmptySubsequences: false).map(String.init)
      guard !values.contains(""), values.count <= Self.mostValues, Set(values).count == values.count else {
        throw Unreadable(
          text: text,
          reason: "expected different values with commas between them, or semicolons: blocks=2,2,2,2;3,4,6,3")
      }
      self.values = values
      return
    }
    let numbers = bounds.compactMap(Int.init)
    guard numbers.count == bounds.count, numbers.count <= 3, numbers[0] > 0, numbers[1] >= numbers[0],
      numbers.count < 3 || numbers[2] > 0
    else { throw Unreadable(text: text, reason: "expected FROM:TO:STEP in whole numbers, such as 128:512:32") }
    let step = numbers.count == 3 ? numbers[2] : 1
    guard (numbers[1] - numbers[0]) / step < Self.mostValues else {
      throw Unreadable(text: text, reason: "expected at most \(Self.mostValues) values")
    }
    values = stride(from: numbers[0], through: numbers[1], by: step).map(String.init)
  }

  public var description: String {
    "\(key)=" + values.joined(separator: values.contains { $0.contains(",") } ? ";" : ",")
  }
}

/// What a sweep has found of one network at one value.
public struct SweepPoint: Hashable, Sendable {
  public var value: String
  /// The network's name.
  public var name: String
  public var batch: Int
  public var pass: Distribution
  public var parameters: Int
  public var operations: Int
  public var peakMemoryBytes: Int

  public init(
    value: String, name: String, batch: Int, pass: Distribution, parameters: Int, operations: Int, peakMemoryBytes: Int
  ) {
    self.value = value
    self.name = name
    self.batch = batch
    self.pass = pass
    self.parameters = parameters
    self.operations = operations
    self.peakMemoryBytes = peakMemoryBytes
  }

  /// Images in a second, at the median.
  public var throughput: Double { pass.median > 0 ? 1000 * Double(batch) / pass.median : 0 }
}
