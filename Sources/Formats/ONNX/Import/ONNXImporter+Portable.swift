import NetworkGraph

/// Operators that no network of the catalogue has.
extension ONNXImporter {
  @discardableResult
  mutating func appendPortable(
    _ operation: PortableOperation, _ node: ONNXNode, _ inputs: [ImportedValue], tensors: [ImportedTensor] = [],
    isInner: Bool = false
  ) throws(ImportProblem) -> ImportedValue {
    let kernel = inputs.first.flatMap { operation.kernel(on: $0.shape) }
    return try append(kernel ?? .portable(operation), node, inputs, tensors: tensors, isInner: isInner)
  }

  /// The value with its channels first, moved if they are not.
  mutating func channelsFirst(_ value: ImportedValue, _ node: ONNXNode) throws(ImportProblem) -> ImportedValue {
    if case .pixels = value.layout { return try inPlainOrder(value, node) }
    guard value.layout == .channelsLast else { return value }
    var moved = try appendPortable(.permute([.rows, .columns, .channels]), node, [value], isInner: true)
    moved.layout = .channelsFirst
    return moved
  }

  func function(_ node: ONNXNode) throws(ImportProblem) -> ElementFunction {
    switch node.type {
    case "Abs": return .absolute
    case "Neg": return .negative
    case "Reciprocal": return .reciprocal
    case "Floor": return .floor
    case "Ceil": return .ceiling
    case "Exp": return .exponential
    case "Log": return .logarithm
    case "Sqrt": return .squareRoot
    case "Erf": return .erf
    case "Softplus": return .softplus
    case "Softsign": return .softsign
    case "Mish": return .mish
    case "Selu":
      return .selu(
        alpha: node.number("alpha", default: 1.67326319217681884765625),
        gamma: node.number("gamma", default: 1.05070102214813232421875))
    case "Gelu": return .approximateGELU
    case "HardSigmoid":
      return .hardSigmoid(slope: node.number("alpha", default: 0.2), offset: node.number("beta", default: 0.5))
    default: throw .unsupported(reason: "has no kernel")
    }
  }

  func combination(_ node: ONNXNode) throws(ImportProblem) -> Combination {
    switch node.type {
    case "Add", "Sum": return .sum
    case "Sub": return .difference
    case "Mul": return .product
    case "Div": return .quotient
    case "Pow": return .power
    case "Min": return .minimum
    case "Max": return .maximum
    case "Mean": return .mean
    default: throw .unsupported(reason: "has no kernel")
    }
  }

  /// Combines values, or a value and what is stored, element by element.
  mutating func addCombination(_ node: ONNXNode) throws(ImportProblem) {
    let combination = try combination(node)
    for place in [1, 0] where node.proto.input.count == 2 {
      guard let (shape, tensor) = try storedOperand(node, place, beside: 1 - place) else { continue }
      let value = try channelsFirst(value(node, 1 - place), node)
      let operation = PortableOperation.combineStored(combination, shape, storedFirst: place == 0)
      try checkGrowth(operation, [value])
      try appendPortable(operation, node, [value], tensors: [tensor])
      return
    }
    var values: [ImportedValue] = []
    for place in node.proto.input.indices { values.append(try channelsFirst(value(node, place), node)) }
    guard let first = values.first else { throw node.malformed("has no inputs") }
    if values.count == 1 { return try define(node, .value(first)) }
    guard values.allSatisfy({ $0.dimensions.count == first.dimensions.count }) else {
      throw .unsupported(reason: "of \(values.map(\.shape.description).joined(separator: " and ")) has no kernel")
    }
    try checkGrowth(.combine(combination), values)
    try appendPortable(.combine(combination), node, values)
  }

  /// Refuses shapes that do not go together as something that is not computed, not as a damaged file.
  private func checkGrowth(_ operation: PortableOperation, _ values: [ImportedValue]) throws(ImportProblem) {
    guard (try? Operation.portable(operation).outputShape(of: values.map(\.shape), layer: .root)) != nil else {
      throw .unsupported(reason: "of \(values.map(\.shape.description).joined(separator: " and ")) has no kernel")
    }
  }

  /// A stored operand as a map or vector that goes with the value beside it; nil where the input is computed.
  private func storedOperand(
    _ node: ONNXNode, _ place: Int, beside other: Int
  ) throws(ImportProblem) -> (Shape, ImportedTensor)? {
    let tensor: ImportedTensor
    switch try meaning(node, place) {
    case .tensor(let stored): tensor = stored
    case .numbers(let numbers) where numbers.values.count == 1:
      tensor = ImportedTensor(repeating: Float(numbers.values[0]), count: 1)
    default: return nil
    }
    let value = try value(node, other)
    let lengths = tensor.dimensions
    let rank = value.dimensions.count + 1
    let whole = Array(repeating: 1, count: max(0, rank - lengths.count)) + lengths
    guard whole.count == rank, whole[0] == 1, tensor.count > 0, tensor.count <= 1 << 30 else {
      throw .unsupported(reason: "of \(value.dimensions) with stored \(lengths) has no kernel")
    }
    let rest = Array(whole.dropFirst())
    let shape: Shape
    switch (value.layout, rest.count) {
    case (.row, _): shape = .map(channels: rest[0], height: 1, width: rest[1])
    case (.channelsFirst, 1): shape = .vector(rest[0])
    case (.channelsFirst, 3): shape = .map(channels: rest[0], height: rest[1], width: rest[2])
    default: throw .unsupported(reason: "of channels last with stored \(lengths) has no kernel")
    }
    guard let values = tensor.reshaped(shape.dimensions) else { return nil }
    return (shape, values)
  }

  /// Repeats a map along axes of one place.
  mutating func addExpansion(_ node: ONNXNode) throws(ImportProblem) {
    let input = try channelsFirst(value(node), node)
    guard let wanted = try numbers(node, 1)?.integers else {
      throw .unsupported(reason: "to a shape that is only known when the network runs has no kernel")
    }
    let before = [1] + input.dimensions
    guard wanted.allSatisfy({ $0 > 0 }), let (whole, _, _) = ArrayAxes.together(before, wanted),
      whole.count == before.count, whole[0] == 1
    else { throw .unsupported(reason: "from \(before) to \(wanted) has no kernel") }
    if whole == before { return try define(node, .value(input)) }
    guard case .map(let channels, let height, let width) = input.shape, input.layout == .channelsFirst,
      whole.dropFirst().allSatisfy({ $0 <= 1 << 16 })
    else { throw .unsupported(reason: "from \(before) to \(wanted) has no kernel") }
    let isResized = whole[2] != height || whole[3] != width
    var value = input
    if whole[1] != channels {
      let copies = PortableOperation.pick(.channels, Array(repeating: 0, count: whole[1]))
      value = try appendPortable(copies, node, [value], isInner: isResized)
    }
    guard isResized else { return }
    let resizing = Resizing(
      size: .by(whole[2], whole[3]), verticalScale: Double(whole[2] / height),
      horizontalScale: Double(whole[3] / width),
      interpolation: .nearest(.floor), coordinates: .asymmetric)
    try appendPortable(.resize(resizing), node, [value])
  }

  mutating func addSlopes(_ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    guard let slopes = try tensor(node, 1) else { throw node.malformed("lacks its slopes") }
    let features = input.shape.channels
    // Slopes go with the last axes; where they cannot, a list of them is meant for the channels.
    let missing = input.dimensions.count - slopes.dimensions.count
    let places = Array(repeating: 1, count: max(0, missing)) + slopes.dimensions.suffix(input.dimensions.count)
    let goWithAxes = zip(places, input.dimensions).allSatisfy { $0 == 1 || $0 == $1 }
    let isPerChannel = slopes.count == features && (places.first == features || !goWithAxes)
    guard input.layout != .channelsLast, slopes.count == 1 || isPerChannel, let row = slopes.reshaped([slopes.count])
    else { throw .unsupported(reason: "of \(input.dimensions) with slopes of \(slopes.dimensions) has no kernel") }
    try appendPortable(.prelu(slopes: slopes.count), node, [input], tensors: [row])
  }

  mutating func addInstanceNorm(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    let features = input.shape.channels
    guard let scale = try tensor(node, 1), let shift = try tensor(node, 2), scale.dimensions == [features],
      shift.dimensions == [features]
    else { throw node.malformed("needs stored scales and shifts of the shape [\(features)]") }
    let norm = PortableOperation.groupNorm(
      groups: features, features: features, epsilon: node.number("epsilon", default: 1e-5))
    try appendPortable(norm, node, [input], tensors: [scale, shift])
  }

  /// Reduces some axes to one place.
  mutating func addReduction(_ reduction: PortableOperation.Reduction, _ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    let given = try axes(node, 1, rank: input.dimensions.count + 1)
    guard !given.contains(0), !given.isEmpty else { throw .unsupported(reason: "over the batch has no kernel") }
    let axes = Set(given.compactMap { input.axis($0) })
    let keepsAxes = node.integer("keepdims", default: 1) != 0
    guard case .map = input.shape, axes == [.rows, .columns] || keepsAxes else {
      throw .unsupported(reason: "over the axes \(given) of \(input.dimensions) has no kernel")
    }
    var moved = input
    if !keepsAxes { moved.layout = .channelsFirst }
    let isPooling = axes == [.rows, .columns] && [.mean, .maximum].contains(reduction)
    let operation: Operation =
      !isPooling
      ? .portable(.reduce(reduction, axes)) : reduction == .mean ? .globalAveragePool : .portable(.globalMaxPool)
    let reduced = try append(operation, node, [moved], isInner: !keepsAxes)
    if !keepsAxes { try append(.flatten, node, [reduced]) }
  }

  mutating func addTransposedConvolution(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    guard let stored = try tensor(node, 1) else { throw node.malformed("lacks its weights") }
    guard let weight = stored.asKernel else {
      throw .unsupported(reason: "has weights of \(stored.dimensions), expected those of an image")
    }
    let bias = try tensor(node, 2)
    let groups = node.integer("group", default: 1)
    let (outputs, overflow) = weight.dimensions[1].multipliedReportingOverflow(by: groups)
    guard groups > 0, !overflow, weight.dimensions[0] == input.shape.channels,
      bias.map({ $0.dimensions == [outputs] }) ?? true
    else { throw node.malformed("has weights of \(stored.dimensions) in \(groups) groups for \(input.shape)") }
    var convolution = TransposedConvolution(
      inputChannels: weight.dimensions[0], outputChannels: outputs,
      kernel: .by(weight.dimensions[2], weight.dimensions[3]), stride: try node.extent("strides", default: 1),
      margins: Margins(top: 0, left: 0, bottom: 0, right: 0),
      outputPadding: try node.extent("output_padding", default: 0), dilation: try node.extent("dilations", default: 1),
      groups: groups, bias: bias != nil)
    // The output's own padding is on one row or column where there is only one.
    if input.layout == .row { convolution.outputPadding.height = 0 }
    try place(&convolution, input.shape, node)
    try appendPortable(
      .transposedConvolution(convolution), node, [input], tensors: [weight] + (bias.map { [$0] } ?? []))
  }

  /// Works out what is cut off: `pads`, or what the wanted output leaves.
  private func place(
    _ convolution: inout TransposedConvolution, _ input: Shape, _ node: ONNXNode
  ) throws(ImportProblem) {
    let mode = node.text("auto_pad", default: "NOTSET")
    let isSame = mode == "SAME_UPPER" || mode == "SAME_LOWER"
    guard let full = try? convolution.outputShape(of: input, at: node.name) else {
      throw node.malformed("does not fit its input \(input)")
    }
    var wanted: Extent?
    if node.integers("output_shape") != nil {
      wanted = try node.extent("output_shape", default: 1)
    } else if isSame {
      let (rows, overflow) = input.height.multipliedReportingOverflow(by: convolution.stride.height)
      let (columns, further) = input.width.multipliedReportingOverflow(by: convolution.stride.width)
      guard !overflow, !further else { throw node.malformed("gives a value that is too large") }
      // The standard wants so many, of which ONNX Runtime leaves out those that no window reaches.
      wanted = .by(min(rows, full.height), min(columns, full.width))
    }
    guard let wanted else {
      let window = WindowPlacement(kernel: 1, stride: 1, dilation: 1)
      convolution.margins = try window.margins(of: input, node)
      return
    }
    guard (1...1 << 20).contains(wanted.height), (1...1 << 20).contains(wanted.width) else {
      throw node.malformed("has the output_shape \(wanted)")
    }
    // What is wanted beyond the result is padded.
    convolution.outputPadding.height += max(0, wanted.height - full.height)
    convolution.outputPadding.width += max(0, wanted.width - full.width)
    let (rows, columns) = (max(0, full.height - wanted.height), max(0, full.width - wanted.width))
    convolution.margins =
      mode == "SAME_UPPER"
      ? Margins(top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2)
      : Margins(top: rows - rows / 2, left: columns - columns / 2, bottom: rows / 2, right: columns / 2)
  }
}

extension TransposedConvolution {
  fileprivate func outputShape(of input: Shape, at name: String) throws(NetworkError) -> Shape {
    try Operation.portable(.transposedConvolution(self)).outputShape(of: [input], layer: NodePath(name))
  }
}

extension PortableOperation {
  /// The operation with a kernel of its own that does the same to values of this shape; nil where there is none.
  func kernel(on input: Shape) -> Operation? {
    switch (self, input) {
    case (.reshape(.vector), .map): return .flatten
    case (.reshape(.map(_, 1, 1)), .vector): return .unflatten
    case (.cut(let channels, let rows, let columns), .map(let count, let height, let width)):
      let keepsMap = rows == Cut(start: 0, count: height, step: 1) && columns == Cut(start: 0, count: width, step: 1)
      if keepsMap, channels.step == 1 { return .slice(channels.start..<channels.start + channels.count) }
      guard channels == Cut(start: 0, count: count, step: 1), rows.isSubsampling(of: height),
        columns.isSubsampling(of: width)
      else { return nil }
      return .subsample(stride: .by(rows.step, columns.step))
    case (.pool(let pooling), .map): return pooling.symmetric ?? pooling.reachingBeyond(input)
    case (.pad(let padding), .map) where padding.filling == .constant(0):
      let none = Margins(top: 0, left: 0, bottom: 0, right: 0)
      if padding.channelsBefore == 0, padding.channelsAfter == 0 { return .zeroPad(padding.margins) }
      return padding.margins == none
        ? .padChannels(before: padding.channelsBefore, after: padding.channelsAfter) : nil
    default: return nil
    }
  }
}
