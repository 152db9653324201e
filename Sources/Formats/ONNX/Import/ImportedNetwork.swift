import NetworkGraph

/// A value that a file names as its answer.
struct ImportedAnswer: Sendable {
  let name: String
  var layer: Int
  /// The lengths of all its axes where none of them is a batch.
  let axes: [Int]?
  /// True for an image that has no rows.
  var isLine = false
}

/// The network of an ONNX file: its layers in the file's order, in the tree that their scopes make.
public struct ImportedNetwork: Module, Sendable {
  public let kind: BlockKind
  /// The form that all blocks with two forms have; nil where there are none, or they differ.
  public var form: BlockForm?
  let layers: [ImportedLayer]
  /// The place of the layer whose value is the answer.
  let output: Int
  /// What it is given; the first is the image.
  let inputs: [GraphInput]
  /// All values that the file names as its answers.
  let answers: [ImportedAnswer]
  private let notes: TreeNotes
  private let items: [ImportedTree.Item]
  /// How the whole is turned, where it is a block and not a network of them.
  private let ownForms: BlockForms?

  init(layers: [ImportedLayer], output: Int, inputs: [GraphInput], answers: [ImportedAnswer], notes: TreeNotes) {
    kind = notes.blockKind(at: .root) ?? .network
    self.notes = notes
    self.answers = answers
    self.layers = layers
    self.output = output
    self.inputs = inputs
    items = ImportedTree.items(of: layers, output: output, inputs: inputs.count, notes: notes)
    let turnable = items.turnable
    let forms = Set(turnable.map(\.forms.form))
    let hasForms = notes.hasForms(at: .root)
    ownForms =
      turnable.isEmpty && kind != .network && hasForms != false
      ? BlockForms(of: layers.indices, in: layers, answer: output, areKnown: hasForms == true) : nil
    form = forms.count == 1 ? forms.first : ownForms?.form
  }

  public func body(_ x: Value) throws(NetworkError) -> Value {
    var values: [Value] = []
    values.reserveCapacity(layers.count)
    var given = [x]
    for (place, input) in inputs.enumerated().dropFirst() {
      given.append(try x.input(input.shape, name: Self.name(ofInput: place)))
    }
    try emit(items, given: given, into: &values)
    return values[output]
  }

  /// The path of an input in the network: the image's is that of every network.
  static func name(ofInput place: Int) -> String { place == 0 ? "input" : "input_\(place)" }

  private func emit(
    _ items: [ImportedTree.Item], given: [Value], into values: inout [Value]
  ) throws(NetworkError) {
    for item in items {
      switch item {
      case .layer(let place, let name):
        let inputs = layers[place].inputs.map { $0 < 0 ? given[-1 - $0] : values[$0] }
        values.append(
          try inputs[0].apply(
            layers[place].operation, with: Array(inputs.dropFirst()), name: name,
            sharedNames: layers[place].sharedNames))
      case .block(let block, let name, let children):
        _ = try given[0].block(name, block.kind, form: block.forms?.form) { _ throws(NetworkError) in
          try emit(children, given: given, into: &values)
          return values[block.answer]
        }
      }
    }
  }

  /// The network with these blocks in these forms; the root stands for all that have two. Other paths are left alone.
  func turned(_ forms: [NodePath: BlockForm]) -> ImportedNetwork {
    guard !forms.isEmpty else { return self }
    var layers = layers
    var output = output
    var answers = answers
    if let ownForms, let form = forms[.root], form != ownForms.form {
      let turned = ownForms.turned(layers, inputs: inputs.map(\.shape))
      let answers = answers.map { answer in
        var answer = answer
        if answer.layer == output { answer.layer = turned.answer }
        return answer
      }
      return ImportedNetwork(
        layers: turned.layers, output: turned.answer, inputs: inputs, answers: answers, notes: notes)
    }
    let blocks = items.turnable
    // From the last to the first, so that the places before a block stay as they are.
    for (path, block, blockForms) in blocks.reversed()
    where (forms[path] ?? forms[.root] ?? blockForms.form) != blockForms.form {
      let turned = blockForms.turned(layers, inputs: inputs.map(\.shape))
      let end = block.layers.lowerBound + turned.layers.count
      func moved(_ place: Int) -> Int {
        place < block.layers.lowerBound
          ? place : place < block.layers.upperBound ? turned.answer : place - block.layers.upperBound + end
      }
      for place in block.layers.upperBound..<layers.count { layers[place].inputs = layers[place].inputs.map(moved) }
      layers.replaceSubrange(block.layers, with: turned.layers)
      output = moved(output)
      for place in answers.indices { answers[place].layer = moved(answers[place].layer) }
    }
    var result = ImportedNetwork(layers: layers, output: output, inputs: inputs, answers: answers, notes: notes)
    if let form = forms[.root], self.form != nil { result.form = form }
    return result
  }
}
