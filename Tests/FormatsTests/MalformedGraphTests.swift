import NetworkGraph
import TestSupport
import Testing

@testable import Formats

/// Graphs that are well-formed messages and yet no networks: each is refused by an error that names the node.
@Suite struct MalformedGraphTests {
  private typealias Node = (type: String, inputs: [String], outputs: [String], attributes: [TestGraph.Attribute])

  private static let cases: [(nodes: [Node], expected: String)] = [
    (
      [("Slice", ["x", "zero", "one", "one", "zero"], ["y"], [])],
      "the node 'y' (Slice) cuts in steps of 0"
    ),
    ([("Reshape", ["x", "open"], ["y"], [])], "the node 'y' (Reshape) gives the impossible shape [-1, -1]"),
    (
      [("MaxPool", ["x"], ["y"], [.integers("kernel_shape", [2, 2]), .integer("ceil_mode", 2)])],
      "the node 'y' (MaxPool) has the ceil_mode 2, expected 0 or 1"
    ),
    (
      [("MaxPool", ["x"], ["y"], [.integers("kernel_shape", [.min, .min])])],
      "the node 'y' (MaxPool): kernel is -9223372036854775808, expected at least 1"
    ),
    (
      [("AveragePool", ["x"], ["y"], [.integers("kernel_shape", [2, 2]), .integers("pads", [2, 0, 0, 0])])],
      "the node 'y' (AveragePool) pads by no less than its window"
    ),
    (
      [("Split", ["x"], ["y", "z"], [.integer("axis", 1), .integer("num_outputs", 3)])],
      "the node 'y' (Split) has 2 outputs, and num_outputs 3"
    ),
    (
      [("Split", ["x"], ["y", "z"], [.integer("axis", 1), .integers("split", [1, 1])])],
      "the node 'y' (Split) splits 4 places into [1, 1]"
    ),
    ([("Pad", ["x", "pads"], ["y"], [])], "the node 'y' (Pad) leaves nothing of 6 places"),
    (
      [("Unsqueeze", ["x"], ["y"], [.integers("axes", [2, 2])])],
      "the node 'y' (Unsqueeze) names the axes [2, 2], one of them twice"
    ),
    ([("Relu", ["x", "x"], ["y"], [])], "the node 'y' (Relu) has 2 inputs, expected 1"),
    (
      [("Flatten", ["x"], ["y"], [.text("axis", "1")])],
      "the node 'y' (Flatten) has the attribute 'axis' of another type"
    ),
    (
      [("Elu", ["x"], ["y"], [.number("alpha", .nan)])],
      "the node 'y' (Elu) has the attribute 'alpha' nan, expected a number"
    ),
    ([("Relu", ["x"], ["other"], [])], "has the output 'y', which no node gives"),
    ([("Relu", ["w"], ["y"], [])], "the node 'y' (Relu) takes 'w', which no earlier node gives"),
    ([("Relu", ["x"], ["y"], []), ("Tanh", ["x"], ["y"], [])], "the node 'y' (Tanh) gives 'y' a second time"),
  ]

  @Test(arguments: cases.indices) func isNamed(index: Int) throws {
    let (nodes, expected) = Self.cases[index]
    var graph = TestGraph(inputs: [("x", [1, 4, 6, 6])])
    graph.constant("zero", [0])
    graph.constant("one", [1])
    graph.constant("open", [-1, -1])
    graph.constant("pads", [0, 0, -3, 0, 0, 0, -3, 0])
    for node in nodes { graph.add(node.type, node.inputs, node.outputs, node.attributes) }
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let error = #expect(throws: FormatError.self) { try ONNXModel(file.path) }
    #expect(error?.message == expected)
  }

  /// Lengths whose product 64 bits cannot hold: whatever is said of them, nothing wraps or stops the program.
  @Test(arguments: 0..<8) func lengthsBeyondCounting(index: Int) throws {
    let shapes: [[Int64]] = [[1, 4], [1, 2, 1, 1 << 38], [1 << 39, 1, 1, 1], [1, 1, 1 << 36, 1], [1, 1, 1, 1]]
    let shape = [shapes[0], shapes[4], shapes[0], shapes[0], shapes[1], shapes[2], shapes[3], shapes[4]][index]
    var graph = TestGraph(inputs: [("x", shape)])
    graph.constant("wrapping", [1, 968_973_220, 49_477, 384_773])
    graph.constant("wide", [1, 1 << 53, 1 << 53, 1])
    graph.constant("split", [2, 1, 1 << 37, 1 << 37])
    graph.constant("two", [2, 1 << 30])
    graph.constant("empty", [0, 1 << 40, 1 << 40])
    graph.constant("zero", [0])
    graph.constant("one", [1])
    graph.constant("far", [1 << 40])
    switch index {
    case 0: graph.add("Reshape", ["x", "wrapping"], ["y"])
    case 1: graph.add("Expand", ["x", "wide"], ["y"])
    case 2, 3, 7:
      graph.add("ConstantOfShape", [index == 2 ? "two" : "empty"], ["c"])
      if index == 2 { graph.add("Slice", ["c", "zero", "far", "one", "far"], ["t"]) }
      if index == 3 { graph.add("Transpose", ["c"], ["t"], .integers("perm", [0, 2, 1])) }
      if index == 7 { graph.add("Concat", ["c", "c"], ["t"], .integer("axis", 1)) }
      graph.add("Add", ["x", "t"], ["y"])
    case 4: graph.add("Reshape", ["x", "split"], ["y"])
    case 5: graph.add("Conv", ["x", "x"], ["y"])
    default:
      graph.add("ConstantOfShape", ["one"], ["m"])
      graph.add("Unsqueeze", ["m"], ["matrix"], .integers("axes", [0]))
      graph.add("MatMul", ["matrix", "x"], ["y"])
    }
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    guard let model = try? ONNXModel(file.path) else { return }
    _ = try? Network(name: "", input: model.input, building: model.network(input: model.input))
  }

  /// The library that decodes a message does not say where it stops making sense.
  @Test func whatIsNoTextIsFound() throws {
    let node = ONNXBytes.field(3, [0x41, 0xff]) + ONNXBytes.field(4, Array("Relu".utf8))
    let file = try ScratchFile(ONNXBytes.model(nodes: [node]))
    let error = #expect(throws: FormatError.self) { try ONNXFile(file.path) }
    #expect(error?.message == "byte 6: is no ONNX model: expected text in UTF-8")
  }

  @Test func negativePadsCut() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 6, 6])])
    graph.constant("pads", [0, 0, -1, 2, 0, -1, 0, -3])
    graph.add("Pad", ["x", "pads"], ["y"])
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "", input: model.input, building: model.network(input: model.input))
    #expect(network.firstUnsupported == nil)
    #expect(network.outputShape == .map(channels: 3, height: 5, width: 5))
  }
}

/// What a graph works out of stored tensors, by hand.
@Suite struct ComputedTensorTests {
  private let a = ImportedTensor([1, 2, 3, 4, 5, 6], dimensions: [2, 3])

  @Test func axesMove() throws {
    let cube = ImportedTensor((0..<24).map(Float.init), dimensions: [2, 3, 4])
    let moved = try #require(cube.permuted([2, 0, 1]))
    #expect(moved.dimensions == [4, 2, 3])
    for i in 0..<4 {
      for j in 0..<2 { for k in 0..<3 { #expect(moved.values[i * 6 + j * 3 + k] == Float(j * 12 + k * 4 + i)) } }
    }
    #expect(a.transposed?.values == [1, 4, 2, 5, 3, 6])
  }

  @Test func axesOfOnePlaceGoWithAll() throws {
    let column = ImportedTensor([10, 20], dimensions: [2, 1])
    let row = ImportedTensor([100, 200, 300], dimensions: [3])
    #expect(a.combined(with: column, +)?.values == [11, 12, 13, 24, 25, 26])
    #expect(a.combined(with: row, +)?.values == [101, 202, 303, 104, 205, 306])
    #expect(column.combined(with: row, *)?.values == [1000, 2000, 3000, 2000, 4000, 6000])
    #expect(a.combined(with: ImportedTensor([1, 2], dimensions: [2]), +) == nil)
  }

  @Test func partsAndWholes() throws {
    #expect(a.cut(1, Cut(start: 2, count: 2, step: -2))?.values == [3, 1, 6, 4])
    #expect(a.reduced([0]) { $0.reduce(0, +) }?.values == [5, 7, 9])
    #expect(a.reduced([0, 1]) { $0.max() ?? 0 }?.values == [6])
    let column = ImportedTensor([7, 8], dimensions: [2, 1])
    #expect(ImportedTensor.concatenated([a, column], axis: 1)?.values == [1, 2, 3, 7, 4, 5, 6, 8])
    #expect(ImportedTensor.concatenated([a, column], axis: 0) == nil)
  }

  /// Every step doubles what reading takes, so that a few dozen would never end.
  @Test func workHasAnEnd() throws {
    var tensor: ImportedTensor? = a
    var last: ImportedTensor?
    for _ in 0..<64 {
      last = tensor ?? last
      tensor = tensor.flatMap { $0.combined(with: $0, +) }
    }
    #expect(tensor == nil)
    let time = processorTime(bestOf: 1) { #expect(last?.values.count == 6) }
    #expect(time < .seconds(1))
    let long = ImportedTensor(repeating: 1, dimensions: [1 << 14])
    #expect(long.reshaped([1 << 14, 1])?.combined(with: long, +) == nil)
  }
}
