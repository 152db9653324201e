/// Round places on a linear scale.
public enum RoundTicks {
  /// The multiples of a round step, which is 1, 2 or 5 times a power of ten units, in a range that begins at 0 or
  /// later.
  ///
  /// - Parameters:
  ///   - most: as many at most; the step is the least that gives no more.
  ///   - unit: what the scale counts in, such as a power of 1024 for bytes.
  public static func within(_ range: ClosedRange<Double>, most: Int, unit: Double = 1) -> [Double] {
    let length = range.upperBound - range.lowerBound
    guard length > 0, length.isFinite, most > 0, unit > 0, range.lowerBound >= 0 else { return [] }
    var step = unit
    while step * 10 <= length / Double(most) { step *= 10 }
    while step > length / Double(most) { step /= 10 }
    for factor in [1.0, 2, 5, 10, 20] {
      let ticks = multiples(of: step * factor, in: range)
      if ticks.count <= most { return ticks }
    }
    return []
  }

  private static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    return first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
  }
}
