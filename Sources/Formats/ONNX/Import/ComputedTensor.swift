import NetworkGraph

/// Tensors that a graph works out of stored ones, such as weights that are standardised or put into another order. Their
/// values are computed when they are read, so that nothing is copied while a file is opened.
extension ImportedTensor {
  /// Numbers that reading a tensor may take to compute, and that it may have; what is made to harm would take more.
  private static let mostWork = 1 << 26
  private static let mostNumbers = 1 << 24
  /// What it takes to begin with a tensor, in numbers.
  private static let overhead = 1 << 10

  /// A tensor of these lengths, computed from others; nil where that is too much work.
  static func computed(
    _ dimensions: [Int], from others: [ImportedTensor], _ values: @escaping @Sendable ([[Float]]) -> [Float]
  ) -> ImportedTensor? {
    guard let count = Shape.count(dimensions), count <= mostNumbers else { return nil }
    var work = count + overhead
    for other in others {
      let (sum, overflow) = work.addingReportingOverflow(other.work)
      guard !overflow, sum <= mostWork else { return nil }
      work = sum
    }
    return ImportedTensor(dimensions: dimensions, work: work) { values(others.map(\.values)) }
  }

  func mapped(_ function: @escaping @Sendable (Float) -> Float) -> ImportedTensor? {
    .computed(dimensions, from: [self]) { $0[0].map(function) }
  }

  /// Element by element, where an axis of one place goes with any other; nil where the shapes do not go together.
  func combined(
    with other: ImportedTensor, _ function: @escaping @Sendable (Float, Float) -> Float
  ) -> ImportedTensor? {
    guard let (lengths, places, otherPlaces) = ArrayAxes.together(dimensions, other.dimensions) else { return nil }
    return .computed(lengths, from: [self, other]) { values in
      zip(places(), otherPlaces()).map { function(values[0][$0], values[1][$1]) }
    }
  }

  /// With the axes in another order: axis i of the result is axis `order[i]`.
  func permuted(_ order: [Int]) -> ImportedTensor? { picked(ArrayAxes(dimensions).permuted(order)) }

  /// The places of a cut along one axis.
  func cut(_ axis: Int, _ cut: Cut) -> ImportedTensor? { picked(ArrayAxes(dimensions).cut(axis, cut)) }

  private func picked(_ axes: ArrayAxes) -> ImportedTensor? {
    .computed(axes.lengths, from: [self]) { values in axes.places(in: axes.lengths).map { values[0][$0] } }
  }

  /// With these axes reduced to one place each, by a function of all values there.
  func reduced(
    _ reduced: Set<Int>, _ function: @escaping @Sendable (ArraySlice<Float>) -> Float
  ) -> ImportedTensor? {
    let kept = dimensions.indices.filter { !reduced.contains($0) }
    let lengths = dimensions.indices.map { reduced.contains($0) ? 1 : dimensions[$0] }
    let width = reduced.reduce(1) { $0 * dimensions[$1] }
    guard width > 0 else {
      return .computed(lengths, from: []) { _ in Array(repeating: function([]), count: lengths.reduce(1, *)) }
    }
    guard let rows = permuted(kept + reduced.sorted()) else { return nil }
    return .computed(lengths, from: [rows]) { values in
      stride(from: 0, to: values[0].count, by: width).map { function(values[0][$0..<$0 + width]) }
    }
  }

  /// The sums of all values up to each, along an axis.
  func summedUp(_ axis: Int) -> ImportedTensor? {
    let inner = dimensions[(axis + 1)...].reduce(1, *)
    let width = dimensions[axis] * inner
    return .computed(dimensions, from: [self]) { values in
      var sums = values[0]
      for place in sums.indices where place % width >= inner { sums[place] += sums[place - inner] }
      return sums
    }
  }

  /// One behind the other along an axis; nil where the other axes differ.
  static func concatenated(_ tensors: [ImportedTensor], axis: Int) -> ImportedTensor? {
    guard var lengths = tensors.first?.dimensions, lengths.indices.contains(axis) else { return nil }
    lengths[axis] = 0
    for tensor in tensors {
      guard tensor.dimensions.count == lengths.count,
        zip(tensor.dimensions, lengths).enumerated().allSatisfy({ $0.offset == axis || $0.element.0 == $0.element.1 })
      else { return nil }
      let (sum, overflow) = lengths[axis].addingReportingOverflow(tensor.dimensions[axis])
      guard !overflow else { return nil }
      lengths[axis] = sum
    }
    guard let inner = Shape.count(Array(lengths[(axis + 1)...])), let outer = Shape.count(Array(lengths[..<axis])),
      Shape.count(lengths) != nil
    else { return nil }
    // What wraps around has no rows.
    let widths = tensors.map { $0.dimensions[axis] &* inner }
    return .computed(lengths, from: tensors) { values in
      (0..<outer).flatMap { row in
        zip(values, widths).flatMap { values, width in values[row * width..<(row + 1) * width] }
      }
    }
  }
}

/// Where the values of an array lie, by its axes. Strides wrap where an array has more values than can be counted, or
/// lengths of zero beside such: nobody asks for places in it.
struct ArrayAxes: Sendable {
  private(set) var lengths: [Int]
  private var strides: [Int]
  /// The place of the first element.
  private var start = 0

  /// - Parameter rank: axes of one place stand before those that are given, up to so many.
  init(_ dimensions: [Int], rank: Int? = nil) {
    let rank = rank ?? dimensions.count
    lengths = Array(repeating: 1, count: rank - dimensions.count) + dimensions
    strides = lengths
    var stride = 1
    for axis in lengths.indices.reversed() {
      strides[axis] = stride
      stride &*= lengths[axis]
    }
  }

  /// With the axes in another order: axis i of the result is axis `order[i]`.
  func permuted(_ order: [Int]) -> ArrayAxes {
    var result = self
    result.lengths = order.map { lengths[$0] }
    result.strides = order.map { strides[$0] }
    return result
  }

  /// The places of a cut along one axis.
  func cut(_ axis: Int, _ cut: Cut) -> ArrayAxes {
    var result = self
    result.lengths[axis] = cut.count
    result.start &+= cut.start &* strides[axis]
    result.strides[axis] &*= cut.step
    return result
  }

  /// The lengths of two arrays together, where an axis of one place goes with any other, and where the elements lie in
  /// each; nil where they do not go together.
  static func together(
    _ a: [Int], _ b: [Int]
  ) -> (lengths: [Int], a: @Sendable () -> [Int], b: @Sendable () -> [Int])? {
    let rank = max(a.count, b.count)
    let (first, second) = (ArrayAxes(a, rank: rank), ArrayAxes(b, rank: rank))
    guard zip(first.lengths, second.lengths).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
    let lengths = zip(first.lengths, second.lengths).map { $0 == 1 ? $1 : $0 }
    return (lengths, { first.places(in: lengths) }, { second.places(in: lengths) })
  }

  /// The place of every element of a larger array, row-major; axes of one place stay where they are.
  func places(in whole: [Int]) -> [Int] {
    var places = [start]
    for axis in whole.indices {
      let stride = lengths[axis] == 1 && whole[axis] != 1 ? 0 : strides[axis]
      places = places.flatMap { place in (0..<whole[axis]).map { place + $0 * stride } }
    }
    return places
  }
}
