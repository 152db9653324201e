import NetworkGraph

/// Graphs that work on whole arrays, of whatever rank. An operator's axes are merged into at most three, as which the
/// kernels see a map.
extension ONNXImporter {
  /// Adds the layers of a node as one on images where it is one, else as one on arrays.
  mutating func addArrayLayers(of node: ONNXNode) throws(ImportProblem) {
    if try addMovedAxes(of: node) { return }
    try layOut(for: node)
    let count = layers.count
    do throws(ImportProblem) {
      try addLayers(of: node)
    } catch {
      guard case .unsupported = error else { throw error }
      removeLastLayers(layers.count - count)
      do throws(ImportProblem) {
        if try addArrayOperation(node) { return }
      } catch {
        removeLastLayers(layers.count - count)
        throw error
      }
      // A batch of one that another operator has left as an array.
      guard try standAsImage(node) else { throw error }
      try addArrayLayers(of: node)
    }
  }

  /// Operators that are about axes alone: read as on images they would keep the first one apart.
  private mutating func addMovedAxes(of node: ONNXNode) throws(ImportProblem) -> Bool {
    guard case .value? = try meaning(node, 0) else { return false }
    switch node.type {
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze": try addArrayReshaping(node)
    case "Transpose": try addArrayTransposition(node)
    default: return false
    }
    return true
  }

  /// Operators that act on every value by itself.
  static let functionsOfOne: Set<String> = [
    "Relu", "LeakyRelu", "Elu", "Sigmoid", "HardSwish", "Tanh", "HardSigmoid", "Gelu", "Softplus", "Selu", "Erf", "Exp",
    "Sqrt", "Abs", "Neg", "Reciprocal", "Floor", "Ceil", "Log", "Softsign", "Mish",
  ]

  /// - Returns: false for an operator that only works on images.
  private mutating func addArrayOperation(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    switch node.type {
    case "Add", "Sum", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Mean": try addArrayCombination(node)
    case "Transpose": try addArrayTransposition(node)
    case "Concat": try addArrayConcatenation(node)
    case "Split": try addArraySplit(node)
    case "Slice": try addArraySlice(node)
    case "Gather": try addGathering(node)
    case "Pad": try addArrayPadding(node)
    case "ReduceMean": try addArrayReduction(.mean, node)
    case "ReduceMax": try addArrayReduction(.maximum, node)
    case "ReduceMin": try addArrayReduction(.minimum, node)
    case "ReduceSum": try addArrayReduction(.sum, node)
    case "ReduceL2": try addArrayReduction(.norm, node)
    case "ReduceL1", "ReduceSumSquare": try addArrayMagnitude(node)
    case "SpaceToDepth", "DepthToSpace": try addBlocks(node)
    case "Tile": try addRepetition(node)
    case "Expand": try addArrayExpansion(node)
    case "Softmax", "LogSoftmax": try addArraySoftmax(node)
    case "MatMul": try addMatrixProduct(node)
    case "Gemm": try addGeneralProduct(node)
    case "LayerNormalization": try addArrayNorm(node)
    case "PRelu": try addArraySlopes(node)
    case "Clip": try addArrayClip(node)
    case _ where Self.functionsOfOne.contains(node.type):
      let input = try array(node, 0)
      if let activation = try activation(node) {
        try append(.activation(activation), node, [input])
      } else {
        try appendPortable(.function(function(node)), node, [input])
      }
    case "Dropout":
      let input = try array(node, 0)
      try addDropout(node, of: input)
    case "Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Resize", "Upsample",
      "InstanceNormalization", "BatchNormalization":
      // What may stand as an image has kernels as one.
      if try mayStandAsImage(node) { return false }
      return try addImageOperation(node)
    default: return false
    }
    return true
  }

  /// Operators on images where they are several, volumes, or go with what is computed.
  private mutating func addImageOperation(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    switch node.type {
    case "Conv" where node.proto.input.count > 1: try addArrayConvolution(node)
    case "MaxPool", "AveragePool": try addArrayPooling(node)
    case "GlobalAveragePool", "GlobalMaxPool": try addArrayGlobalPooling(node)
    case "Resize", "Upsample": try addArrayResize(node)
    case "InstanceNormalization": try addArrayInstanceNorm(node)
    case "BatchNormalization": try addArrayBatchNorm(node)
    default: return false
    }
    return true
  }

  /// True for a batch of one that does not stand as an image yet.
  private func mayStandAsImage(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    guard case .value(let value)? = try meaning(node, 0) else { return true }
    return value.asImage == nil && (2...4).contains(value.lengths.count) && value.lengths[0] == 1
  }

  /// Gives the node's first input the shape of an image.
  private mutating func standAsImage(_ node: ONNXNode) throws(ImportProblem) -> Bool {
    let lengths: [Int]
    var image: ImportedValue
    switch try meaning(node, 0) {
    case .value(let value):
      guard try mayStandAsImage(node), let shape = Shape(array: value.lengths) else { return false }
      lengths = value.lengths
      image = try appendPortable(.reshape(shape), node, [value], isInner: true)
    case .tensor(let tensor) where tensor.hasFractions && (2...4).contains(tensor.dimensions.count):
      guard tensor.dimensions[0] == 1, let constant = stored(tensor) else { return false }
      (lengths, image) = (tensor.dimensions, constant)
    default: return false
    }
    image.layout = lengths.count == 3 ? .row : .channelsFirst
    replace(node.proto.input[0], by: image)
    return true
  }

  // MARK: Values

  /// The node's input with all its axes, be it computed or stored.
  ///
  /// - Parameter takesIntegers: true where whole numbers count for as much as others.
  mutating func array(_ node: ONNXNode, _ place: Int, takesIntegers: Bool = false) throws(ImportProblem)
    -> ImportedValue
  {
    let tensor: ImportedTensor
    switch try meaning(node, place) {
    case .value(var value):
      guard value.shape != .unknown else { throw .unsupported(reason: "takes a value of unknown shape") }
      value = try channelsFirst(value, node)
      value.layout = .array(value.lengths)
      return value
    case .tensor(let stored): tensor = stored
    case .numbers(let numbers): tensor = numbers.tensor
    case nil: throw node.malformed("lacks its input \(place)")
    case .nothing: throw .unsupported(reason: "takes a value that nothing gives")
    case .groups, .weights: throw .unsupported(reason: "works on groups of channels")
    }
    guard tensor.hasFractions || takesIntegers else { throw .unsupported(reason: "of whole numbers has no kernel") }
    guard let value = stored(tensor) else {
      throw .unsupported(reason: "takes an array of \(tensor.dimensions), expected one with values")
    }
    return value
  }

  /// All of the node's inputs.
  mutating func arrays(_ node: ONNXNode) throws(ImportProblem) -> [ImportedValue] {
    var values: [ImportedValue] = []
    for place in node.proto.input.indices {
      values.append(try array(node, place, takesIntegers: node.type == "Pow" && place == 1))
    }
    guard !values.isEmpty else { throw node.malformed("has no inputs") }
    return values
  }

  /// The values as a map of three axes, which stand for the array's. What has been laid out so before is taken again, and
  /// a value in another shape is laid out from what it was.
  mutating func viewed(
    _ value: ImportedValue, as axes: [Int], _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    let shape = Shape.map(channels: axes[0], height: axes[1], width: axes[2])
    if value.shape == shape { return value }
    var whole = value
    if value.layer >= 0, case .portable(.reshape) = layers[value.layer].operation {
      let layer = layers[value.layer].inputs[0]
      whole = ImportedValue(layer: layer, shape: layer >= 0 ? layers[layer].output : inputs[-1 - layer].shape)
      shared.insert(layer)
    }
    let known =
      whole.shape == shape
      ? whole.layer : views[whole.layer, default: []].first { isView($0, of: whole.layer, as: shape) }
    if let known {
      shared.insert(known)
      return ImportedValue(layer: known, shape: shape)
    }
    let view = try appendPortable(.reshape(shape), node, [whole], isInner: true)
    views[whole.layer, default: []].append(view.layer)
    return view
  }

  /// False for a layer that has been taken back since, or become another.
  private func isView(_ layer: Int, of whole: Int, as shape: Shape) -> Bool {
    layers.indices.contains(layer) && layers[layer].operation == .portable(.reshape(shape))
      && layers[layer].inputs == [whole]
  }

  /// A layer whose value is an array of these lengths.
  mutating func appendArray(
    _ operation: PortableOperation, _ node: ONNXNode, _ inputs: [ImportedValue], _ lengths: [Int],
    tensors: [ImportedTensor] = []
  ) throws(ImportProblem) -> ImportedValue {
    var value = try appendPortable(operation, node, inputs, tensors: tensors, isInner: true)
    value.layout = .array(lengths)
    return value
  }

  /// Says that an output is the array in another shape of as many values.
  mutating func define(
    _ node: ONNXNode, output: Int = 0, _ value: ImportedValue, as lengths: [Int]
  ) throws(ImportProblem) {
    guard Shape.count(lengths) == value.shape.elements else {
      throw node.malformed("gives \(value.lengths) the shape \(lengths)")
    }
    var array = value
    array.layout = .array(lengths)
    try define(node, output: output, .value(array))
  }

  /// Says that an output is an array without values.
  mutating func defineEmpty(_ node: ONNXNode, output: Int = 0, _ lengths: [Int]) throws(ImportProblem) {
    try define(node, output: output, .tensor(ImportedTensor(repeating: 0, dimensions: lengths)))
  }
}

/// Neighbouring axes that an operator treats alike, as one.
struct MergedAxes {
  /// The length of each merged axis.
  private(set) var lengths: [Int] = []
  /// What the operator does with it.
  private(set) var roles: [Int] = []

  /// - Parameters:
  ///   - lengths: those of the array. Axes of one place go with any neighbour.
  ///   - roles: a number for every axis; neighbours of equal numbers are merged.
  init(_ lengths: [Int], roles: [Int]) {
    for (length, role) in zip(lengths, roles) where length != 1 {
      if role == self.roles.last {
        self.lengths[self.lengths.count - 1] *= length
      } else {
        self.lengths.append(length)
        self.roles.append(role)
      }
    }
  }

  /// As three axes, the missing ones of one place and of the role 0 in front; nil where there are more.
  var asMap: MergedAxes? {
    guard lengths.count <= 3 else { return nil }
    var result = self
    let missing = 3 - lengths.count
    result.lengths = Array(repeating: 1, count: missing) + lengths
    result.roles = Array(repeating: 0, count: missing) + roles
    return result
  }
}
