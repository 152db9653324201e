import NetworkGraph

/// Arrays whose last axis are the channels of pixels, as which transformers keep maps: a linear layer or a norm along that
/// axis has kernels on a map.
extension ONNXImporter {
  /// What acts on every value by itself, or on none.
  private static let takesAnyOrder = functionsOfOne.union(["Clip", "Dropout", "Identity", "Cast", "Shape"])

  /// Lays out the inputs of a node as it takes them: as pixels where it has a kernel for those, else in plain order.
  mutating func layOut(for node: ONNXNode) throws(ImportProblem) {
    if Self.takesAnyOrder.contains(node.type) { return }
    var places = try pixelPlaces(node)
    for place in places.dropFirst() {
      if try computed(node, place)?.lengths != computed(node, places[0])?.lengths { places = [] }
    }
    for place in node.proto.input.indices {
      guard let value = try computed(node, place) else { continue }
      switch value.layout {
      case .pixels where !places.contains(place):
        replace(node.proto.input[place], by: try inPlainOrder(value, node))
      case .array where places.contains(place), .row where places.contains(place):
        replace(node.proto.input[place], by: try asPixels(value, node))
      default: break
      }
    }
    try shapeAlike(node, places)
  }

  /// The inputs that a node takes as pixels.
  private func pixelPlaces(_ node: ONNXNode) throws(ImportProblem) -> [Int] {
    let (left, right) = (try computed(node, 0), try computed(node, 1))
    guard let first = left ?? right, first.lengths.count > 1, let channels = first.lengths.last else { return [] }
    var isPixels = false
    if case .pixels = first.layout { isPixels = true }
    switch node.type {
    case "LayerNormalization":
      let axis = node.integer("axis", default: -1)
      guard [-1, first.lengths.count - 1].contains(axis), !first.standsAsVector,
        case .tensor(let scale)? = try meaning(node, 1), scale.dimensions == [channels]
      else { return [] }
      return [0]
    case "MatMul", "Gemm":
      guard case .tensor(let matrix)? = try meaning(node, 1), matrix.dimensions.count == 2, !first.standsAsVector
      else { return [] }
      return [0]
    case "BatchNormalization": return isPixels && first.lengths.count == 2 ? [0] : []
    case "Add", "Sub", "Mul", "Div":
      var places: [Int] = []
      for place in node.proto.input.indices {
        switch try meaning(node, place) {
        case .value(let value):
          if case .pixels = value.layout { isPixels = true }
          places.append(place)
        case .tensor(let tensor) where tensor.count != 1 && tensor.dimensions.drop(while: { $0 == 1 }) != [channels]:
          return []
        default: break
        }
      }
      return isPixels ? places : []
    default: return []
    }
  }

  private func computed(_ node: ONNXNode, _ place: Int) throws(ImportProblem) -> ImportedValue? {
    if case .value(let value)? = try meaning(node, place), value.shape != .unknown { value } else { nil }
  }

  /// Lets values that are combined be maps of as many rows.
  private mutating func shapeAlike(_ node: ONNXNode, _ places: [Int]) throws(ImportProblem) {
    guard let place = places.first, let first = try computed(node, place) else { return }
    for place in places.dropFirst() {
      guard let value = try computed(node, place), value.layout == first.layout, value.shape != first.shape else {
        continue
      }
      var map = try appendPortable(.reshape(first.shape), node, [value], isInner: true)
      map.layout = value.layout
      replace(node.proto.input[place], by: map)
    }
  }

  // MARK: Orders

  private mutating func asPixels(_ value: ImportedValue, _ node: ONNXNode) throws(ImportProblem) -> ImportedValue {
    let lengths = value.lengths
    let channels = lengths[lengths.count - 1]
    if var known = pixelsOfArrays[value.layer], known.shape.channels == channels {
      known.layout = .pixels(lengths)
      return known
    }
    let rows = try viewed(value, as: [value.shape.elements / channels, 1, channels], node)
    var pixels = try appendPortable(.permute([.columns, .rows, .channels]), node, [rows], isInner: true)
    pixels.layout = .pixels(lengths)
    arraysOfPixels[pixels.layer] = value
    return pixels
  }

  /// The array that pixels are.
  mutating func inPlainOrder(_ value: ImportedValue, _ node: ONNXNode) throws(ImportProblem) -> ImportedValue {
    guard case .pixels(let lengths) = value.layout else { return value }
    if var known = arraysOfPixels[value.layer] {
      known.layout = .array(lengths)
      return known
    }
    var array = try appendPortable(.permute([.rows, .columns, .channels]), node, [value], isInner: true)
    array.layout = .array(lengths)
    pixelsOfArrays[array.layer] = value
    return array
  }

  // MARK: Axes

  /// The value with its axes in another order where no value need move for it: channels that come to stand last, or
  /// first; nil where some must.
  func transposedInPlace(_ value: ImportedValue, _ node: ONNXNode) throws(ImportProblem) -> ImportedValue? {
    guard value.shape != .unknown else { return nil }
    let lengths = value.lengths
    let order = try order(node, rank: lengths.count)
    let long = order.filter { lengths[$0] != 1 }
    guard long.count > 1, !notes.isPermutation(at: node.scopes) else { return nil }
    let after = order.map { lengths[$0] }
    var result = value
    switch value.layout {
    case .pixels where long == long.sorted() && order.last == lengths.count - 1: result.layout = .pixels(after)
    case .pixels where long[0] == lengths.count - 1 && Array(long.dropFirst()) == long.dropFirst().sorted():
      result.layout = .array(after)
    case .array, .channelsFirst, .row:
      let others = long.dropLast()
      guard order.last == long.last, long.last == long.min(), Array(others) == others.sorted(),
        case .map(let channels, _, _) = value.shape, channels == after.last
      else { return nil }
      result.layout = .pixels(after)
    default: return nil
    }
    return result
  }

  /// The value with other axes, of which the last are the same channels; nil for what is no pixels, or has others.
  func reshapedPixels(_ value: ImportedValue, _ node: ONNXNode) throws(ImportProblem) -> ImportedValue? {
    guard case .pixels(let before) = value.layout else { return nil }
    let after = try lengths(after: node, from: before)
    guard after.count > 1, after.last == before.last, Shape.count(after) == value.shape.elements else { return nil }
    var result = value
    result.layout = .pixels(after)
    return result
  }
}

extension ImportedValue {
  /// True for a vector, whose channels stand last as they are.
  fileprivate var standsAsVector: Bool { if case .vector? = asImage?.shape { true } else { false } }
}
