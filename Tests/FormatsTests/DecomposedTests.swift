import NetworkGraph
import Testing

@testable import Formats

/// Activations that a file writes as several nodes are one, if nothing else takes what lies between those.
@Suite struct DecomposedTests {
  private typealias Node = (type: String, inputs: [String], output: String)

  private static let hardSwish: [Node] = [
    ("Add", ["x", "three"], "a"), ("Clip", ["a", "zero", "six"], "c"), ("Mul", ["x", "c"], "d"),
    ("Div", ["d", "six"], "z"),
  ]
  private static let silu: [Node] = [("Sigmoid", ["x"], "s"), ("Identity", ["s"], "t"), ("Mul", ["x", "t"], "z")]
  private static let gelu: [Node] = [
    ("Div", ["x", "root"], "a"), ("Erf", ["a"], "e"), ("Add", ["e", "one"], "p"), ("Mul", ["x", "p"], "m"),
    ("Mul", ["m", "half"], "z"),
  ]

  @Test(arguments: [(hardSwish, Activation.hardSwish), (silu, .silu), (gelu, .gelu)])
  private func isOne(nodes: [Node], activation: Activation) throws {
    #expect(try operations(nodes, answers: ["z"]) == [.activation(activation)])
    // Whatever lies between is needed, by its own name or another, as a value or as an answer.
    for between in nodes.dropLast().map(\.output) {
      let taken = try operations(nodes + [("Identity", [between], "u"), ("Add", ["z", "u"], "y")], answers: ["y"])
      #expect(!taken.contains(.activation(activation)), "\(between) is added")
      #expect(taken.last == .add)
      let answered = try operations(nodes, answers: [between, "z"])
      #expect(!answered.contains(.activation(activation)), "\(between) is an answer")
    }
  }

  /// 3 - x is -x + 3, no x + 3, and 1 - erf no erf + 1.
  @Test func signsCount() throws {
    let turned: [Node] = [
      ("Sub", ["three", "x"], "a"), ("Clip", ["a", "zero", "six"], "c"), ("Div", ["c", "six"], "z"),
    ]
    #expect(try operations(turned, answers: ["z"]).suffix(2) == [.scale(-1), .activation(.hardSigmoid)])
    let complement: [Node] = [
      ("Div", ["x", "root"], "a"), ("Erf", ["a"], "e"), ("Sub", ["one", "e"], "p"), ("Mul", ["x", "p"], "m"),
      ("Mul", ["m", "half"], "z"),
    ]
    #expect(try !operations(complement, answers: ["z"]).contains(.activation(.gelu)))
  }

  /// Sums that begin with nothing are no layers.
  @Test func neutralNumbersAreNoLayers() throws {
    let nodes: [Node] = [
      ("Tanh", ["x"], "t"), ("Add", ["zero", "t"], "a"), ("Sub", ["a", "zero"], "b"), ("Relu", ["b"], "z"),
    ]
    #expect(try operations(nodes, answers: ["z"]) == [.activation(.tanh), .activation(.relu)])
    #expect(try operations([("Sub", ["zero", "x"], "z")], answers: ["z"]) != [])
  }

  /// A gate that is repeated to be multiplied goes with a map as it is, unless something else takes the copies.
  @Test func gatesAreNotRepeated() throws {
    let gate: [Node] = [
      ("GlobalAveragePool", ["x"], "m"), ("Sigmoid", ["m"], "s"), ("Expand", ["s", "size"], "e"),
      ("Mul", ["x", "e"], "z"),
    ]
    #expect(try operations(gate, answers: ["z"]) == [.globalAveragePool, .activation(.sigmoid), .multiply])
    let taken = try operations(gate + [("Add", ["z", "e"], "y")], answers: ["y"])
    #expect(taken.contains { if case .portable(.resize) = $0 { true } else { false } })
  }

  private func operations(_ nodes: [Node], answers: [String]) throws -> [NetworkGraph.Operation] {
    var graph = TestGraph(inputs: [("x", [1, 4, 5, 6])])
    let numbers: [(String, Float)] = [
      ("zero", 0), ("half", 0.5), ("one", 1), ("root", Float(2).squareRoot()), ("three", 3), ("six", 6),
    ]
    for (name, value) in numbers { graph.add("Constant", [], [name], .number("value_float", value)) }
    graph.constant("size", [1, 4, 5, 6])
    for node in nodes { graph.add(node.type, node.inputs, [node.output]) }
    let file = try ScratchFile(graph.bytes(outputs: answers))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "", input: model.input, building: model.network(input: model.input))
    return network.layers.dropFirst().map(\.operation)
  }
}
