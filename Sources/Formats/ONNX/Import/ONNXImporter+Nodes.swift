import NetworkGraph

extension ONNXImporter {
  /// Adds the layers that a node asks for, or keeps in mind what it stands for.
  mutating func addLayers(of node: ONNXNode) throws(ImportProblem) {
    if try fold(node) { return }
    switch node.type {
    case "Conv": try addConvolution(node)
    case "BatchNormalization": try addBatchNorm(node)
    case "LayerNormalization": try addLayerNorm(node)
    case "Gemm", "MatMul": try addLinear(node)
    case "MaxPool", "AveragePool": try addPooling(node)
    case "GlobalAveragePool": try append(.globalAveragePool, node, [map(node)])
    case "Softmax": try addSoftmax(node)
    case "Dropout": try addDropout(node)
    case "LRN": try addResponseNorm(node)
    case "Add", "Sum": try addSum(node)
    case "Sub", "Mul", "Div", "Pow": try addArithmetic(node)
    case "Concat": try addConcatenation(node)
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze": try addReshaping(node)
    case "Transpose": try addTransposition(node)
    case "ReduceMean": try addMean(node)
    case "Slice": try addSlice(node)
    case "Split": try addSplit(node)
    case "Pad": try addPadding(node)
    case "Identity", "Cast":
      guard let meaning = try meaning(node, 0) else { throw node.malformed("lacks its input") }
      try define(node, meaning)
    case "Constant": try addConstant(node)
    case "Shape": try define(node, .numbers(KnownNumbers([1] + value(node).dimensions)))
    default: try append(.activation(activation(node)), node, [value(node)])
    }
  }

  private func activation(_ node: ONNXNode) throws(ImportProblem) -> Activation {
    switch node.type {
    case "Relu": return .relu
    case "LeakyRelu": return .leakyRelu(slope: node.number("alpha", default: 0.01))
    case "Elu": return .elu(alpha: node.number("alpha", default: 1))
    case "Sigmoid": return .sigmoid
    case "HardSwish": return .hardSwish
    case "Tanh": return .tanh
    case "HardSigmoid":
      guard node.number("beta", default: 0.5) == 0.5 else {
        throw .unsupported(reason: "with a beta other than 1/2 has no kernel")
      }
      return .hardSigmoid(slope: node.number("alpha", default: 0.2))
    case "Gelu":
      guard node.text("approximate", default: "none") == "none" else {
        throw .unsupported(reason: "as an approximation has no kernel")
      }
      return .gelu
    case "Clip":
      let low = try bound(node, 1, "min") ?? -.infinity
      let high = try bound(node, 2, "max") ?? .infinity
      guard low <= high else { throw .unsupported(reason: "has the empty range \(low) to \(high)") }
      return low == 0 && high == 6 ? .relu6 : low == 0 && high == .infinity ? .relu : .clip(low...high)
    default: throw .unsupported(reason: "has no kernel")
    }
  }

  /// An end of a clip's range: an attribute until version 11 of the operators, an input since.
  private func bound(_ node: ONNXNode, _ place: Int, _ name: String) throws(ImportProblem) -> Double? {
    if let attribute = node.attribute(name) { return Double(attribute.f) }
    guard try meaning(node, place) != nil else { return nil }
    guard let numbers = try numbers(node, place), numbers.values.count == 1, !numbers.values[0].isNaN else {
      throw .unsupported(reason: "has a range that is not one known number")
    }
    return numbers.values[0]
  }

  private mutating func addSoftmax(_ node: ONNXNode) throws(ImportProblem) {
    let value = try value(node)
    let axis = node.integer("axis", default: node.opset < 13 ? 1 : -1)
    let isOverAll =
      switch value.shape {
      case .vector: [1, -1].contains(axis)
      // Before version 13 all axes from this one on were one.
      case .map(_, let height, let width): axis == 1 && (node.opset < 13 || height * width == 1)
      }
    guard isOverAll else { throw .unsupported(reason: "over the axis \(axis) of \(value.dimensions) has no kernel") }
    try append(.softmax, node, [value])
  }

  private mutating func addDropout(_ node: ONNXNode) throws(ImportProblem) {
    let rate = try numbers(node, 1)?.values.first ?? node.number("ratio", default: 0.5)
    if let training = try numbers(node, 2)?.values.first, training != 0 {
      throw .unsupported(reason: "in training has no kernel")
    }
    if node.outputs.count > 1, !node.outputs[1].isEmpty { try define(node, output: 1, .nothing) }
    try append(.dropout(rate: min(max(rate.isNaN ? 0 : rate, 0), 1)), node, [value(node)])
  }

  private mutating func addResponseNorm(_ node: ONNXNode) throws(ImportProblem) {
    // ONNX divides alpha by the size as PyTorch does; the bias has another name there.
    let norm = Operation.localResponseNorm(
      size: node.integer("size", default: 1), alpha: node.number("alpha", default: 1e-4),
      beta: node.number("beta", default: 0.75), k: node.number("bias", default: 1))
    try append(norm, node, [map(node)])
  }

  private mutating func addConstant(_ node: ONNXNode) throws(ImportProblem) {
    if let tensor = node.tensor("value") { return try define(node, .tensor(ImportedTensor(tensor))) }
    if let numbers = node.integers("value_ints") { return try define(node, .numbers(KnownNumbers(numbers))) }
    if let number = node.attribute("value_int") { return try define(node, .numbers(KnownNumbers([Int(number.i)]))) }
    if let numbers = node.attribute("value_floats") {
      return try define(node, .numbers(KnownNumbers(numbers.floats.map(Double.init), areWhole: false)))
    }
    if let number = node.attribute("value_float") {
      return try define(node, .numbers(KnownNumbers([Double(number.f)], areWhole: false)))
    }
    throw .unsupported(reason: "is no tensor of numbers")
  }
}
