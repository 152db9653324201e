import Engine
import NetworkGraph
import Testing

@testable import Formats

/// A graph of all operators that work on whole arrays, and of a question.
enum ArrayGraph {
  static func bytes() throws -> [UInt8] {
    var graph = TestGraph(inputs: [("a", [2, 3, 4, 5]), ("b", [3, 1, 5])])
    graph.constant("axes", [1, 3])
    graph.constant("ones", [1, 1])
    graph.constant("threes", [3, 3])
    graph.constant("lengths", [6, -1])
    graph.constant("split", [2, 4])
    graph.constant("pads", [0, 1, 2, 0])
    graph.add("Add", ["a", "b"], ["sum"])
    graph.add("Transpose", ["sum"], ["moved"], .integers("perm", [2, 0, 3, 1]))
    graph.add("Slice", ["moved", "ones", "threes", "axes"], ["cut"])
    graph.add("Concat", ["cut", "cut"], ["joined"], .integer("axis", 1))
    graph.add("Reshape", ["sum", "lengths"], ["matrix"])
    graph.add("Split", ["matrix", "split"], ["top", "bottom"], .integer("axis", 0))
    graph.add("Softmax", ["bottom"], ["shares"], .integer("axis", 0))
    graph.add("Gemm", ["top", "shares"], ["product"], .integer("transB", 1), .number("alpha", 0.5))
    graph.add("Pad", ["product", "pads"], ["padded"])
    graph.add("ReduceMean", ["padded"], ["mean"], .integers("axes", [0]), .integer("keepdims", 0))
    graph.add("MatMul", ["mean", "mean"], ["square"])
    graph.add("PRelu", ["mean", "square"], ["slopes"])
    graph.add("LayerNormalization", ["bottom", "bottom"], ["norm"], .integer("axis", 0))
    graph.add("Mul", ["slopes", "slopes"], ["y"])
    let places = ONNXBytes.tensor("places", [2, 1], type: .int64, field: 7, [3, 0])
    graph.add("Gather", ["a", "places"], ["picked"], .integer("axis", 2))
    graph.constant("known", [1])
    var branch = TestGraph(inputs: [])
    branch.add("Tanh", ["y"], ["inner"])
    let branches = try ["then_branch", "else_branch"].map { (name: $0, graph: try branch.branch(output: "inner")) }
    return try graph.bytes(
      outputs: ["y", "picked", "joined", "asked"], tensors: [places],
      lastNodes: [TestGraph.question("known", "asked", branches)])
  }
}

extension TestGraph {
  /// - Parameter tensors: those that the file stores.
  /// - Returns: the first answer and the lengths of its axes.
  func answer(to inputs: [[Float]], tensors: [[UInt8]] = []) throws -> (values: [Float], axes: [Int]?) {
    let file = try ScratchFile(bytes(outputs: ["y"], tensors: tensors))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "arrays", input: model.input, building: try model.network(input: model.input))
    #expect(network.firstUnsupported == nil)
    let executor = try Executor(
      Plan(network, PlanOptions(threads: 1, exact: true)), weights: try model.mappedWeights(input: model.input))
    for (layer, values) in zip(network.inputs, inputs) {
      _ = executor.input(layer.id).update(fromContentsOf: values)
    }
    executor.pass()
    return (Array(executor.output), try model.answers(input: model.input, forms: [:])[0].axes)
  }
}
