import Glibc
import NetworkGraph

/// Arithmetic on stored tensors alone, such as that of standardised weights.
extension ONNXImporter {
  /// Keeps in mind what a node whose inputs are all stored gives.
  ///
  /// - Returns: false for a node that computes, or is not among these.
  mutating func foldStored(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    let (function, combination) = (Self.functions[node.type], Self.combinations[node.type])
    let reduction = Self.reductions[node.type]
    guard function != nil || combination != nil || reduction != nil || Self.moving.contains(node.type),
      case .tensor(let first)? = try storedMeaning(node, 0),
      first.hasFractions
    else { return false }
    switch node.type {
    case "Slice": return try keep(sliced(first, node), node)
    case "Expand":
      guard let lengths = try numbers(node, 1)?.integers, lengths.allSatisfy({ $0 > 0 }),
        let (whole, _, _) = ArrayAxes.together(first.dimensions, lengths)
      else { return false }
      if whole == first.dimensions { return try keep(first, node) }
      return try keep(first.combined(with: ImportedTensor(repeating: 0, dimensions: whole)) { value, _ in value }, node)
    case "Split": return try keepParts(of: first, node)
    case "Tile":
      guard let times = try numbers(node, 1)?.integers, times.count == first.dimensions.count,
        times.allSatisfy({ (1...1 << 16).contains($0) })
      else { return false }
      let repeated = times.enumerated().reduce(first as ImportedTensor?) { tensor, axis in
        tensor.flatMap { .concatenated(Array(repeating: $0, count: axis.element), axis: axis.offset) }
      }
      return try keep(repeated, node)
    case "CumSum":
      guard let axis = try numbers(node, 1)?.integers.first, try !node.flag("exclusive"), try !node.flag("reverse")
      else { return false }
      return try keep(first.summedUp(normalised([axis], rank: first.dimensions.count, node)[0]), node)
    case "Transpose":
      let order = try order(node, rank: first.dimensions.count)
      if order == Array(first.dimensions.indices) { return try keep(first, node) }
      return try keep(order == [1, 0] ? first.transposed : first.permuted(order), node)
    case "BatchNormalization":
      // Before version 14 a norm in training was told by giving its figures too.
      let givesFigures = node.outputs.dropFirst().contains { !$0.isEmpty }
      let isTraining = node.opset < 14 ? givesFigures : try node.flag("training_mode")
      return try keepNormalised(first, isTraining: isTraining, node)
    case "Concat":
      var tensors: [ImportedTensor] = []
      for place in node.proto.input.indices {
        guard case .tensor(let tensor)? = try storedMeaning(node, place), tensor.hasFractions else { return false }
        tensors.append(tensor)
      }
      guard let axis = node.attribute("axis") else { throw node.malformed("has no axis") }
      let place = try normalised([Int(axis.i)], rank: first.dimensions.count, node)[0]
      return try keep(ImportedTensor.concatenated(tensors, axis: place), node)
    default: break
    }
    if let function { return try keep(first.mapped(function), node) }
    if let reduction { return try keep(reduced(first, node, reduction), node) }
    guard let combination, node.proto.input.count == 2,
      case .tensor(let second)? = try storedMeaning(node, 1), second.hasFractions
    else { return false }
    return try keep(first.combined(with: second, combination), node)
  }

  /// Operators that move values or normalise them.
  private static let moving: Set<String> = [
    "Slice", "Split", "Expand", "Tile", "CumSum", "Transpose", "Concat", "BatchNormalization",
  ]

  private static let reductions: [String: @Sendable (ArraySlice<Float>) -> Float] = [
    "ReduceMean": { $0.reduce(0, +) / Float($0.count) }, "ReduceSum": { $0.reduce(0, +) },
    "ReduceMax": { $0.max() ?? -.infinity }, "ReduceMin": { $0.min() ?? .infinity },
    "ReduceL1": { $0.reduce(0) { $0 + abs($1) } }, "ReduceL2": { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() },
    "ReduceSumSquare": { $0.reduce(0) { $0 + $1 * $1 } },
  ]

  private static let functions: [String: @Sendable (Float) -> Float] = [
    "Abs": { abs($0) }, "Neg": { -$0 }, "Sqrt": { $0.squareRoot() }, "Exp": { exp($0) }, "Log": { log($0) },
    "Reciprocal": { 1 / $0 }, "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) }, "Relu": { max($0, 0) },
    "Sigmoid": { 1 / (1 + exp(-$0)) }, "Tanh": { tanh($0) }, "Erf": { erf($0) },
    "Sin": { sin($0) }, "Cos": { cos($0) },
  ]

  private static let combinations: [String: @Sendable (Float, Float) -> Float] = [
    "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Pow": { pow($0, $1) },
    "Min": { min($0, $1) }, "Max": { max($0, $1) },
  ]

  /// What an input stands for, where it is stored; numbers count as tensors.
  private func storedMeaning(_ node: ONNXNode, _ place: Int) throws(ImportProblem) -> Meaning? {
    let meaning = try meaning(node, place)
    if case .numbers(let numbers)? = meaning, !numbers.areWhole { return .tensor(numbers.tensor) }
    return meaning
  }

  private mutating func keep(_ tensor: ImportedTensor?, _ node: ONNXNode) throws(ImportProblem) -> Bool {
    guard let tensor else { throw .unsupported(reason: "of these stored values has no kernel") }
    try define(node, .tensor(tensor))
    return true
  }

  /// A norm of stored values, by its own figures or, in training, by theirs: exporters write standardised weights so
  /// (Qiao et al. 2019).
  private mutating func keepNormalised(
    _ tensor: ImportedTensor, isTraining: Bool, _ node: ONNXNode
  ) throws(ImportProblem) -> Bool {
    guard tensor.dimensions.count >= 2 else { return false }
    let perChannel = tensor.dimensions.indices.map { $0 == 1 ? tensor.dimensions[1] : 1 }
    var given: [ImportedTensor] = []
    for place in 1...4 {
      guard let figures = try self.tensor(node, place)?.reshaped(perChannel) else { return false }
      given.append(figures)
    }
    let epsilon = Float(node.number("epsilon", default: 1e-5))
    let axes = Set(tensor.dimensions.indices).subtracting([1])
    func mean(_ tensor: ImportedTensor?) -> ImportedTensor? {
      tensor?.reduced(axes) { $0.reduce(0, +) / Float($0.count) }
    }
    let centre = isTraining ? mean(tensor) : given[2]
    let centred = centre.flatMap { tensor.combined(with: $0, -) }
    let variance = isTraining ? mean(centred?.mapped { $0 * $0 }) : given[3]
    let norm = variance.flatMap { centred?.combined(with: $0) { $0 / ($1 + epsilon).squareRoot() } }
    // The figures that training goes on with are nobody's input.
    for (place, name) in node.outputs.enumerated() where place > 0 && !name.isEmpty {
      try define(node, output: place, .nothing)
    }
    return try keep(norm?.combined(with: given[0], *)?.combined(with: given[1], +), node)
  }

  private func sliced(_ tensor: ImportedTensor, _ node: ONNXNode) throws(ImportProblem) -> ImportedTensor? {
    var result = tensor
    for slice in try slices(node, rank: tensor.dimensions.count) {
      let length = result.dimensions[slice.axis]
      guard let cut = Cut(from: slice.start, to: slice.end, step: slice.step, of: length),
        let next = result.cut(slice.axis, cut)
      else { return nil }
      result = next
    }
    return result
  }

  private mutating func keepParts(of tensor: ImportedTensor, _ node: ONNXNode) throws(ImportProblem) -> Bool {
    let axis = try normalised([node.integer("axis", default: 0)], rank: tensor.dimensions.count, node)[0]
    let widths = try widths(of: node, length: tensor.dimensions[axis])
    var start = 0
    for (output, width) in widths.enumerated() {
      guard let part = tensor.cut(axis, Cut(start: start, count: width, step: 1)) else {
        throw .unsupported(reason: "of these stored values has no kernel")
      }
      try define(node, output: output, .tensor(part))
      start += width
    }
    return true
  }

  private func reduced(
    _ tensor: ImportedTensor, _ node: ONNXNode, _ function: @escaping @Sendable (ArraySlice<Float>) -> Float
  ) throws(ImportProblem) -> ImportedTensor? {
    let rank = tensor.dimensions.count
    var axes = try axes(node, 1, rank: rank)
    if axes.isEmpty {
      guard try !node.flag("noop_with_empty_axes") else { return tensor }
      axes = Array(0..<rank)
    }
    guard let result = tensor.reduced(Set(axes), function) else { return nil }
    if try node.flag("keepdims", default: true) { return result }
    return result.reshaped((0..<rank).filter { !axes.contains($0) }.map { tensor.dimensions[$0] })
  }
}
