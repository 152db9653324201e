import NetworkGraph

extension ONNXImporter {
  /// Adds the layers that a node asks for, or keeps in mind what it stands for.
  mutating func addLayers(of node: ONNXNode) throws(ImportProblem) {
    if try addNotedConstant(node) { return }
    if try foldStored(node) { return }
    if try fold(node) { return }
    switch node.type {
    case "Conv": try addConvolution(node)
    case "BatchNormalization": try addBatchNorm(node)
    case "LayerNormalization": try addLayerNorm(node)
    case "Gemm", "MatMul": try addLinear(node)
    case "MaxPool", "AveragePool": try addPooling(node)
    case "GlobalAveragePool": try addMap(.globalAveragePool, node)
    case "Softmax", "LogSoftmax": try addSoftmax(node)
    case "Dropout": try addDropout(node, of: value(node))
    case "LRN": try addResponseNorm(node)
    case "Add", "Sum": try addSum(node)
    case "Sub", "Mul", "Div", "Pow": try addArithmetic(node)
    case "Min", "Max", "Mean": try addCombination(node)
    case "PRelu": try addSlopes(node)
    case "InstanceNormalization": try addInstanceNorm(node)
    case "ConvTranspose": try addTransposedConvolution(node)
    case "Resize", "Upsample": try addResize(node)
    case "GlobalMaxPool": try addMap(.portable(.globalMaxPool), node)
    case "Concat": try addConcatenation(node)
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze": try addReshaping(node)
    case "Transpose": try addTransposition(node)
    case "ReduceMean": try addReduction(.mean, node)
    case "ReduceMax": try addReduction(.maximum, node)
    case "ReduceMin": try addReduction(.minimum, node)
    case "ReduceSum": try addReduction(.sum, node)
    case "ReduceL2": try addReduction(.norm, node)
    case "Slice": try addSlice(node)
    case "Expand": try addExpansion(node)
    case "Split": try addSplit(node)
    case "Gather": try addPicking(node)
    case "Pad": try addPadding(node)
    case "Identity", "Cast":
      guard let meaning = try meaning(node, 0) else { throw node.malformed("lacks its input") }
      if case .value(let value) = meaning {
        guard node.type == "Identity" || node.castsToFractions else {
          throw .unsupported(reason: "to whole numbers has no kernel")
        }
        if let rate = notes.stochasticDepth(at: node.scopes) {
          try append(.stochasticDepth(rate: rate), node, [value])
          return
        }
      }
      try define(node, meaning)
    case "Constant": try addConstant(node)
    case "Shape": try addLengths(node)
    case "ConstantOfShape": try addFilled(node)
    default:
      guard node.type == "Clip" || node.proto.input.count <= 1 else {
        // Of another operator nothing is known here.
        if try activation(node) == nil { _ = try function(node) }
        throw node.malformed("has \(node.proto.input.count) inputs, expected 1")
      }
      if let activation = try activation(node) {
        try append(.activation(activation), node, [value(node)])
      } else {
        try appendPortable(.function(function(node)), node, [value(node)])
      }
    }
  }

  /// A stored value that was a layer of the network which was written, and is expanded to all images.
  private mutating func addNotedConstant(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    guard node.type == "Expand", notes.isConstant(at: node.scopes), case .tensor(let tensor)? = try meaning(node, 0),
      tensor.count > 0
    else { return false }
    let shape: Shape
    switch tensor.dimensions.count {
    case 1: shape = .vector(tensor.count)
    case 3: shape = .map(channels: tensor.dimensions[0], height: tensor.dimensions[1], width: tensor.dimensions[2])
    default: return false
    }
    let image = ImportedValue(layer: -1, shape: inputs[0].shape)
    try append(.portable(.stored(shape)), node, [image], tensors: [tensor])
    return true
  }

  func activation(_ node: ONNXNode) throws(ImportProblem) -> Activation? {
    switch node.type {
    case "Relu": return .relu
    case "LeakyRelu": return .leakyRelu(slope: node.number("alpha", default: 0.01))
    case "Elu": return .elu(alpha: node.number("alpha", default: 1))
    case "Sigmoid": return .sigmoid
    case "HardSwish": return .hardSwish
    case "Tanh": return .tanh
    case "HardSigmoid":
      guard node.number("beta", default: 0.5) == 0.5 else { return nil }
      return .hardSigmoid(slope: node.number("alpha", default: 0.2))
    case "Gelu":
      return node.text("approximate", default: "none") == "none" ? .gelu : nil
    case "Clip":
      let low = try bound(node, 1, "min") ?? -.infinity
      let high = try bound(node, 2, "max") ?? .infinity
      guard low <= high else { throw .unsupported(reason: "has the empty range \(low) to \(high)") }
      return low == 0 && high == 6 ? .relu6 : low == 0 && high == .infinity ? .relu : .clip(low...high)
    default: return nil
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
      case .map(_, let height, let width):
        axis == 1 && (node.opset < 13 || height * width == 1 && value.axis(1) == .channels)
      }
    if isOverAll {
      if node.type == "Softmax" {
        try append(.softmax, node, [value])
      } else if value.shape.elements == value.shape.channels {
        try append(.portable(.logSoftmax(.channels)), node, [value])
      } else {
        let row = Shape.map(channels: 1, height: 1, width: value.shape.elements)
        let flat = try appendPortable(.reshape(row), node, [value], isInner: true)
        let result = try appendPortable(.logSoftmax(.columns), node, [flat], isInner: true)
        try appendPortable(.reshape(value.shape), node, [result])
      }
      return
    }
    let number = try normalised([axis], rank: value.dimensions.count + 1, node)[0]
    guard node.opset >= 13 || number == value.dimensions.count, let axis = value.axis(number) else {
      throw .unsupported(reason: "over the axis \(axis) of \(value.dimensions) has no kernel")
    }
    try appendPortable(node.type == "Softmax" ? .softmax(axis) : .logSoftmax(axis), node, [value])
  }

  mutating func addDropout(_ node: ONNXNode, of input: ImportedValue) throws(ImportProblem) {
    let rate = try numbers(node, 1)?.values.first ?? node.number("ratio", default: 0.5)
    if let training = try numbers(node, 2)?.values.first, training != 0, rate != 0 {
      throw .unsupported(reason: "in training has no kernel")
    }
    try append(.dropout(rate: min(max(rate.isNaN ? 0 : rate, 0), 1)), node, [input])
    guard node.outputs.count > 1, !node.outputs[1].isEmpty else { return }
    // Nothing is dropped.
    let mask = ImportedTensor(repeating: 1, dimensions: input.lengths)
    try define(node, output: 1, reading == .arrays ? .tensor(mask) : .nothing)
  }

  /// The lengths of some axes.
  private mutating func addLengths(_ node: ONNXNode) throws(ImportProblem) {
    let lengths: [Int]
    switch try meaning(node, 0) {
    case .tensor(let tensor): lengths = tensor.dimensions
    case .numbers(let numbers): lengths = numbers.dimensions
    case .value(let value) where value.shape != .unknown: lengths = value.lengths
    default: lengths = try [1] + value(node).dimensions
    }
    func place(_ name: String, default value: Int) -> Int {
      let place = node.integer(name, default: value)
      return min(max(place < 0 ? place + lengths.count : place, 0), lengths.count)
    }
    let start = place("start", default: 0)
    try define(node, .numbers(KnownNumbers(Array(lengths[start..<max(start, place("end", default: lengths.count))]))))
  }

  private mutating func addMap(_ operation: Operation, _ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    try append(operation, node, [input])
  }

  private mutating func addResponseNorm(_ node: ONNXNode) throws(ImportProblem) {
    // ONNX divides alpha by the size as PyTorch does; the bias has another name there.
    let size = node.integer("size", default: 1)
    // PyTorch has the odd channel of an even size before the middle, the standard behind it.
    guard size % 2 != 0 else { throw .unsupported(reason: "over \(size) channels, an even number, has no kernel") }
    let norm = Operation.localResponseNorm(
      size: size, alpha: node.number("alpha", default: 1e-4),
      beta: node.number("beta", default: 0.75), k: node.number("bias", default: 1))
    try addMap(norm, node)
  }

  /// A tensor of one value, however large: weights of networks that are published without them.
  private mutating func addFilled(_ node: ONNXNode) throws(ImportProblem) {
    guard let lengths = try numbers(node, 0)?.integers else {
      throw .unsupported(reason: "of a shape that is only known when the network runs has no kernel")
    }
    var count = 1
    for length in lengths {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow, product <= 1 << 40 else { throw node.malformed("has the shape \(lengths)") }
      count = product
    }
    let value = node.tensor("value").flatMap { $0.count == 1 ? ImportedTensor($0).values.first : nil } ?? 0
    try define(node, .tensor(ImportedTensor(repeating: value, dimensions: lengths)))
  }

  private mutating func addConstant(_ node: ONNXNode) throws(ImportProblem) {
    if let tensor = node.tensor("value") { return try define(node, .tensor(ImportedTensor(tensor))) }
    if let numbers = node.integers("value_ints") { return try define(node, .numbers(KnownNumbers(numbers))) }
    if let number = node.attribute("value_int") {
      return try define(node, .numbers(KnownNumbers([Double(number.i)], areWhole: true, dimensions: [])))
    }
    if let numbers = node.attribute("value_floats") {
      return try define(node, .numbers(KnownNumbers(numbers.floats.map(Double.init), areWhole: false)))
    }
    if let number = node.attribute("value_float") {
      return try define(node, .numbers(KnownNumbers([Double(number.f)], areWhole: false, dimensions: [])))
    }
    throw .unsupported(reason: "is no tensor of numbers")
  }
}
