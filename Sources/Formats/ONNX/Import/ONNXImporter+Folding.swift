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
  private static let computes: Set<String> = [
    "Add", "Sub", "Mul", "Div", "Min", "Max", "Floor", "Ceil", "Sqrt", "Concat", "Gather", "Slice", "Transpose",
    "ReduceProd", "Range", "Cast", "Clip", "Pow", "Neg",
  ]

  private func result(_ node: ONNXNode, _ inputs: [KnownNumbers]) throws(ImportProblem) -> KnownNumbers? {
    guard let first = inputs.first else { return nil }
    func combined(_ function: (Double, Double) -> Double) -> KnownNumbers? {
      inputs.count == 2 ? first.combined(with: inputs[1], function) : nil
    }
    func each(_ function: (Double) -> Double) -> KnownNumbers {
      KnownNumbers(first.values.map(function), areWhole: first.areWhole, dimensions: first.dimensions)
    }
    switch node.type {
    case "Add": return combined(+)
    case "Sub": return combined(-)
    case "Mul": return combined(*)
    case "Div":
      let isWhole = first.areWhole && inputs.last?.areWhole == true
      if isWhole, inputs.last?.values.contains(0) == true { throw node.malformed("divides by zero") }
      return combined(/)
    case "Min": return combined(min)
    case "Max": return combined(max)
    case "Pow": return combined { pow($0, $1) }
    case "Neg": return each { -$0 }
    case "Clip":
      let low = try numbers(node, 1)?.values.first ?? node.attribute("min").map { Double($0.f) } ?? -.infinity
      let high = try numbers(node, 2)?.values.first ?? node.attribute("max").map { Double($0.f) } ?? .infinity
      return each { min(max($0, low), high) }
    case "Floor": return each { $0.rounded(.down) }
    case "Ceil": return each { $0.rounded(.up) }
    case "Sqrt": return each { $0.squareRoot() }
    case "Squeeze", "Unsqueeze", "Reshape":
      let lengths = try lengths(after: node, from: first.dimensions)
      guard Shape.count(lengths) == first.values.count else { return nil }
      return KnownNumbers(first.values, areWhole: first.areWhole, dimensions: lengths)
    case "Identity": return first
    case "Cast" where node.integer("to", default: 1) == 9:
      return KnownNumbers(first.values.map { $0 == 0 ? 0 : 1 }, areWhole: true, dimensions: first.dimensions)
    case "Cast":
      let isWhole = [5, 6, 7, 12, 13].contains(node.integer("to", default: 1)) || first.areWhole
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
    case "ReduceProd":
      let axes = try axes(node, 1, rank: first.dimensions.count)
      guard axes.isEmpty || axes.count == first.dimensions.count else { return nil }
      return KnownNumbers(
        [first.values.reduce(1, *)], areWhole: first.areWhole,
        dimensions: node.integer("keepdims", default: 1) != 0 ? first.dimensions.map { _ in 1 } : [])
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
