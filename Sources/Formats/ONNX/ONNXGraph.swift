import NetworkGraph

/// A graph of ONNX operators as it is written down: nodes, and the tensors that they take beside the values.
///
/// Field numbers are those of `onnx.proto`, version 1.15.
struct ONNXGraph {
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Double)
    case text(String)
  }

  /// A tensor that the graph holds.
  struct Initializer {
    enum Values {
      case weights(TensorDescription, Layer)
      case floats([Float])
      case integers([Int])
    }

    let name: String
    let dimensions: [Int]
    let values: Values

    var byteCount: Int {
      switch values {
      case .weights(let tensor, _): tensor.elements * 4
      case .floats(let floats): floats.count * 4
      case .integers(let integers): integers.count * 8
      }
    }

    /// A TensorProto without its data.
    var header: WireMessage {
      var message = WireMessage()
      for length in dimensions { message.add(1, length) }
      if case .integers = values { message.add(2, 7) } else { message.add(2, 1) }
      message.add(8, name)
      return message
    }
  }

  private(set) var nodes: [WireMessage] = []
  private(set) var initializers: [Initializer] = []

  mutating func add(_ initializer: Initializer) { initializers.append(initializer) }

  mutating func addNode(
    _ type: String, name: String, inputs: [String], output: String, _ attributes: [(String, Attribute)]
  ) {
    var node = WireMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, name)
    node.add(4, type)
    for (name, value) in attributes { node.add(5, Self.attribute(name, value)) }
    nodes.append(node)
  }

  private static func attribute(_ name: String, _ value: Attribute) -> WireMessage {
    var message = WireMessage()
    message.add(1, name)
    switch value {
    case .float(let number):
      message.add(2, Float(number))
      message.add(20, 1)
    case .integer(let number):
      message.add(3, number)
      message.add(20, 2)
    case .text(let text):
      message.add(4, text)
      message.add(20, 3)
    case .integers(let numbers):
      for number in numbers { message.add(8, number) }
      message.add(20, 7)
    }
    return message
  }

  /// A ValueInfoProto of float32 values with any number of images.
  static func value(_ name: String, _ shape: Shape) -> WireMessage {
    var dimensions = WireMessage()
    var batch = WireMessage()
    batch.add(2, "batch")
    dimensions.add(1, batch)
    for length in shape.dimensions {
      var dimension = WireMessage()
      dimension.add(1, length)
      dimensions.add(1, dimension)
    }
    var tensor = WireMessage()
    tensor.add(1, 1)
    tensor.add(2, dimensions)
    var type = WireMessage()
    type.add(1, tensor)
    var value = WireMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
