import Engine
import NetworkGraph
import Testing

@testable import Formats

/// Arrays whose last axis are the channels of pixels. Where the weights are given with the input, and not stored, the
/// same graph is read as one of arrays: it must answer the same.
@Suite struct PixelArrayTests {
  private struct Parameter {
    var name: String
    var lengths: [Int64]
    var values: [Float]

    init(_ name: String, _ lengths: [Int64], seed: Int) {
      (self.name, self.lengths) = (name, lengths)
      let count = lengths.reduce(1) { $0 * Int($1) }
      values = (0..<count).map { Float(($0 + 1) * (seed * 37 + 11) % 101) / 101 - 0.4 }
    }

    /// As the file stores it.
    var bytes: [UInt8] {
      ONNXBytes.tensor(name, lengths, type: .float, field: 4, ONNXBytes.little(values.map(\.bitPattern)))
    }
  }

  private func graph(
    _ lengths: [Int64], given parameters: [Parameter] = [], _ build: (inout TestGraph) -> Void
  ) -> TestGraph {
    var graph = TestGraph(inputs: [("x", lengths)] + parameters.map { ($0.name, $0.lengths) })
    build(&graph)
    return graph
  }

  private func expectSameAnswer(
    _ lengths: [Int64], _ parameters: [Parameter], _ build: (inout TestGraph) -> Void
  ) throws {
    let x = Parameter("x", lengths, seed: 5).values
    let (maps, mapAxes) = try graph(lengths, build).answer(to: [x], tensors: parameters.map(\.bytes))
    let (arrays, axes) = try graph(lengths, given: parameters, build).answer(to: [x] + parameters.map(\.values))
    #expect(mapAxes == axes)
    let largest = arrays.map(abs).max() ?? 1
    for (a, b) in zip(maps, arrays) where abs(a - b) > 1e-5 * largest {
      Issue.record("\(a) as a map, \(b) as an array")
      return
    }
  }

  /// GELU as exporters write it.
  private func addGELU(_ graph: inout TestGraph, _ x: String, _ y: String) {
    for (name, value) in [("root", 2.0.squareRoot()), ("one", 1), ("half", 0.5)] {
      graph.add("Constant", [], [y + name], .numbers("value_floats", [Float(value)]))
    }
    graph.add("Div", [x, y + "root"], [y + "a"])
    graph.add("Erf", [y + "a"], [y + "b"])
    graph.add("Add", [y + "b", y + "one"], [y + "c"])
    graph.add("Mul", [x, y + "c"], [y + "d"])
    graph.add("Mul", [y + "d", y + "half"], [y])
  }

  private func addPerceptron(_ graph: inout TestGraph, _ x: String, _ y: String) {
    graph.add("LayerNormalization", [x, "scale", "shift"], ["norm"])
    graph.add("MatMul", ["norm", "w1"], ["p1"])
    graph.add("Add", ["p1", "b1"], ["s1"])
    addGELU(&graph, "s1", "g")
    graph.add("MatMul", ["g", "w2"], ["p2"])
    graph.add("Add", ["b2", "p2"], [y])
  }

  private func perceptron(_ channels: Int64, _ hidden: Int64) -> [Parameter] {
    [
      Parameter("scale", [channels], seed: 1), Parameter("shift", [channels], seed: 2),
      Parameter("w1", [channels, hidden], seed: 3), Parameter("b1", [hidden], seed: 4),
      Parameter("w2", [hidden, channels], seed: 6), Parameter("b2", [channels], seed: 7),
    ]
  }

  @Test(arguments: [(3, 7), (16, 32), (20, 33), (48, 17)] as [(Int64, Int64)])
  func perceptrons(_ channels: Int64, _ hidden: Int64) throws {
    try expectSameAnswer([2, 5, channels], perceptron(channels, hidden)) { graph in
      addPerceptron(&graph, "x", "z")
      graph.add("Add", ["x", "z"], ["sum"])
      graph.add("Transpose", ["sum"], ["y"], .integers("perm", [0, 2, 1]))
    }
  }

  /// A residual connection of values that came as rows.
  @Test func rowsAndPixelsAreAdded() throws {
    try expectSameAnswer([1, 6, 5], perceptron(5, 9)) { graph in
      graph.constant("axes", [3])
      graph.add("Add", ["x", "x"], ["rows"])
      addPerceptron(&graph, "rows", "z")
      graph.add("Add", ["rows", "z"], ["sum"])
      graph.add("Unsqueeze", ["sum", "axes"], ["y"])
    }
  }

  /// A map's channels stand last, and first again: nothing need move.
  @Test func channelsThatStandLastAreAMap() throws {
    let build: (inout TestGraph) -> Void = { graph in
      graph.constant("flat", [1, 16, -1])
      graph.constant("map", [1, 16, 3, 5])
      graph.add("Relu", ["x"], ["positive"])
      graph.add("Reshape", ["positive", "flat"], ["flattened"])
      graph.add("Transpose", ["flattened"], ["last"], .integers("perm", [0, 2, 1]))
      addPerceptron(&graph, "last", "z")
      graph.add("Add", ["last", "z"], ["sum"])
      graph.add("Transpose", ["sum"], ["first"], .integers("perm", [0, 2, 1]))
      graph.add("Reshape", ["first", "map"], ["again"])
      graph.add("MaxPool", ["again"], ["pooled"], .integers("kernel_shape", [2, 2]))
      // Volumes are arrays.
      graph.constant("front", [1])
      graph.add("Unsqueeze", ["pooled", "front"], ["y"])
    }
    let parameters = perceptron(16, 24)
    try expectSameAnswer([1, 16, 3, 5], parameters, build)
    let file = try ScratchFile(
      graph([1, 16, 3, 5], build).bytes(outputs: ["y"], tensors: parameters.map(\.bytes)))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "map", input: model.input, building: try model.network(input: model.input))
    let kinds = network.layers.map(\.operation.kind)
    #expect(!kinds.contains("MatMul") && !kinds.contains("Permute") && !kinds.contains("Constant"))
    #expect(kinds.count { $0 == "Linear" } == 2 && kinds.contains("LayerNorm2d") && kinds.contains("GELU"))
  }

  /// Norms of lists of pixels, other axes of them, and what only arrays have.
  @Test func otherAxesOfPixels() throws {
    try expectSameAnswer([2, 4, 7], [Parameter("w", [7, 6], seed: 3)]) { graph in
      for (i, name) in ["scale", "shift", "mean", "variance"].enumerated() {
        let values = Parameter(name, [6], seed: i + 8).values.map { name == "variance" ? abs($0) + 0.5 : $0 }
        graph.add("Constant", [], [name], .numbers("value_floats", values))
      }
      graph.constant("list", [-1, 6])
      graph.constant("heads", [2, 4, 2, 3])
      graph.add("MatMul", ["x", "w"], ["p"])
      graph.add("Reshape", ["p", "list"], ["listed"])
      graph.add("BatchNormalization", ["listed", "scale", "shift", "mean", "variance"], ["normed"])
      graph.add("Reshape", ["normed", "heads"], ["headed"])
      graph.add("Transpose", ["headed"], ["moved"], .integers("perm", [0, 2, 1, 3]))
      graph.add("Softmax", ["moved"], ["y"])
    }
  }
}
