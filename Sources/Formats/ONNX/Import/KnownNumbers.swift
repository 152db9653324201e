/// Numbers that are known before a network runs: shapes, axes, sizes, and what is worked out from them.
///
/// Whole numbers up to 2^53 are exact; what is larger only stands for "as far as it goes".
struct KnownNumbers: Sendable {
  var values: [Double]
  var areWhole: Bool
  /// The lengths of their axes; none for a single number that has no place in a list.
  var dimensions: [Int]

  init(_ integers: [Int]) { self.init(integers.map(Double.init), areWhole: true) }

  /// - Parameter dimensions: nil for a list.
  init(_ values: [Double], areWhole: Bool, dimensions: [Int]? = nil) {
    (self.values, self.areWhole) = (values, areWhole)
    self.dimensions = dimensions ?? [values.count]
  }

  var integers: [Int] { values.map { Int(max(-0x1p53, min(0x1p53, $0.isNaN ? 0 : $0))) } }

  var tensor: ImportedTensor { ImportedTensor(values.map(Float.init), dimensions: dimensions) }

  /// Element by element; a single number goes with every other. Nil where the counts do not fit.
  func combined(with other: KnownNumbers, _ function: (Double, Double) -> Double) -> KnownNumbers? {
    let count = max(values.count, other.values.count)
    guard [1, count].contains(values.count), [1, count].contains(other.values.count) else { return nil }
    if values.count > 1, other.values.count > 1 {
      guard dimensions.drop(while: { $0 == 1 }) == other.dimensions.drop(while: { $0 == 1 }) else { return nil }
    }
    let results = (0..<count).map { i in
      function(values[values.count == 1 ? 0 : i], other.values[other.values.count == 1 ? 0 : i])
    }
    let areWhole = areWhole && other.areWhole
    let isLonger = count > 1 ? values.count == count : dimensions.count >= other.dimensions.count
    return KnownNumbers(
      areWhole ? results.map { $0.rounded(.towardZero) } : results, areWhole: areWhole,
      dimensions: isLonger ? dimensions : other.dimensions)
  }

  /// More than any shape has: longer tensors are not worked with before a network runs.
  static let most = 1 << 12
}
