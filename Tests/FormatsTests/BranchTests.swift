import NetworkGraph
import Testing

@testable import Formats

/// Questions in a graph: exporters ask about sizes that they leave open.
@Suite struct BranchTests {
  @Test(arguments: [(1, .activation(.tanh)), (2, .activation(.relu))] as [(Int64, NetworkGraph.Operation)])
  func theBranchThatIsTakenIsRead(height: Int64, last: NetworkGraph.Operation) throws {
    let branches = try [("then_branch", squeezing()), ("else_branch", same())]
    let network = try network(height: height, branches)
    #expect(network.layers.last?.operation == last)
  }

  @Test func whatIsAskedOfValuesHasNoKernel() throws {
    var graph = TestGraph(inputs: [("x", [1, 3, 8, 8])])
    graph.add("GlobalAveragePool", ["x"], ["mean"])
    let node = try TestGraph.question("mean", "y", [("then_branch", same()), ("else_branch", same())])
    let network = try network(graph.bytes(outputs: ["y"], lastNodes: [node]))
    guard case .unsupported(let operation)? = network.layers.last?.operation else {
      Issue.record("the last layer is \(String(describing: network.layers.last))")
      return
    }
    #expect(operation.type == "If" && operation.reason == "asks for what is only known when the network runs")
  }

  @Test func whatABranchLacksIsSaid() throws {
    #expect(throws: problem("the node 'y' (If) lacks its then_branch")) {
      try network(height: 1, [("else_branch", same())])
    }
    var stray = TestGraph(inputs: [])
    stray.add("Relu", ["nowhere"], ["inner"])
    let branch = try stray.branch(output: "inner")
    #expect(throws: problem("the node 'inner' (Relu) takes 'nowhere', which no earlier node gives")) {
      try network(height: 1, [("then_branch", branch)])
    }
    let other = try TestGraph(inputs: []).branch(output: "missing")
    #expect(throws: problem("the node 'y' (If) takes 'missing' from its then_branch, which no node there gives")) {
      try network(height: 1, [("then_branch", other)])
    }
  }

  @Test func questionsInQuestionsEnd() throws {
    var inner = try same()
    for _ in 0..<20 {
      let node = try TestGraph.question(
        "asked", "inner", [("then_branch", inner), ("else_branch", inner.isEmpty ? [] : same())])
      inner = try TestGraph(inputs: []).branch(output: "inner", lastNodes: [node])
    }
    #expect(throws: problem("holds graphs in graphs, too deep to follow")) {
      try network(height: 1, [("then_branch", inner)])
    }
  }

  private func squeezing() throws -> [UInt8] {
    var graph = TestGraph(inputs: [])
    graph.constant("axes", [2])
    graph.add("Squeeze", ["features", "axes"], ["line"])
    graph.add("Tanh", ["line"], ["inner"])
    return try graph.branch(output: "inner")
  }

  private func same() throws -> [UInt8] {
    var graph = TestGraph(inputs: [])
    graph.add("Identity", ["features"], ["inner"])
    return try graph.branch(output: "inner")
  }

  /// Features of this height, and the question whether that is one.
  private func network(height: Int64, _ branches: [(String, [UInt8])]) throws -> Network {
    var graph = TestGraph(inputs: [("x", [1, 64, height, 16])])
    graph.add("Relu", ["x"], ["features"])
    graph.add("Shape", ["features"], ["lengths"])
    graph.add("Constant", [], ["two"], .integer("value_int", 2))
    graph.add("Constant", [], ["one"], .integer("value_int", 1))
    graph.add("Gather", ["lengths", "two"], ["height"])
    graph.add("Equal", ["height", "one"], ["asked"])
    return try network(graph.bytes(outputs: ["y"], lastNodes: [TestGraph.question("asked", "y", branches)]))
  }

  private func network(_ bytes: [UInt8]) throws -> Network {
    let file = try ScratchFile(bytes)
    do {
      let model = try ONNXModel(file.path)
      return try Network(name: "", input: model.input, building: model.network(input: model.input))
    } catch let error as FormatError { throw problem(error.message) }
  }

  private func problem(_ message: String) -> FormatError { FormatError("", message) }
}
