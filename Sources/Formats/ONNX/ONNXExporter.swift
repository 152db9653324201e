import NetworkGraph

/// What a file calls the values that it is given, and its answer.
public struct ONNXNames: Hashable, Sendable {
  public var inputs: [String]
  public var answer: String

  public init(inputs: [String], answer: String) {
    self.inputs = inputs
    self.answer = answer
  }

  /// True if they are different, and none is that of a tensor, or could be that of a value inside.
  func areFree(in network: Network) -> Bool {
    let names = Set(inputs + [answer])
    return names.count == inputs.count + 1 && names.allSatisfy { !$0.isEmpty && !$0.contains("/") }
      && names.isDisjoint(
        with: network.layers.flatMap { layer in layer.operation.tensors.map { layer.name(of: $0) } })
  }
}

/// Writes a network down as operators of ONNX, layer by layer. The names of nodes carry the blocks, as PyTorch's
/// exporter writes them: `/layer1/layer1.0/conv1/Conv`.
struct ONNXExporter {
  /// The first version of the operators that has GELU (ONNX 1.15).
  static let opset = 20

  let network: Network
  private(set) var graph = ONNXGraph()
  /// The names of the layers' values.
  private var values: [String] = []
  /// What tensors that layers share are called here, by their shared names and lengths.
  private var sharedTensors: [String: String] = [:]
  private var scope = ""
  private var nodesOfLayer = 0
  private let inputNames: [LayerID: String]
  let answerName: String

  /// - Parameter names: what the inputs and the answer are called, where that is known; else by their paths, and `output`.
  init(_ network: Network, names: ONNXNames? = nil) {
    self.network = network
    let inputs = network.inputs.map(\.id)
    let names = names.flatMap { $0.inputs.count == inputs.count && $0.areFree(in: network) ? $0 : nil }
    inputNames = Dictionary(uniqueKeysWithValues: zip(inputs, names?.inputs ?? network.inputs.map(\.path.dotted)))
    answerName = names?.answer ?? "output"
    for layer in network.layers {
      scope = network.scope(of: layer)
      nodesOfLayer = 0
      values.append(add(layer, layer.inputs.map { values[$0.index] }))
    }
    // The answer has a name of its own, even where it is the image.
    graph.addNode("Identity", name: "/Identity", inputs: [values[network.output.index]], output: answerName, [])
  }

  /// What an input is called.
  func name(ofInput id: LayerID) -> String { inputNames[id] ?? network[id].path.dotted }

  /// Adds a node of the current layer and returns the name of its value.
  mutating func node(_ type: String, _ inputs: [String], _ attributes: [(String, ONNXGraph.Attribute)] = []) -> String {
    let name = "\(scope)/\(type)" + (nodesOfLayer == 0 ? "" : "_\(nodesOfLayer)")
    nodesOfLayer += 1
    graph.addNode(type, name: name, inputs: inputs, output: "\(name)_output_0", attributes)
    return "\(name)_output_0"
  }

  /// A number or several that a node of the current layer takes.
  mutating func constant(_ name: String, _ dimensions: [Int], _ values: ONNXGraph.Initializer.Values) -> String {
    let name = "\(scope)/\(name)"
    graph.add(ONNXGraph.Initializer(name: name, dimensions: dimensions, values: values))
    return name
  }

  mutating func integers(_ name: String, _ values: [Int]) -> String {
    constant(name, [values.count], .integers(values))
  }
  mutating func number(_ name: String, _ value: Double) -> String { constant(name, [], .floats([Float(value)])) }

  /// The layer's tensors in order.
  ///
  /// - Parameter shape: that of the first, where the operator wants another with the same values.
  mutating func tensors(of layer: Layer, shape: [Int]? = nil) -> [String] {
    layer.operation.tensors.enumerated().map { i, tensor in
      let name = layer.name(of: tensor)
      let dimensions = i == 0 ? shape ?? tensor.dimensions : tensor.dimensions
      if layer.sharedNames.indices.contains(i) {
        let key = "\(layer.sharedNames[i]) \(dimensions)"
        if let known = sharedTensors[key] { return known }
        sharedTensors[key] = name
      }
      graph.add(ONNXGraph.Initializer(name: name, dimensions: dimensions, values: .weights(tensor, layer)))
      return name
    }
  }
}

extension Network {
  /// The blocks that a layer stands in and its own name: `/layer1/layer1.0/conv1`. Numbers carry their parent's name.
  func scope(of layer: Layer) -> String {
    var names: [String] = []
    var node = Node.layer(layer.id)
    while let parent = parent(of: node) {
      let name = name(of: node)
      let isNumbered = name.first?.isNumber == true && !self[parent].path.isRoot
      names.append(isNumbered ? "\(self[parent].path.name).\(name)" : name)
      node = .block(parent)
    }
    return names.reversed().map { "/\($0)" }.joined()
  }
}
