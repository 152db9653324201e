import NetworkGraph

/// Turns the nodes of an ONNX graph into layers, one after the other in the file's order.
struct ONNXImporter {
  /// What a name of the graph stands for.
  enum Meaning {
    case value(ImportedValue)
    case numbers(KnownNumbers)
    case tensor(ImportedTensor)
    /// A map whose channels stand in so many groups, or are dealt out anew from group to group.
    case groups(ImportedValue, count: Int, areDealt: Bool)
    /// A map as the weights of a convolution with such windows.
    case weights(ImportedValue, window: Extent)
    /// Something that no kernel here gives.
    case nothing

    /// The layer that gives it, as it is or in another shape; nil for what no layer gives.
    fileprivate var layer: Int? {
      switch self {
      case .value(let value), .groups(let value, _, _), .weights(let value, _): value.layer
      case .numbers, .tensor, .nothing: nil
      }
    }
  }

  let file: ONNXFile
  let reading: AxisReading
  let inputs: [GraphInput]
  let notes: TreeNotes
  /// The images that the file is made for; one where it leaves that open.
  let declaredBatch: Int
  /// True if the file notes the modules of nodes: one without is not the network's own.
  private let notesModules: Bool
  var layers: [ImportedLayer] = []
  /// What was put together last behind each layer's value, and what that gave. A file of a DenseNet puts all earlier
  /// maps together anew for every layer: adding to the concatenation before is the same, and copies nothing.
  var latestConcatenations: [Int: (layers: [Int], value: ImportedValue)] = [:]
  /// What has been laid out anew, by the layer that gives the new order.
  var pixelsOfArrays: [Int: ImportedValue] = [:]
  var arraysOfPixels: [Int: ImportedValue] = [:]
  /// The layers that have laid out a layer's value in other shapes.
  var views: [Int: [Int]] = [:]
  /// Layers that more layers take than their names say.
  var shared: Set<Int> = []
  private(set) var meanings: [String: Meaning] = [:]
  /// The names that stand for what each layer, or input, gives.
  private var names: [Int: [String]] = [:]
  /// How often a name is taken, by nodes or as an answer.
  private let uses: [String: Int]
  /// The lengths of all axes that the file itself tells; zero where it leaves one open.
  private let declaredLengths: [String: [Int]]

  private init(_ file: ONNXFile, inputs: [GraphInput], as reading: AxisReading) {
    self.file = file
    self.inputs = inputs
    self.reading = reading
    notes = TreeNotes(file.model.metadataProps)
    let counts = inputs.compactMap { input in file.graph.input.first { $0.name == input.name } }
      .compactMap { $0.type.tensorType.shape.dim.first?.dimValue }
    declaredBatch = Int(clamping: max(1, counts.first ?? 1))
    notesModules = file.graph.node.contains(where: \.notesModules)
    var uses: [String: Int] = [:]
    for name in file.main.taken { uses[name, default: 0] += 1 }
    self.uses = uses
    declaredLengths = Dictionary(
      (file.graph.valueInfo + file.graph.output).map { info in
        (info.name, info.type.tensorType.shape.dim.map { max(0, Int($0.dimValue)) })
      }, uniquingKeysWith: { $1 })
    for (name, tensor) in file.initializers { meanings[name] = .tensor(ImportedTensor(tensor, named: name)) }
    if reading == .arrays {
      for input in file.graph.input where meanings[input.name] == nil {
        // An array without values is as good as stored.
        let lengths = input.type.tensorType.shape.dim.map { max(0, Int($0.dimValue)) }
        if lengths.contains(0) { meanings[input.name] = .tensor(ImportedTensor(repeating: 0, dimensions: lengths)) }
      }
    }
    for (place, input) in inputs.enumerated() {
      meanings[input.name] = .value(ImportedValue(layer: -1 - place, shape: input.shape, layout: input.layout))
      names[-1 - place] = [input.name]
    }
  }

  /// The network for these inputs.
  static func network(
    _ file: ONNXFile, inputs: [GraphInput], as reading: AxisReading
  ) throws(FormatError) -> ImportedNetwork {
    var importer = ONNXImporter(file, inputs: inputs, as: reading)
    try importer.addNodes(of: file.main)
    var answers: [ImportedAnswer] = []
    for output in file.graph.output {
      guard importer.meanings[output.name] != nil else {
        throw FormatError(file.path, "has the output '\(ONNXNode.printable(output.name))', which no node gives")
      }
      if let answer = importer.answer(output.name) { answers.append(answer) }
    }
    guard let name = file.graph.output.first?.name else { throw FormatError(file.path, "has no output") }
    guard let first = answers.first, reading == .arrays || first.name == name else {
      throw FormatError(
        file.path, "has the output '\(ONNXNode.printable(name))', which \(importer.refusal(of: name))")
    }
    let hasScopes =
      importer.layers.contains { $0.scopes.count > 1 } || file.graph.node.contains { $0.name.hasPrefix("/") }
    return ImportedNetwork(
      layers: hasScopes ? importer.layers.settled() : FoundStructure.scoped(importer.layers), output: first.layer,
      inputs: inputs, answers: answers, notes: importer.notes)
  }

  private mutating func addNodes(of graph: ONNXFileGraph) throws(FormatError) {
    for index in graph.proto.node.indices { try add(ONNXNode(file: file, graph: graph, index: index)) }
  }

  private mutating func add(_ node: ONNXNode) throws(FormatError) {
    do {
      guard ["", "ai.onnx"].contains(node.proto.domain) else {
        throw ImportProblem.unsupported(reason: "is of the operators '\(node.proto.domain)', which are not known here")
      }
      try node.checkAttributes()
      // Before version 7 values of few axes went with those from this one on.
      guard node.opset >= 7 || node.integer("broadcast", default: 0) == 0 else {
        throw ImportProblem.unsupported(reason: "with the broadcasting of version \(node.opset) has no kernel")
      }
      if node.type == "If" { return try addBranch(of: node) }
      if reading == .arrays { try addArrayLayers(of: node) } else { try addLayers(of: node) }
      // What nothing here gives beside the first.
      for name in node.outputs where !name.isEmpty && meanings[name] == nil { meanings[name] = .nothing }
    } catch ImportProblem.malformed(let error) {
      throw error
    } catch ImportProblem.unsupported(let reason) {
      try addUnsupported(node, reason: reason)
    } catch let error as FormatError {
      throw error
    } catch { throw FormatError(file.path, "\(error)") }
  }

  /// The nodes of the branch that is taken, where that is known without running: questions about shapes, which exporters
  /// write for sizes that they leave open.
  private mutating func addBranch(of node: ONNXNode) throws {
    guard let condition = try numbers(node, 0)?.values.first else {
      throw ImportProblem.unsupported(reason: "asks for what is only known when the network runs")
    }
    let name = condition != 0 ? "then_branch" : "else_branch"
    guard let branch = node.branch(name) else { throw node.malformed("lacks its \(name)") }
    guard branch.proto.output.count == node.outputs.count else {
      throw node.malformed("gives \(node.outputs.count) values, its \(name) \(branch.proto.output.count)")
    }
    // Names that a branch gives are its own: another branch may give them anew.
    let own = Array(branch.initializers.keys) + branch.proto.node.flatMap(\.output)
    let outer = own.map { meanings.removeValue(forKey: $0) }
    for (name, tensor) in branch.initializers { meanings[name] = .tensor(ImportedTensor(tensor, named: name)) }
    try addNodes(of: branch)
    let results = branch.proto.output.map { meanings[$0.name] }
    for (name, meaning) in zip(own, outer) { meanings[name] = meaning }
    for (place, output) in branch.proto.output.enumerated() where !node.outputs[place].isEmpty {
      guard let meaning = results[place] else {
        throw node.malformed("takes '\(output.name)' from its \(name), which no node there gives")
      }
      try define(node, output: place, meaning)
    }
  }

  /// A layer that only says that there is something.
  private mutating func addUnsupported(_ node: ONNXNode, reason: String) throws(FormatError) {
    var inputs: [Int] = []
    for case .value(let value)? in node.proto.input.map({ meanings[$0] }) { inputs.append(value.layer) }
    for (place, name) in node.outputs.enumerated() where !name.isEmpty {
      guard place == 0 else {
        meanings[name] = .nothing
        continue
      }
      let lengths = declaredLengths[name] ?? []
      let array = reading == .arrays && !lengths.isEmpty && !lengths.contains(0) ? Shape(array: lengths) : nil
      let shape = array ?? Shape(declared: lengths)
      let operation = UnsupportedOperation(
        type: ONNXNode.printable(node.type), node: ONNXNode.printable(node.name), reason: reason, output: shape)
      layers.append(
        ImportedLayer(
          scopes: node.scopes, operation: .unsupported(operation), inputs: inputs.isEmpty ? [-1] : inputs,
          output: shape))
      let value = ImportedValue(
        layer: layers.count - 1, shape: shape, layout: array == nil ? .channelsFirst : .array(lengths))
      try define(name, .value(value), node)
    }
  }

  // MARK: What nodes take

  /// What the node's input stands for; nil where it is left out.
  func meaning(_ node: ONNXNode, _ place: Int) throws(ImportProblem) -> Meaning? {
    guard node.proto.input.indices.contains(place), !node.proto.input[place].isEmpty else { return nil }
    guard let meaning = meanings[node.proto.input[place]] else {
      throw node.malformed("takes '\(node.proto.input[place])', which no earlier node gives")
    }
    return meaning
  }

  /// The computed value that is the node's input.
  func value(_ node: ONNXNode, _ place: Int = 0) throws(ImportProblem) -> ImportedValue {
    switch try meaning(node, place) {
    case .value(let value):
      guard value.shape != .unknown else { throw .unsupported(reason: "takes a value of unknown shape") }
      guard let image = value.asImage else {
        throw .unsupported(
          reason: value.dimensions.count == 5
            ? "works on volumes of \(value.dimensions), expected images"
            : "takes an array of \(value.dimensions), expected an image")
      }
      return image
    case nil: throw node.malformed("lacks its input \(place)")
    case .nothing: throw .unsupported(reason: "takes a value that nothing gives")
    case .numbers, .tensor: throw .unsupported(reason: "takes a stored value as its input \(place)")
    case .groups: throw .unsupported(reason: "works on groups of channels")
    case .weights: throw .unsupported(reason: "works on the weights of a convolution")
    }
  }

  /// The computed map that is the node's input, in the order of channels, rows, columns.
  mutating func map(_ node: ONNXNode) throws(ImportProblem) -> ImportedValue {
    let value = try value(node)
    guard case .map = value.shape else {
      throw .unsupported(reason: "takes \(value.dimensions), expected channels, rows and columns")
    }
    return try channelsFirst(value, node)
  }

  /// The stored tensor that is the node's input; nil where it is left out.
  func tensor(_ node: ONNXNode, _ place: Int) throws(ImportProblem) -> ImportedTensor? {
    switch try meaning(node, place) {
    case .tensor(let tensor): return tensor
    case .numbers(let numbers): return numbers.tensor
    case nil: return nil
    default: throw .unsupported(reason: "takes a computed value as its input \(place), expected a stored one")
    }
  }

  /// The numbers that are the node's input, if they are known without running.
  func numbers(_ node: ONNXNode, _ place: Int) throws(ImportProblem) -> KnownNumbers? {
    switch try meaning(node, place) {
    case .numbers(let numbers): return numbers
    case .tensor(let tensor) where tensor.count <= KnownNumbers.most:
      let values = tensor.integers?.map(Double.init) ?? tensor.values.map(Double.init)
      return KnownNumbers(values, areWhole: !tensor.hasFractions, dimensions: tensor.dimensions)
    default: return nil
    }
  }

  /// Whole numbers that are an attribute in some versions of the operator, and an input in others; nil if there are
  /// none, or none that are known without running.
  func integers(_ node: ONNXNode, _ attribute: String, _ place: Int) throws(ImportProblem) -> [Int]? {
    if let integers = node.integers(attribute) { return integers }
    return try numbers(node, place)?.integers
  }

  /// True if nothing but this node takes its input, by whatever name.
  func isSoleReader(_ node: ONNXNode, _ place: Int) -> Bool {
    let name = node.proto.input[place]
    return meanings[name]?.layer.map { isReadOnce($0) } ?? isRead(name, times: 1)
  }

  /// True if only one node, or answer, takes what a layer gives. A name for the same value that a node gives is one that
  /// it has taken.
  func isReadOnce(_ layer: Int) -> Bool {
    guard !shared.contains(layer) else { return false }
    guard let names = names[layer] else { return true }
    return names.reduce(0) { $0 + (uses[$1] ?? 0) } == names.count
  }

  /// How many nodes have given what a layer gives: more than one where later ones have become part of it.
  func nodes(givenBy layer: Int) -> Int { names[layer]?.count ?? 0 }

  func isRead(_ name: String, times: Int) -> Bool { uses[name, default: 0] == times }

  /// Lets a name stand for the same values in another shape.
  mutating func replace(_ name: String, by value: ImportedValue) {
    meanings[name] = .value(value)
    names[value.layer, default: []].append(name)
  }

  /// Takes back the last layers, whose values nothing takes any more.
  mutating func removeLastLayers(_ count: Int) {
    for layer in layers.count - count..<layers.count {
      names[layer] = nil
      shared.remove(layer)
      pixelsOfArrays[layer] = nil
      arraysOfPixels[layer] = nil
    }
    layers.removeLast(count)
  }

  // MARK: What nodes give

  /// More channels than are put together anywhere: each has a place of its own.
  private static let mostChannels = 1 << 20

  /// A layer that gives the node's first output.
  ///
  /// - Parameter isInner: true for one of several layers of a node, whose value no name of the graph stands for.
  @discardableResult
  mutating func append(
    _ operation: Operation, _ node: ONNXNode, _ inputs: [ImportedValue], tensors: [ImportedTensor] = [],
    isInner: Bool = false
  ) throws(ImportProblem) -> ImportedValue {
    let shape: Shape
    do throws(NetworkError) {
      shape = try operation.outputShape(of: inputs.map(\.shape), layer: NodePath("'\(node.name)' (\(node.type))"))
    } catch { throw .malformed(FormatError(file.path, "the node \(error)")) }
    guard shape.isCountable, !operation.onlyMoves || shape.channels <= Self.mostChannels else {
      throw node.malformed("gives a value that is too large: \(shape)")
    }
    layers.append(
      ImportedLayer(
        scopes: node.scopes, operation: operation, inputs: inputs.map(\.layer), tensors: tensors, output: shape,
        isAdrift: notesModules && !node.proto.notesModules, kinds: node.notedModules?.map(\.kind) ?? []))
    var layout = inputs[0].layout
    if case .pixels(let lengths) = layout { layout = .pixels(lengths.dropLast() + [shape.channels]) }
    let value = ImportedValue(layer: layers.count - 1, shape: shape, layout: layout)
    if !isInner { try define(node, .value(value)) }
    return value
  }

  /// Says what one of the node's outputs stands for.
  mutating func define(_ node: ONNXNode, output: Int = 0, _ meaning: Meaning) throws(ImportProblem) {
    guard node.outputs.indices.contains(output), !node.outputs[output].isEmpty else {
      throw node.malformed("lacks its output \(output)")
    }
    do throws(FormatError) { try define(node.outputs[output], meaning, node) } catch { throw .malformed(error) }
  }

  private mutating func define(_ name: String, _ meaning: Meaning, _ node: ONNXNode) throws(FormatError) {
    guard meanings.updateValue(meaning, forKey: name) == nil else {
      throw FormatError(file.path, "the node '\(node.name)' (\(node.type)) gives '\(name)' a second time")
    }
    if let layer = meaning.layer { names[layer, default: []].append(name) }
  }
}

extension ONNXFileGraph {
  /// All names that are taken, by nodes, those of branches among them, or as an answer.
  fileprivate var taken: [String] {
    proto.node.flatMap(\.input) + proto.output.map(\.name) + branches.values.flatMap(\.taken)
  }
}

extension Operation {
  /// True for operations that put channels together anew.
  fileprivate var onlyMoves: Bool {
    switch self {
    case .concat, .padChannels: true
    default: false
    }
  }
}

extension Shape {
  /// The shape of one image of these lengths, the batch first; unknown where something is open.
  fileprivate init(declared all: [Int]) {
    let lengths = Array(all.dropFirst())
    self = .unknown
    guard lengths.allSatisfy({ $0 > 0 }) else { return }
    let shape: Shape? =
      switch lengths.count {
      case 1: .vector(lengths[0])
      case 3: .map(channels: lengths[0], height: lengths[1], width: lengths[2])
      default: nil
      }
    if let shape, shape.isCountable { self = shape }
  }

  /// True if sums over many values of this shape can be counted.
  var isCountable: Bool {
    let (area, areaOverflow) = height.multipliedReportingOverflow(by: width)
    let (count, overflow) = area.multipliedReportingOverflow(by: channels)
    return !areaOverflow && !overflow && count <= 1 << 40
  }
}
