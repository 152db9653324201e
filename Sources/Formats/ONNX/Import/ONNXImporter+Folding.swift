import Glibc
import NetworkGraph

/// Shape arithmetic, which is worked out while a graph is read.
extension ONNXImporter {
  /// Works out a node all of whose inputs are known numbers.
  ///
  /// - Returns: false for a node that is none of these.
  mutating func fold(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    guard Self.foldable.contains(node.type), !node.proto.input.isEmpty else { return false }
    var inputs: [KnownNumbers] = []
    for place in node.proto.input.indices where !node.proto.input[place].isEmpty {
      guard let numbers = try numbers(node, place) else { return false }
      inputs.append(numbers)
    }
    // Stored tensors keep their shape where nothing is computed.
    if case .tensor? = try meaning(node, 0), !Self.computes.contains(node.type) { return false }
    guard let result = try result(node, inputs) else {
      throw .unsupported(
        reason: "of known numbers \(inputs.map { "\($0.dimensions)" }.joined(separator: " and ")) has no kernel")
    }
    try define(node, .numbers(result))
    return true
  }

  /// Operators that work on numbers, and of those the ones that change values instead of moving them.
  private static let foldable: Set<String> = computes.union(["Cast", "Squeeze", "Unsqueeze", "Reshape", "Identity"])
  private static let computes = Set(functions.keys).union(combinations.keys).union(comparisons.keys)
    .union(reductions.keys)
    .union(["Div", "Mod", "Clip", "Where", "Concat", "Gather", "Slice", "Transpose", "Range", "Cast"])

  private static let functions: [String: @Sendable (Double) -> Double] = [
    "Neg": { -$0 }, "Abs": { abs($0) }, "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) },
    "Sqrt": { $0.squareRoot() }, "Not": { $0 == 0 ? 1 : 0 },
  ]

  private static let combinations: [String: @Sendable (Double, Double) -> Double] = [
    "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Min": { min($0, $1) }, "Max": { max($0, $1) },
    "Pow": { pow($0, $1) }, "And": { $0 != 0 && $1 != 0 ? 1 : 0 }, "Or": { $0 != 0 || $1 != 0 ? 1 : 0 },
  ]

  private static let comparisons: [String: @Sendable (Double, Double) -> Bool] = [
    "Equal": { $0 == $1 }, "Less": { $0 < $1 }, "Greater": { $0 > $1 }, "LessOrEqual": { $0 <= $1 },
    "GreaterOrEqual": { $0 >= $1 },
  ]

  private static let reductions: [String: @Sendable ([Double]) -> Double?] = [
    "ReduceProd": { $0.reduce(1, *) }, "ReduceSum": { $0.reduce(0, +) }, "ReduceMax": { $0.max() },
    "ReduceMin": { $0.min() },
  ]

  private func result(_ node: ONNXNode, _ inputs: [KnownNumbers]) throws(ImportProblem) -> KnownNumbers? {
    guard let first = inputs.first else { return nil }
    func combined(_ function: (Double, Double) -> Double) -> KnownNumbers? {
      inputs.count == 2 ? first.combined(with: inputs[1], function) : nil
    }
    func each(_ function: (Double) -> Double) -> KnownNumbers {
      KnownNumbers(first.values.map(function), areWhole: first.areWhole, dimensions: first.dimensions)
    }
    if let function = Self.functions[node.type] { return each(function) }
    if let combination = Self.combinations[node.type] { return combined(combination) }
    if let comparison = Self.comparisons[node.type] {
      return combined { comparison($0, $1) ? 1 : 0 }.map {
        KnownNumbers($0.values, areWhole: true, dimensions: $0.dimensions)
      }
    }
    if let reduction = Self.reductions[node.type] {
      let axes = try axes(node, 1, rank: first.dimensions.count)
      guard axes.isEmpty || axes.count == first.dimensions.count, let value = reduction(first.values) else {
        return nil
      }
      return KnownNumbers(
        [value], areWhole: first.areWhole,
        dimensions: node.integer("keepdims", default: 1) != 0 ? first.dimensions.map { _ in 1 } : [])
    }
    switch node.type {
    case "Div", "Mod":
      let areWhole = first.areWhole && inputs.last?.areWhole == true
      if areWhole, inputs.last?.values.contains(0) == true { throw node.malformed("divides by zero") }
      if node.type == "Div" { return combined(/) }
      let followsDividend = try node.flag("fmod")
      return combined { a, b in
        let rest = a.truncatingRemainder(dividingBy: b)
        return followsDividend || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b
      }
    case "Clip":
      let low = try numbers(node, 1)?.values.first ?? node.attribute("min").map { Double($0.f) } ?? -.infinity
      let high = try numbers(node, 2)?.values.first ?? node.attribute("max").map { Double($0.f) } ?? .infinity
      return each { min(max($0, low), high) }
    case "Where":
      guard inputs.count == 3, let chosen = first.combined(with: inputs[1], { $0 != 0 ? $1 : 0 }),
        let others = first.combined(with: inputs[2], { $0 == 0 ? $1 : 0 })
      else { return nil }
      return chosen.combined(with: others, +)
    case "Squeeze", "Unsqueeze", "Reshape":
      let lengths = try lengths(after: node, from: first.dimensions)
      guard Shape.count(lengths) == first.values.count else { return nil }
      return KnownNumbers(first.values, areWhole: first.areWhole, dimensions: lengths)
    case "Identity": return first
    case "Cast" where node.integer("to", default: 1) == 9:
      return KnownNumbers(first.values.map { $0 == 0 ? 0 : 1 }, areWhole: true, dimensions: first.dimensions)
    case "Cast":
      let isWhole = [2, 3, 4, 5, 6, 7, 12, 13].contains(node.integer("to", default: 1))
      return KnownNumbers(
        isWhole ? first.values.map { $0.rounded(.towardZero) } : first.values, areWhole: isWhole,
        dimensions: first.dimensions)
    case "Transpose":
      return first.permuted(try order(node, rank: first.dimensions.count))
    case "Concat":
      // Along the first axis one stands behind the other.
      let rank = first.dimensions.count
      guard rank <= 1 || [0, -rank].contains(node.integer("axis", default: 0)),
        inputs.allSatisfy({ $0.dimensions.dropFirst() == first.dimensions.dropFirst() })
      else { return nil }
      let all = inputs.flatMap(\.values)
      guard all.count <= KnownNumbers.most else { return nil }
      let rows = inputs.reduce(0) { $0 + ($1.dimensions.first ?? 1) }
      return KnownNumbers(
        all, areWhole: inputs.allSatisfy(\.areWhole), dimensions: [rows] + Array(first.dimensions.dropFirst()))
    case "Gather": return try gathered(first, inputs.dropFirst().first, node)
    case "Slice": return try sliced(first, inputs, node)
    case "Range":
      guard inputs.count == 3, inputs.allSatisfy({ $0.values.count == 1 && $0.values[0].isFinite }),
        inputs[2].values[0] != 0,
        abs((inputs[1].values[0] - first.values[0]) / inputs[2].values[0]) <= Double(KnownNumbers.most)
      else { return nil }
      return KnownNumbers(
        Array(stride(from: first.values[0], to: inputs[1].values[0], by: inputs[2].values[0])),
        areWhole: inputs.allSatisfy(\.areWhole))
    default: return nil
    }
  }

  private func gathered(
    _ data: KnownNumbers, _ places: KnownNumbers?, _ node: ONNXNode
  ) throws(ImportProblem) -> KnownNumbers? {
    guard let places, !data.dimensions.isEmpty else { return nil }
    let axis = try normalised([node.integer("axis", default: 0)], rank: data.dimensions.count, node)[0]
    let length = data.dimensions[axis]
    let picked = places.integers.map { $0 < 0 ? $0 + length : $0 }
    guard picked.allSatisfy((0..<length).contains) else {
      throw node.malformed("picks places \(places.integers) of \(length)")
    }
    guard picked.count * data.values.count <= KnownNumbers.most * max(1, length) else { return nil }
    return data.gathered(axis, picked, places.dimensions)
  }

  private func sliced(
    _ data: KnownNumbers, _ inputs: [KnownNumbers], _ node: ONNXNode
  ) throws(ImportProblem) -> KnownNumbers? {
    var result = data
    for slice in try slices(node, rank: data.dimensions.count) {
      let length = result.dimensions[slice.axis]
      result = result.cut(slice.axis, Cut(from: slice.start, to: slice.end, step: slice.step, of: length))
    }
    return result
  }
}
