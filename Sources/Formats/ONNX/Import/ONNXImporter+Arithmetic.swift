import NetworkGraph

/// Sums and products, of values with each other and with stored numbers.
extension ONNXImporter {
  /// What stands beside a value: one number, or one for every channel.
  enum Constant {
    case number(Double)
    case perChannel(ImportedTensor)
  }

  mutating func addSum(_ node: ONNXNode) throws(ImportProblem) {
    if let (input, constant) = try constantOperand(node) { return try addShift(constant, input, node) }
    if try hasStoredInput(node) { return try addCombination(node) }
    var values: [ImportedValue] = []
    for place in node.proto.input.indices { values.append(try value(node, place)) }
    guard let first = values.first else { throw node.malformed("has no inputs") }
    if values.count == 1 { return try define(node, .value(first)) }
    try checkAlike(values)
    guard values.allSatisfy({ $0.shape == first.shape }) else { return try addCombination(node) }
    try append(.add, node, values)
  }

  mutating func addArithmetic(_ node: ONNXNode) throws(ImportProblem) {
    if let (input, constant) = try constantOperand(node) {
      let isFirst = try valueIsFirst(node)
      switch node.type {
      case "Mul": return try addScale(constant, input, node)
      case "Div" where isFirst: return try addScale(constant.reciprocal, input, node)
      case "Sub" where isFirst: return try addShift(constant.scaled(by: -1), input, node)
      case "Sub":
        let negative = try append(.scale(-1), node, [input], isInner: true)
        return try addAddend(constant, negative, node)
      case "Pow" where isFirst && constant.number == 2:
        try append(.multiply, node, [input, input])
        return
      case "Pow" where isFirst && constant.number == 1: return try define(node, .value(input))
      case "Pow" where isFirst:
        guard let exponent = constant.number else { return try addCombination(node) }
        try appendPortable(.function(.power(exponent)), node, [input])
        return
      default: return try addCombination(node)
      }
    }
    guard node.type == "Mul", node.proto.input.count == 2, try !hasStoredInput(node) else {
      return try addCombination(node)
    }
    try takeUnexpanded(node)
    let (a, b) = (try value(node, 0), try value(node, 1))
    if try recogniseGate(a, b, node) { return }
    try checkAlike([a, b])
    guard let factor = try? Operation.multiply.outputShape(of: [a.shape, b.shape], layer: NodePath(node.name)),
      factor == a.shape || factor == b.shape
    else { return try addCombination(node) }
    try append(.multiply, node, [a, b])
  }

  /// Single numbers for the channels that were only repeated to be multiplied with a map go with it as they are.
  private mutating func takeUnexpanded(_ node: ONNXNode) throws(ImportProblem) {
    for place in [0, 1] where isSoleReader(node, place) {
      let (copies, other) = (try value(node, place), try value(node, 1 - place))
      guard copies.layer >= 0, copies.layer == layers.count - 1, copies.shape == other.shape,
        copies.layout == other.layout, layers[copies.layer].repeatsPixels
      else { continue }
      let source = layers[copies.layer].inputs[0]
      guard source >= 0, layers[source].output.height * layers[source].output.width == 1 else { continue }
      removeLastLayers(1)
      return replace(
        node.proto.input[place], by: ImportedValue(layer: source, shape: layers[source].output, layout: copies.layout))
    }
  }

  /// x · sigmoid(x) and its like are one activation.
  private mutating func recogniseGate(
    _ a: ImportedValue, _ b: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) -> Bool {
    for (x, gate, place) in [(a, b, 1), (b, a, 0)] {
      guard gate.layer >= 0, layers[gate.layer].inputs == [x.layer], isSoleReader(node, place) else { continue }
      switch layers[gate.layer].operation {
      case .activation(.sigmoid): layers[gate.layer].operation = .activation(.silu)
      case .activation(.hardSigmoid(let slope)) where abs(slope - 1 / 6) < ONNXImporter.tolerance:
        layers[gate.layer].operation = .activation(.hardSwish)
      default: continue
      }
      try define(node, .value(gate))
      return true
    }
    return false
  }

  private func hasStoredInput(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    for place in node.proto.input.indices {
      if case .tensor? = try meaning(node, place) { return true }
    }
    return false
  }

  func valueIsFirst(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    if case .value? = try meaning(node, 0) { true } else { false }
  }

  /// The value and the stored numbers that a node of two inputs combines; nil where both are values.
  private func constantOperand(_ node: ONNXNode) throws(ImportProblem) -> (ImportedValue, Constant)? {
    guard node.proto.input.count == 2 else { return nil }
    for (place, other) in [(0, 1), (1, 0)] {
      switch try meaning(node, other) {
      case .tensor(let tensor):
        let value = try value(node, place)
        return Constant(tensor, for: value).map { (value, $0) }
      case .numbers(let numbers):
        guard numbers.values.count == 1 else { throw .unsupported(reason: "with a list of numbers has no kernel") }
        return (try value(node, place), .number(numbers.values[0]))
      default: continue
      }
    }
    return nil
  }

  private func checkAlike(_ values: [ImportedValue]) throws(ImportProblem) {
    guard values.allSatisfy({ $0.layout == values[0].layout || $0.dimensions.count == 1 }) else {
      throw .unsupported(reason: "of maps in different orders has no kernel")
    }
  }

  private mutating func addScale(
    _ constant: Constant, _ input: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) {
    if case .number(let factor) = constant, try recogniseDecomposed(endingIn: factor, input, node) { return }
    switch constant {
    case .number(let factor): try append(.scale(factor), node, [input])
    case .perChannel(let tensor):
      let features = input.shape.channels
      if try takeIntoGroupNorm(
        input, node, after: 1, { $0.combined(with: tensor, *) }, { $0.combined(with: tensor, *) })
      {
        return
      }
      try append(.layerScale(features: features), node, [input], tensors: [tensor])
    }
  }

  /// Adds a number to every value: as the bias of the layer before where it has none, as the shift of a scale that makes
  /// both a norm, else by itself.
  private mutating func addShift(
    _ constant: Constant, _ input: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) {
    // As exporters write sums that begin with nothing.
    if constant.number == 0, input.layer >= 0 { return try define(node, .value(input)) }
    let features = input.shape.channels
    let place = try valueIsFirst(node) ? 0 : 1
    if input.layer >= 0, isSoleReader(node, place) {
      let tensor = constant.tensor(features)
      if try takeIntoGroupNorm(input, node, after: 2, { $0 }, { $0.combined(with: tensor, +) }) { return }
      switch layers[input.layer].operation {
      case .convolution(var convolution) where !convolution.bias:
        convolution.bias = true
        layers[input.layer].operation = .convolution(convolution)
        layers[input.layer].tensors.append(tensor)
        return try define(node, .value(input))
      case .linear(let inputs, let outputs, bias: false):
        layers[input.layer].operation = .linear(inputFeatures: inputs, outputFeatures: outputs, bias: true)
        layers[input.layer].tensors.append(tensor)
        return try define(node, .value(input))
      case .layerScale:
        layers[input.layer].operation = .batchNorm(features: features, epsilon: 0)
        layers[input.layer].tensors = Constant.norm(scale: layers[input.layer].tensors[0], shift: tensor, features)
        return try define(node, .value(input))
      default: break
      }
    }
    try addAddend(constant, input, node)
  }

  /// Gives a norm of groups that only this node reads other scales and shifts: those of its channels come behind it, once
  /// each.
  ///
  /// - Parameter nodes: the most that the norm consists of so far. What comes behind these is a layer of its own.
  private mutating func takeIntoGroupNorm(
    _ input: ImportedValue, _ node: ONNXNode, after nodes: Int, _ scale: (ImportedTensor) -> ImportedTensor?,
    _ shift: (ImportedTensor) -> ImportedTensor?
  ) throws(ImportProblem) -> Bool {
    guard input.layer >= 0, self.nodes(givenBy: input.layer) <= nodes,
      isSoleReader(node, try valueIsFirst(node) ? 0 : 1),
      case .portable(.groupNorm(let groups, let features, _)) = layers[input.layer].operation, groups < features,
      let scale = scale(layers[input.layer].tensors[0]), let shift = shift(layers[input.layer].tensors[1])
    else { return false }
    layers[input.layer].tensors = [scale, shift]
    try define(node, .value(input))
    return true
  }

  private mutating func addAddend(
    _ constant: Constant, _ input: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) {
    switch constant {
    case .number(let number):
      try append(.shift(number), node, [input])
      layers[layers.count - 1].shift = number
    case .perChannel(let tensor):
      try append(.channelBias(features: input.shape.channels), node, [input], tensors: [tensor])
    }
  }
}

extension ImportedLayer {
  /// True if it repeats the pixels of a map, as an expansion does.
  fileprivate var repeatsPixels: Bool {
    guard case .portable(.resize(let resizing)) = operation, case .nearest = resizing.interpolation else {
      return false
    }
    return resizing.coordinates == .asymmetric
  }
}

extension ONNXImporter.Constant {
  /// Nil where it is neither.
  fileprivate init?(_ tensor: ImportedTensor, for value: ImportedValue) {
    let channels = value.shape.channels
    if tensor.count == 1, tensor.dimensions.count <= value.dimensions.count + 1, let number = tensor.values.first {
      self = .number(Double(number))
      return
    }
    let rank = value.dimensions.count + 1
    let dimensions = Array(repeating: 1, count: max(0, rank - tensor.dimensions.count)) + tensor.dimensions
    var expected = Array(repeating: 1, count: rank)
    expected[value.endsWithChannels ? rank - 1 : 1] = channels
    guard dimensions == expected, let row = tensor.reshaped([channels]) else { return nil }
    self = .perChannel(row)
  }

  fileprivate var number: Double? { if case .number(let number) = self { number } else { nil } }

  fileprivate var reciprocal: Self {
    switch self {
    case .number(let number): .number(1 / number)
    case .perChannel(let tensor): .perChannel(tensor.reciprocal)
    }
  }

  fileprivate func scaled(by factor: Double) -> Self {
    switch self {
    case .number(let number): .number(number * factor)
    case .perChannel(let tensor): .perChannel(tensor.scaled(by: Float(factor)))
    }
  }

  /// One number for every channel.
  fileprivate func tensor(_ channels: Int) -> ImportedTensor {
    switch self {
    case .number(let number): ImportedTensor(repeating: Float(number), count: channels)
    case .perChannel(let tensor): tensor
    }
  }

  /// The tensors of a batch norm that scales and shifts.
  fileprivate static func norm(scale: ImportedTensor, shift: ImportedTensor, _ channels: Int) -> [ImportedTensor] {
    [scale, shift, ImportedTensor(repeating: 0, count: channels), ImportedTensor(repeating: 1, count: channels)]
  }
}
