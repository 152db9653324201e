import NetworkGraph

/// The network of an ONNX file: its layers in the file's order, in the tree that their scopes make.
public struct ImportedNetwork: Module, Sendable {
  public let kind: BlockKind = .network
  /// The form that all blocks with two forms have; nil where there are none, or they differ.
  public var form: BlockForm?
  let layers: [ImportedLayer]
  /// The place of the layer whose value is the answer.
  let output: Int
  /// The shape of one image.
  let image: Shape
  /// All values that the file names as its answers.
  let answers: [(name: String, layer: Int)]

  init(layers: [ImportedLayer], output: Int, image: Shape, answers: [(name: String, layer: Int)]) {
    self.answers = answers
    self.layers = layers
    self.output = output
    self.image = image
    let forms = Set(ImportedTree.items(of: layers, output: output).flatMap { $0.turnable() }.map(\.forms.form))
    form = forms.count == 1 ? forms.first : nil
  }

  public func body(_ x: Value) throws(NetworkError) -> Value {
    var values: [Value] = []
    values.reserveCapacity(layers.count)
    try emit(ImportedTree.items(of: layers, output: output), image: x, into: &values)
    return values[output]
  }

  private func emit(
    _ items: [ImportedTree.Item], image: Value, into values: inout [Value]
  ) throws(NetworkError) {
    for item in items {
      switch item {
      case .layer(let place, let name):
        let inputs = layers[place].inputs.map { $0 < 0 ? image : values[$0] }
        values.append(
          try inputs[0].apply(layers[place].operation, with: Array(inputs.dropFirst()), name: name))
      case .block(let block, let name, let children):
        _ = try image.block(name, block.kind, form: block.forms?.form) { image throws(NetworkError) in
          try emit(children, image: image, into: &values)
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
    let blocks = ImportedTree.items(of: layers, output: output).flatMap { $0.turnable() }
    // From the last to the first, so that the places before a block stay as they are.
    for (path, block, blockForms) in blocks.reversed()
    where (forms[path] ?? forms[.root] ?? blockForms.form) != blockForms.form {
      let turned = blockForms.turned(layers, image: image)
      let end = block.layers.lowerBound + turned.layers.count
      func moved(_ place: Int) -> Int {
        place < block.layers.lowerBound
          ? place : place < block.layers.upperBound ? turned.answer : place - block.layers.upperBound + end
      }
      for place in block.layers.upperBound..<layers.count { layers[place].inputs = layers[place].inputs.map(moved) }
      layers.replaceSubrange(block.layers, with: turned.layers)
      output = moved(output)
      answers = answers.map { ($0.name, moved($0.layer)) }
    }
    var result = ImportedNetwork(layers: layers, output: output, image: image, answers: answers)
    if let form = forms[.root], self.form != nil { result.form = form }
    return result
  }
}
