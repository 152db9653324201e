@testable import Formats

/// An ONNX graph put together for a test.
struct TestGraph {
  private var graph = ONNXGraphProto()
  private let opset: Int64

  init(opset: Int64 = 17, inputs: [(String, [Int64])]) {
    self.opset = opset
    graph.input = inputs.map { Self.value($0, $1) }
  }

  /// The file, whose answers are of unknown shape.
  ///
  /// - Parameters:
  ///   - tensors: of the file's `TensorProto`.
  ///   - lastNodes: of the file's `NodeProto`, behind all others.
  func bytes(outputs: [String], tensors: [[UInt8]] = [], lastNodes: [[UInt8]] = []) throws -> [UInt8] {
    var model = ONNXModelProto()
    model.irVersion = 8
    model.graph = graph
    model.graph.output = outputs.map { Self.value($0, nil) }
    var operators = ONNXOperatorSetIdProto()
    operators.version = opset
    model.opsetImport = [operators]
    let rest = tensors.flatMap { ONNXBytes.field(5, $0) } + lastNodes.flatMap { ONNXBytes.field(1, $0) }
    return try model.serializedBytes() as [UInt8] + ONNXBytes.field(7, rest)
  }

  /// A node that asks a question, whose answers are graphs.
  static func question(_ input: String, _ output: String, _ branches: [(name: String, graph: [UInt8])]) throws
    -> [UInt8]
  {
    var node = ONNXNodeProto()
    node.opType = "If"
    node.input = [input]
    node.output = [output]
    let attributes = branches.flatMap {
      ONNXBytes.field(5, ONNXBytes.field(1, Array($0.name.utf8)) + ONNXBytes.field(6, $0.graph))
    }
    return try node.serializedBytes() + attributes
  }

  /// The graph alone, as a node holds it.
  ///
  /// - Parameter lastNodes: of the file's `NodeProto`, behind all others.
  func branch(output: String, lastNodes: [[UInt8]] = []) throws -> [UInt8] {
    var graph = graph
    graph.output = [Self.value(output, nil)]
    return try graph.serializedBytes() + lastNodes.flatMap { ONNXBytes.field(1, $0) }
  }

  mutating func add(_ type: String, _ inputs: [String], _ outputs: [String], _ attributes: Attribute...) {
    add(type, inputs, outputs, attributes)
  }

  mutating func add(_ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute]) {
    var node = ONNXNodeProto()
    node.opType = type
    node.input = inputs
    node.output = outputs
    node.attribute = attributes.map(\.proto)
    graph.node.append(node)
  }

  /// Gives the last node a name, and the note of the modules around it that PyTorch's newer exporter writes.
  mutating func name(_ name: String, in modules: [String] = []) {
    guard !graph.node.isEmpty else { return }
    graph.node[graph.node.count - 1].name = name
    guard !modules.isEmpty else { return }
    var note = ONNXStringStringEntryProto()
    note.key = "pkg.torch.onnx.name_scopes"
    note.value = "[" + ([""] + modules).map { "'\($0)'" }.joined(separator: ", ") + "]"
    var classes = ONNXStringStringEntryProto()
    classes.key = "pkg.torch.onnx.class_hierarchy"
    let kinds = ["Network"] + modules.map { $0 == modules[0] ? "torch.nn.Sequential" : "nets._Block" }
    classes.value = "[" + kinds.map { "'\($0)'" }.joined(separator: ", ") + "]"
    graph.node[graph.node.count - 1].metadataProps = [note, classes]
  }

  /// Whole numbers that a node takes.
  mutating func constant(_ name: String, _ values: [Int64]) {
    add("Constant", [], [name], .integers("value_ints", values))
  }

  enum Attribute: Sendable {
    case integer(String, Int64)
    case integers(String, [Int64])
    case number(String, Float)
    case numbers(String, [Float])
    case text(String, String)

    fileprivate var proto: ONNXAttributeProto {
      var proto = ONNXAttributeProto()
      switch self {
      case .integer(let name, let value): (proto.name, proto.type, proto.i) = (name, .int, value)
      case .integers(let name, let values): (proto.name, proto.type, proto.ints) = (name, .ints, values)
      case .number(let name, let value): (proto.name, proto.type, proto.f) = (name, .float, value)
      case .numbers(let name, let values): (proto.name, proto.type, proto.floats) = (name, .floats, values)
      case .text(let name, let value):
        (proto.name, proto.type) = (name, .string)
        proto.s.append(contentsOf: value.utf8)
      }
      return proto
    }
  }

  private static func value(_ name: String, _ lengths: [Int64]?) -> ONNXValueInfoProto {
    var info = ONNXValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = 1
    for length in lengths ?? [] {
      var dimension = ONNXTensorShapeProto.Dimension()
      dimension.dimValue = length
      info.type.tensorType.shape.dim.append(dimension)
    }
    return info
  }
}
