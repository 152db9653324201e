import NetworkGraph

/// Operators that compute with arrays.
extension ONNXImporter {
  mutating func addArrayCombination(_ node: ONNXNode) throws(ImportProblem) {
    if try addArrayScale(node) { return }
    let values = try arrays(node)
    let combination = try combination(node)
    let result = values.count == 1 ? values[0] : try combined(combination, values, node)
    try define(node, result, as: result.lengths)
  }

  /// A product with a stored number, or a quotient by one.
  private mutating func addArrayScale(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    guard ["Mul", "Div"].contains(node.type), node.proto.input.count == 2 else { return false }
    for (place, other) in [(0, 1), (1, 0)] where node.type == "Mul" || place == 0 {
      guard let known = try numbers(node, other), known.values.count == 1, !known.areWhole,
        case .value? = try meaning(node, place)
      else { continue }
      let input = try array(node, place)
      guard known.dimensions.count <= input.lengths.count else { continue }
      try append(.scale(node.type == "Mul" ? known.values[0] : 1 / known.values[0]), node, [input])
      return true
    }
    return false
  }

  /// Values combined element by element, where an axis of one place goes with any other.
  mutating func combined(
    _ combination: Combination, _ values: [ImportedValue], _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    let rank = values.map(\.lengths.count).max() ?? 0
    let padded = values.map { Array(repeating: 1, count: rank - $0.lengths.count) + $0.lengths }
    var lengths: [Int] = []
    var roles: [Int] = []
    for axis in 0..<rank {
      let length = padded.map { $0[axis] }.max() ?? 1
      guard padded.allSatisfy({ [1, length].contains($0[axis]) }) else {
        throw node.malformed("combines arrays of \(values.map { "\($0.lengths)" }.joined(separator: " and "))")
      }
      lengths.append(length)
      // Which of the values have the whole axis.
      roles.append(padded.enumerated().reduce(0) { $0 | ($1.element[axis] == length ? 1 << ($1.offset & 31) : 0) })
    }
    guard values.count <= 32, Shape.count(lengths) != nil else {
      throw .unsupported(reason: "of \(values.map { "\($0.lengths)" }.joined(separator: " and ")) has no kernel")
    }
    guard let axes = MergedAxes(lengths, roles: roles).asMap else {
      var whole: [ImportedValue] = []
      for (value, own) in zip(values, padded) { whole.append(try expanded(value, own, to: lengths, node)) }
      return try combined(combination, whole, node)
    }
    var maps: [ImportedValue] = []
    for (place, value) in values.enumerated() {
      let own = zip(axes.lengths, axes.roles).map { length, role in role >> place & 1 == 1 ? length : 1 }
      maps.append(try viewed(value, as: own, node))
    }
    return try appendArray(.combine(combination), node, maps, lengths)
  }

  mutating func addArrayExpansion(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    guard let wanted = try numbers(node, 1)?.integers, wanted.allSatisfy({ $0 > 0 }),
      let (lengths, _, _) = ArrayAxes.together(input.lengths, wanted)
    else { throw .unsupported(reason: "of \(input.lengths) has no kernel") }
    let own = Array(repeating: 1, count: lengths.count - input.lengths.count) + input.lengths
    try define(node, try expanded(input, own, to: lengths, node), as: lengths)
  }

  /// The value repeated along the axes that it has only one place of.
  private mutating func expanded(
    _ value: ImportedValue, _ own: [Int], to lengths: [Int], _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    var value = value
    value.layout = .array(own)
    for (axis, length) in lengths.enumerated() where value.lengths[axis] != length {
      guard length <= 1 << 16 else { throw .unsupported(reason: "of \(own) and \(lengths) has no kernel") }
      var longer = value.lengths
      longer[axis] = length
      let map = try viewed(value, as: value.merged(around: axis), node)
      value = try appendArray(.pick(.rows, Array(repeating: 0, count: length)), node, [map], longer)
    }
    return value
  }

  /// x where it is positive, elsewhere times a slope that need not be one for every channel.
  mutating func addArraySlopes(_ node: ONNXNode) throws(ImportProblem) {
    let (input, slopes) = (try array(node, 0), try array(node, 1))
    let zero = try number(0, node)
    let positive = try combined(.maximum, [input, zero], node)
    let negative = try combined(.minimum, [input, zero], node)
    let result = try combined(.sum, [positive, combined(.product, [negative, slopes], node)], node)
    try define(node, result, as: result.lengths)
  }

  /// A clip, whose range may only be known when the network runs, or be empty: then all values are its upper end.
  mutating func addArrayClip(_ node: ONNXNode) throws(ImportProblem) {
    var value = try array(node, 0)
    if let activation = try? activation(node) {
      try append(.activation(activation), node, [value])
      return
    }
    if try meaning(node, 1) != nil { value = try combined(.maximum, [value, array(node, 1)], node) }
    if try meaning(node, 2) != nil { value = try combined(.minimum, [value, array(node, 2)], node) }
    try define(node, value, as: value.lengths)
  }

  private mutating func number(_ value: Float, _ node: ONNXNode) throws(ImportProblem) -> ImportedValue {
    guard let stored = stored(ImportedTensor([value], dimensions: [])) else {
      throw .unsupported(reason: "has no kernel")
    }
    return stored
  }

  mutating func addArrayReduction(
    _ reduction: PortableOperation.Reduction, _ node: ONNXNode
  ) throws(ImportProblem) {
    try define(node, reduction, of: array(node, 0))
  }

  /// Sums of absolute values or of squares.
  mutating func addArrayMagnitude(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    if node.type == "ReduceL1" {
      let positive = try appendArray(.function(.absolute), node, [input], input.lengths)
      return try define(node, .sum, of: positive)
    }
    try define(node, .sum, of: combined(.product, [input, input], node))
  }

  /// Says that an output is the array reduced along the node's axes.
  private mutating func define(
    _ node: ONNXNode, _ reduction: PortableOperation.Reduction, of input: ImportedValue
  ) throws(ImportProblem) {
    let rank = input.lengths.count
    var axes = try axes(node, 1, rank: rank)
    if axes.isEmpty, node.integer("noop_with_empty_axes", default: 0) == 0 { axes = Array(0..<rank) }
    let reduced = try self.reduced(reduction, input, Set(axes), node)
    let keepsAxes = node.integer("keepdims", default: 1) != 0
    let after = input.lengths.enumerated().compactMap { axis, length in
      axes.contains(axis) ? keepsAxes ? 1 : nil : length
    }
    try define(node, reduced, as: after)
  }

  /// The value with some axes reduced to one place.
  mutating func reduced(
    _ reduction: PortableOperation.Reduction, _ value: ImportedValue, _ axes: Set<Int>, _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    let lengths = value.lengths
    if axes.allSatisfy({ lengths[$0] == 1 }) {
      return reduction == .norm ? try appendArray(.function(.absolute), node, [value], lengths) : value
    }
    guard let merged = MergedAxes(lengths, roles: lengths.indices.map { axes.contains($0) ? 1 : 0 }).asMap else {
      throw .unsupported(reason: "over the axes \(axes.sorted()) of \(lengths) has no kernel")
    }
    let map = try viewed(value, as: merged.lengths, node)
    let reduced = Set(PortableOperation.Axis.allCases.filter { merged.roles[$0.rawValue] == 1 })
    return try appendArray(
      .reduce(reduction, reduced), node, [map], lengths.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
  }

  mutating func addArraySoftmax(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let lengths = input.lengths
    let isOld = node.opset < 13
    let axis = try normalised([node.integer("axis", default: isOld ? 1 : -1)], rank: lengths.count, node)[0]
    // Before version 13 all axes from this one on were one.
    let axes = isOld ? [lengths[..<axis].reduce(1, *), lengths[axis...].reduce(1, *), 1] : input.merged(around: axis)
    let map = try viewed(input, as: axes, node)
    let softmax = PortableOperation.softmax(.rows)
    try define(
      node, appendPortable(node.type == "Softmax" ? softmax : .logSoftmax(.rows), node, [map], isInner: true),
      as: lengths)
  }

  /// Normalises over all axes from one on, and gives the mean and one by the deviation beside.
  mutating func addArrayNorm(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let rank = input.lengths.count
    let first = try normalised([node.integer("axis", default: -1)], rank: rank, node)[0]
    let (norm, mean, scale) = try standardised(input, over: Set(first..<rank), node)
    var result = try combined(.product, [norm, array(node, 1)], node)
    if try meaning(node, 2) != nil { result = try combined(.sum, [result, array(node, 2)], node) }
    try define(node, result, as: input.lengths)
    for (output, value) in [(1, mean), (2, scale)] where output < node.outputs.count && !node.outputs[output].isEmpty {
      try define(node, output: output, value, as: value.lengths)
    }
  }

  /// Normalises every channel of each of several images, or of volumes.
  mutating func addArrayInstanceNorm(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let rank = input.lengths.count
    guard rank > 2 else { throw node.malformed("takes \(input.lengths), expected images") }
    var figures: [ImportedValue] = []
    for place in 1...2 {
      var figure = try array(node, place)
      guard figure.lengths == [input.lengths[1]] else {
        throw node.malformed("has a tensor of \(figure.lengths), expected [\(input.lengths[1])]")
      }
      figure.layout = .array([input.lengths[1]] + (2..<rank).map { _ in 1 })
      figures.append(figure)
    }
    let norm = try standardised(input, over: Set(2..<rank), node).norm
    let result = try combined(.sum, [combined(.product, [norm, figures[0]], node), figures[1]], node)
    try define(node, result, as: input.lengths)
  }

  /// The array less its mean over some axes, times one by its deviation over them.
  private mutating func standardised(
    _ input: ImportedValue, over axes: Set<Int>, _ node: ONNXNode
  ) throws(ImportProblem) -> (norm: ImportedValue, mean: ImportedValue, scale: ImportedValue) {
    let mean = try reduced(.mean, input, axes, node)
    let centred = try combined(.difference, [input, mean], node)
    let variance = try reduced(.mean, combined(.product, [centred, centred], node), axes, node)
    let epsilon = try number(Float(node.number("epsilon", default: 1e-5)), node)
    let scattered = try combined(.sum, [variance, epsilon], node)
    let scale = try appendArray(.function(.power(-0.5)), node, [scattered], variance.lengths)
    return (try combined(.product, [centred, scale], node), mean, scale)
  }

  /// A norm of channels that are no maps: of every row's, or of lines of another batch than one.
  mutating func addArrayBatchNorm(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let rank = input.lengths.count
    guard rank >= 2, try !node.flag("training_mode") else { throw .unsupported(reason: "has no kernel") }
    var figures: [ImportedTensor] = []
    for place in 1...4 {
      guard let tensor = try tensor(node, place), tensor.dimensions == [input.lengths[1]],
        let column = tensor.reshaped([input.lengths[1]] + Array(repeating: 1, count: rank - 2))
      else { throw .unsupported(reason: "of \(input.lengths) has no kernel") }
      figures.append(column)
    }
    let epsilon = Float(node.number("epsilon", default: 1e-5))
    let scale = figures[3].mapped { 1 / ($0 + epsilon).squareRoot() }?.combined(with: figures[0], *)
    let shift = scale?.combined(with: figures[2], *).flatMap { figures[1].combined(with: $0, -) }
    guard let scale, let shift, let factors = stored(scale), let addends = stored(shift) else {
      throw .unsupported(reason: "of \(input.lengths) has no kernel")
    }
    let result = try combined(.sum, [combined(.product, [input, factors], node), addends], node)
    try define(node, result, as: input.lengths)
  }

  // MARK: Matrices

  mutating func addMatrixProduct(_ node: ONNXNode) throws(ImportProblem) {
    let (a, b) = (try array(node, 0), try array(node, 1))
    // A list is a row on the left, and a column on the right.
    let left = a.lengths.count == 1 ? [1] + a.lengths : a.lengths
    let right = b.lengths.count == 1 ? b.lengths + [1] : b.lengths
    guard left.count >= 2, right.count >= 2, left[left.count - 1] == right[right.count - 2] else {
      throw node.malformed("multiplies \(a.lengths) by \(b.lengths)")
    }
    let (rows, inner, columns) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
    let (leftBatch, rightBatch) = (left.dropLast(2), right.dropLast(2))
    let (leftCounts, rightCounts) = (leftBatch.drop { $0 == 1 }, rightBatch.drop { $0 == 1 })
    guard leftCounts.isEmpty || rightCounts.isEmpty || leftCounts.elementsEqual(rightCounts) else {
      throw .unsupported(reason: "of \(a.lengths) by \(b.lengths) has no kernel")
    }
    let counts = leftCounts.isEmpty ? rightCounts : leftCounts
    let ones = max(leftBatch.count, rightBatch.count) - counts.count
    let batch = Array(repeating: 1, count: ones) + counts
    let product = try multiplied(
      viewed(a, as: [leftBatch.reduce(1, *), rows, inner], node),
      viewed(b, as: [rightBatch.reduce(1, *), inner, columns], node), node)
    try define(
      node, product, as: batch + (a.lengths.count == 1 ? [] : [rows]) + (b.lengths.count == 1 ? [] : [columns]))
  }

  private mutating func multiplied(
    _ a: ImportedValue, _ b: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    let isLearned = isStored(a) || isStored(b)
    return try appendPortable(.matrixProduct(isLearned: isLearned), node, [a, b], isInner: true)
  }

  /// True for what the file stores, in whatever shape or order.
  func isStored(_ value: ImportedValue) -> Bool {
    var place = value.layer
    while place >= 0 {
      switch layers[place].operation {
      case .portable(.stored): return true
      case .portable(.reshape), .flatten, .unflatten, .portable(.permute), .portable(.pick):
        place = layers[place].inputs[0]
      default: return false
      }
    }
    return false
  }

  mutating func addGeneralProduct(_ node: ONNXNode) throws(ImportProblem) {
    let a = try matrix(node, 0, isTransposed: node.flag("transA"))
    let b = try matrix(node, 1, isTransposed: node.flag("transB"))
    guard a.shape.width == b.shape.height else { throw node.malformed("multiplies \(a.lengths) by \(b.lengths)") }
    let lengths = [a.shape.height, b.shape.width]
    var result = try multiplied(a, b, node)
    result.layout = .array(lengths)
    let alpha = node.number("alpha", default: 1)
    if alpha != 1 { result = try append(.scale(alpha), node, [result], isInner: true) }
    if try meaning(node, 2) != nil {
      var addend = try array(node, 2)
      let beta = node.number("beta", default: 1)
      if beta != 1 { addend = try append(.scale(beta), node, [addend], isInner: true) }
      result = try combined(.sum, [result, addend], node)
    }
    try define(node, result, as: lengths)
  }

  /// A matrix as the only channel of a map.
  private mutating func matrix(
    _ node: ONNXNode, _ place: Int, isTransposed: Bool
  ) throws(ImportProblem) -> ImportedValue {
    let value = try array(node, place)
    guard value.lengths.count == 2 else { throw node.malformed("takes \(value.lengths), expected a matrix") }
    let map = try viewed(value, as: [1] + value.lengths, node)
    guard isTransposed else { return map }
    return try appendPortable(.permute([.channels, .columns, .rows]), node, [map], isInner: true)
  }
}
