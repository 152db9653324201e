import NetworkGraph

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

  /// Element by element, where an axis of one place goes with any other. Nil where the shapes do not fit.
  func combined(with other: KnownNumbers, _ function: (Double, Double) -> Double) -> KnownNumbers? {
    guard let (lengths, places, otherPlaces) = ArrayAxes.together(dimensions, other.dimensions),
      (Shape.count(lengths) ?? .max) <= KnownNumbers.most
    else { return nil }
    let results = zip(places(), otherPlaces()).map { function(values[$0], other.values[$1]) }
    let areWhole = areWhole && other.areWhole
    return KnownNumbers(
      areWhole ? results.map { $0.rounded(.towardZero) } : results, areWhole: areWhole, dimensions: lengths)
  }

  /// With the axes in another order: axis i of the result is axis `order[i]`.
  func permuted(_ order: [Int]) -> KnownNumbers { picked(ArrayAxes(dimensions).permuted(order)) }

  /// The places of a cut along one axis; none where there is no cut.
  func cut(_ axis: Int, _ cut: Cut?) -> KnownNumbers {
    if let cut { return picked(ArrayAxes(dimensions).cut(axis, cut)) }
    var lengths = dimensions
    lengths[axis] = 0
    return KnownNumbers([], areWhole: areWhole, dimensions: lengths)
  }

  private func picked(_ axes: ArrayAxes) -> KnownNumbers { picked(axes.places(in: axes.lengths), axes.lengths) }

  /// The places along an axis that are named, which have axes of their own.
  func gathered(_ axis: Int, _ places: [Int], _ shape: [Int]) -> KnownNumbers {
    let inner = dimensions[(axis + 1)...].reduce(1, *)
    let outer = dimensions[..<axis].reduce(1, *)
    let all = (0..<outer).flatMap { row in
      places.flatMap { place in (0..<inner).map { (row * dimensions[axis] + place) * inner + $0 } }
    }
    return picked(all, Array(dimensions[..<axis]) + shape + Array(dimensions[(axis + 1)...]))
  }

  private func picked(_ places: [Int], _ lengths: [Int]) -> KnownNumbers {
    KnownNumbers(places.map { values[$0] }, areWhole: areWhole, dimensions: lengths)
  }

  /// More than any shape has: longer tensors are not worked with before a network runs.
  static let most = 1 << 12
}
