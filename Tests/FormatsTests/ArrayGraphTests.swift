import Engine
import NetworkGraph
import Testing

@testable import Formats

/// Graphs on whole arrays, and graphs that take several values.
@Suite struct ArrayGraphTests {
  @Test func fourAxesMove() throws {
    var graph = TestGraph(inputs: [("x", [2, 3, 4, 5])])
    graph.add("Transpose", ["x"], ["y"], .integers("perm", [2, 0, 3, 1]))
    let (values, axes) = try graph.answer(to: [(0..<120).map(Float.init)])
    #expect(axes == [4, 2, 5, 3])
    var expected: [Float] = []
    for c in 0..<4 {
      for a in 0..<2 {
        for d in 0..<5 { for b in 0..<3 { expected.append(Float(((a * 3 + b) * 4 + c) * 5 + d)) } }
      }
    }
    #expect(values == expected)
  }

  /// What several nodes take in one shape is laid out in it once: here much like global response normalisation (Woo et al.
  /// 2023, section 3), whose input is squared, scaled and added.
  @Test func arraysAreLaidOutOnce() throws {
    var graph = TestGraph(inputs: [("x", [2, 3, 4, 5])])
    graph.add("ReduceSumSquare", ["x"], ["length"], .integers("axes", [2, 3]))
    graph.add("Mul", ["x", "length"], ["scaled"])
    graph.add("Add", ["x", "scaled"], ["y"])
    let x = (0..<120).map { Float($0 % 7 - 3) }
    let (values, axes) = try graph.answer(to: [x])
    #expect(axes == [2, 3, 4, 5])
    for map in 0..<6 {
      let pixels = map * 20..<map * 20 + 20
      let length = x[pixels].reduce(0) { $0 + $1 * $1 }
      for i in pixels { #expect(abs(values[i] - (x[i] + x[i] * length)) < 1e-3) }
    }
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "arrays", input: model.input, building: try model.network(input: model.input))
    let views = network.layers.compactMap { layer -> [Int]? in
      guard case .portable(.reshape(let shape)) = layer.operation else { return nil }
      return layer.inputs.map(\.index) + shape.dimensions
    }
    #expect(Set(views).count == views.count)
  }

  /// So many values move by one axis after the other.
  @Test func manyValuesMoveToo() throws {
    let lengths: [Int64] = [3, 41, 5, 43, 7]
    let order: [Int64] = [4, 1, 3, 0, 2]
    var graph = TestGraph(inputs: [("x", lengths)])
    graph.add("Transpose", ["x"], ["y"], .integers("perm", order))
    let count = lengths.reduce(1) { $0 * Int($1) }
    let (values, axes) = try graph.answer(to: [(0..<count).map(Float.init)])
    let after = order.map { Int(lengths[Int($0)]) }
    #expect(axes == after)
    for place in stride(from: 0, to: count, by: 997) {
      var (rest, source) = (place, 0)
      for axis in order.indices.reversed() {
        let index = rest % after[axis]
        rest /= after[axis]
        source += index * lengths[(Int(order[axis]) + 1)...].reduce(1) { $0 * Int($1) }
      }
      #expect(values[place] == Float(source))
    }
  }

  @Test func rowsAreNormalisedByTheirFigures() throws {
    var graph = TestGraph(inputs: [("columns", [2, 3])])
    graph.add("Transpose", ["columns"], ["x"], .integers("perm", [1, 0]))
    for (name, values) in [("scale", [2, 3]), ("shift", [1, -1]), ("mean", [1, 2]), ("variance", [4, 16])]
      as [(String, [Float])]
    {
      graph.add("Constant", [], [name], .numbers("value_floats", values))
    }
    graph.add("BatchNormalization", ["x", "scale", "shift", "mean", "variance"], ["y"], .number("epsilon", 0))
    let (values, _) = try graph.answer(to: [[1, 3, 5, 2, 6, 10]])
    #expect(values == [1, -1, 3, 2, 5, 5])
  }

  /// Waves as places are told by: running sums, sines and repetition of what is stored.
  @Test func storedPlacesAreWorkedOut() throws {
    var graph = TestGraph(inputs: [("x", [2, 3])])
    graph.constant("zero", [0])
    graph.constant("times", [2, 1])
    graph.add("Constant", [], ["ones"], .numbers("value_floats", [1, 1, 1]))
    graph.add("CumSum", ["ones", "zero"], ["sums"])
    graph.add("Sin", ["sums"], ["waves"])
    graph.add("Unsqueeze", ["waves", "zero"], ["row"])
    graph.add("Tile", ["row", "times"], ["rows"])
    graph.add("Add", ["x", "rows"], ["y"])
    let (values, _) = try graph.answer(to: [[0, 0, 0, 1, 1, 1]])
    for (value, expected) in zip(values, [0.841471, 0.909297, 0.14112, 1.841471, 1.909297, 1.14112]) {
      #expect(abs(Double(value) - expected) < 1e-6)
    }
  }

  @Test func allOperatorsHaveKernels() throws {
    let file = try ScratchFile(ArrayGraph.bytes())
    let model = try ONNXModel(file.path)
    let network = try Network(name: "arrays", input: model.input, building: try model.network(input: model.input))
    #expect(network.firstUnsupported == nil)
    #expect(
      try model.answers(input: model.input, forms: [:]).map(\.axes) == [[5], [2, 3, 2, 1, 5], [4, 2, 5, 2], [5]])
  }

  @Test func axesOfOnePlaceGoWithAllOthers() throws {
    var graph = TestGraph(inputs: [("x", [2, 3, 2, 2]), ("b", [3, 1, 2])])
    graph.add("Sub", ["x", "b"], ["y"])
    let (values, axes) = try graph.answer(to: [(0..<24).map(Float.init), (0..<6).map { Float($0 * 100) }])
    #expect(axes == [2, 3, 2, 2])
    let expected = (0..<24).map { (i: Int) -> Float in
      let place = i / 4 % 3 * 2 + i % 2
      return Float(i - 100 * place)
    }
    #expect(values == expected)
  }

  @Test func attentionIsComputed() throws {
    var graph = TestGraph(inputs: [("a", [2, 2]), ("b", [3, 2])])
    graph.add("Transpose", ["b"], ["t"], .integers("perm", [1, 0]))
    graph.add("MatMul", ["a", "t"], ["scores"])
    graph.add("ReduceMax", ["scores"], ["y"], .integers("axes", [0]), .integer("keepdims", 0))
    let (values, axes) = try graph.answer(to: [[1, 2, 3, 4], [1, 0, 0, 1, 1, 1]])
    #expect(axes == [3])
    #expect(values == [3, 4, 7])
  }

  /// Two kinds of images, in batches that run in slices.
  @Test func twoImages() throws {
    var graph = TestGraph(inputs: [("left", [0, 2, 4, 4]), ("right", [0, 2, 4, 4])])
    graph.add("Sub", ["left", "right"], ["difference"])
    graph.add("Relu", ["difference"], ["y"])
    graph.add("GlobalAveragePool", ["right"], ["mean"])
    let file = try ScratchFile(graph.bytes(outputs: ["y", "mean"]))
    let model = try ONNXModel(file.path)
    #expect(model.graphInputs.map(\.name) == ["left", "right"])
    let network = try Network(name: "two", input: model.input, building: try model.network(input: model.input))
    #expect(network.inputs.map(\.path) == ["input", "input_1"])
    let images = (0..<6 * 32).map { Float($0 * $0 % 31) }
    let others = (0..<6 * 32).map { Float($0 * 7 % 19) }
    for slice in [1, 2, 6] {
      var options = PlanOptions(batch: 6, threads: 1, exact: true)
      options.forcedSlice = slice
      let executor = try Executor(Plan(network, options))
      for (layer, values) in zip(network.inputs, [images, others]) {
        _ = executor.input(layer.id).update(fromContentsOf: values)
      }
      executor.pass()
      #expect(Array(executor.output) == zip(images, others).map { max($0 - $1, 0) })
    }
    let answers = try model.answers(input: model.input, forms: [:])
    #expect(answers.map(\.name) == ["y", "mean"])
    #expect(answers.allSatisfy { $0.axes == nil })
  }
}
