import NetworkGraph

/// The network of an ONNX file: its layers in the file's order, in the tree that their scopes make.
public struct ImportedNetwork: Module, Sendable {
  public let kind: BlockKind = .network
  let layers: [ImportedLayer]
  /// The place of the layer whose value is the answer.
  let output: Int
  /// For every layer the last one that takes its value.
  private let lastReader: [Int]

  init(layers: [ImportedLayer], output: Int) {
    self.layers = layers
    self.output = output
    var lastReader = Array(repeating: -1, count: layers.count)
    for (place, layer) in layers.enumerated() {
      for input in layer.inputs where input >= 0 { lastReader[input] = place }
    }
    lastReader[output] = layers.count
    self.lastReader = lastReader
  }

  public func body(_ x: Value) throws(NetworkError) -> Value {
    var values: [Value] = []
    values.reserveCapacity(layers.count)
    var names = UsedNames()
    try emit(layers.indices, depth: 0, at: .root, image: x, into: &values, &names)
    return values[output]
  }

  /// Builds the layers of a scope: runs of layers that share the next scope are blocks of their own, and a scope of a
  /// single layer is that layer's name.
  private func emit(
    _ range: Range<Int>, depth: Int, at path: NodePath, image: Value, into values: inout [Value],
    _ names: inout UsedNames
  ) throws(NetworkError) {
    var start = range.lowerBound
    while start < range.upperBound {
      let layer = layers[start]
      guard layer.scopes.count > depth else {
        try append(layer, name: names.unique(layer.operation.defaultName, at: path), image: image, &values)
        start += 1
        continue
      }
      let scope = layer.scopes[depth]
      let end = layers[start..<range.upperBound].firstIndex { $0.scopes.count <= depth || $0.scopes[depth] != scope }
      let run = start..<(end ?? range.upperBound)
      let name = names.unique(scope, at: path)
      if run.count == 1, layer.scopes.count == depth + 1 {
        try append(layer, name: name, image: image, &values)
      } else {
        _ = try image.block(name, BlockKind(recognising: layers[run])) { image throws(NetworkError) in
          try emit(run, depth: depth + 1, at: path.appending(name), image: image, into: &values, &names)
          return values[answer(of: run)]
        }
      }
      start = run.upperBound
    }
  }

  /// The layer whose value a block gives: the last that is needed outside of it.
  private func answer(of run: Range<Int>) -> Int {
    run.last { lastReader[$0] >= run.upperBound } ?? run.upperBound - 1
  }

  private func append(
    _ layer: ImportedLayer, name: String, image: Value, _ values: inout [Value]
  ) throws(NetworkError) {
    let inputs = layer.inputs.map { $0 < 0 ? image : values[$0] }
    values.append(try inputs[0].apply(layer.operation, with: Array(inputs.dropFirst()), name: name))
  }
}

/// The paths that have been given.
private struct UsedNames {
  private var paths: Set<NodePath> = ["input"]
  private var counts: [NodePath: Int] = [:]

  /// The name, or where it is taken the name with a number as torch.fx numbers: `relu`, `relu_1`.
  mutating func unique(_ name: String, at parent: NodePath) -> String {
    let first = parent.appending(name)
    var unique = name
    while !paths.insert(parent.appending(unique)).inserted {
      let number = counts[first, default: 0] + 1
      counts[first] = number
      unique = "\(name)_\(number)"
    }
    return unique
  }
}
