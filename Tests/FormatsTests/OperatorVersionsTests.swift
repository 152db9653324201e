import NetworkGraph
import Testing

@testable import Formats

/// Operators in the forms of version 7, of which many have become inputs since: they mean the same.
@Suite struct OperatorVersionsTests {
  @Test func formsOfVersion7() throws {
    var old = TestGraph(opset: 7, inputs: [("x", [1, 4, 8, 8])])
    old.add("Upsample", ["x"], ["a"], .text("mode", "nearest"), .numbers("scales", [1, 1, 2, 2]))
    old.add("Dropout", ["a"], ["b"], .number("ratio", 0.25))
    old.add("Pad", ["b"], ["c"], .integers("pads", [0, 0, 1, 2, 0, 0, 3, 4]), .number("value", 0.5))
    old.add(
      "Slice", ["c"], ["d"], .integers("axes", [2, 3]), .integers("starts", [1, -9]), .integers("ends", [20, 9999]))
    old.add("Clip", ["d"], ["e"], .number("min", 0), .number("max", 6))
    old.add("Split", ["e"], ["f", "g"], .integer("axis", 1), .integers("split", [1, 3]))
    old.add("ReduceMean", ["g"], ["h"], .integers("axes", [2, 3]))
    old.add("Squeeze", ["h"], ["i"], .integers("axes", [2, 3]))
    old.add("Softmax", ["i"], ["j"])
    old.add("Unsqueeze", ["j"], ["y"], .integers("axes", [2, 3]))

    var new = TestGraph(opset: 18, inputs: [("x", [1, 4, 8, 8])])
    new.constant("pads", [0, 0, 1, 2, 0, 0, 3, 4])
    new.constant("axes", [2, 3])
    new.constant("starts", [1, -9])
    new.constant("ends", [20, 9999])
    new.constant("split", [1, 3])
    new.add("Constant", [], ["scales"], .numbers("value_floats", [1, 1, 2, 2]))
    for (name, value) in [("ratio", 0.25), ("half", 0.5), ("zero", 0), ("six", 6)] as [(String, Float)] {
      new.add("Constant", [], [name], .number("value_float", value))
    }
    new.add(
      "Resize", ["x", "", "scales"], ["a"], .text("mode", "nearest"), .text("nearest_mode", "floor"),
      .text("coordinate_transformation_mode", "asymmetric"))
    new.add("Dropout", ["a", "ratio"], ["b"])
    new.add("Pad", ["b", "pads", "half"], ["c"])
    new.add("Slice", ["c", "starts", "ends", "axes"], ["d"])
    new.add("Clip", ["d", "zero", "six"], ["e"])
    new.add("Split", ["e", "split"], ["f", "g"], .integer("axis", 1))
    new.add("ReduceMean", ["g", "axes"], ["h"])
    new.add("Squeeze", ["h", "axes"], ["i"])
    new.add("Softmax", ["i"], ["j"], .integer("axis", 1))
    new.add("Unsqueeze", ["j", "axes"], ["y"])

    let (before, now) = (try network(old), try network(new))
    #expect(before.firstUnsupported == nil)
    #expect(before.layers.map(\.operation) == now.layers.map(\.operation))
    #expect(before.outputShape == .map(channels: 3, height: 1, width: 1))
  }

  /// A sum that says along which axes before version 7, which no operator here does.
  @Test func broadcastingOfOldVersions() throws {
    var graph = TestGraph(opset: 6, inputs: [("x", [1, 4, 8, 8])])
    graph.add("Constant", [], ["list"], .numbers("value_floats", [1, 2, 3, 4, 5, 6, 7, 8]))
    graph.add("Add", ["x", "list"], ["y"], .integer("broadcast", 1), .integer("axis", 2))
    #expect(try network(graph).firstUnsupported?.reason == "with the broadcasting of version 6 has no kernel")
  }

  /// Exporters work margins out from a list that they turn round: pairs from the last axis on.
  @Test func marginsThatAreTurnedRound() throws {
    var graph = TestGraph(opset: 13, inputs: [("x", [1, 4, 8, 9])])
    graph.constant("given", [1, 2, 3, 0])
    graph.constant("zeros", [0, 0, 0, 0])
    graph.constant("pairs", [-1, 2])
    graph.constant("from", [-1])
    graph.constant("to", [-.max])
    graph.constant("axis", [0])
    graph.constant("step", [-1])
    graph.constant("flat", [-1])
    graph.add("Concat", ["given", "zeros"], ["all"], .integer("axis", 0))
    graph.add("Reshape", ["all", "pairs"], ["rows"])
    graph.add("Slice", ["rows", "from", "to", "axis", "step"], ["turned"])
    graph.add("Transpose", ["turned"], ["sides"], .integers("perm", [1, 0]))
    graph.add("Reshape", ["sides", "flat"], ["pads"])
    graph.add("Pad", ["x", "pads"], ["y"])
    let network = try network(graph)
    #expect(network.firstUnsupported == nil)
    #expect(network.layers.last?.operation == .zeroPad(Margins(top: 3, left: 1, bottom: 0, right: 2)))
  }

  /// What repeats a map holds no numbers of its own.
  @Test func mapsAreRepeated() throws {
    var graph = TestGraph(opset: 13, inputs: [("x", [1, 4, 1, 1])])
    graph.constant("shape", [1, 4, 3, 5])
    graph.constant("same", [1, 1, 1])
    graph.add("Expand", ["x", "shape"], ["a"])
    graph.add("Expand", ["a", "same"], ["y"])
    let network = try network(graph)
    #expect(network.firstUnsupported == nil)
    #expect(network.outputShape == .map(channels: 4, height: 3, width: 5))
    #expect(network.cost.parameters == 0 && network.layers.count == 2)
  }

  /// A line has no rows: its second axis behind the batch is that of its columns.
  /// Version 10 took the next pixel where a map shrinks, and the one before where it grows.
  @Test(
    arguments: [
      ([1, 1, 2, 3], [Resizing.Rounding.floor]), ([1, 1, 0.5, 0.4], [.ceiling]), ([1, 1, 2, 0.5], [.floor, .ceiling]),
      ([1, 1, 0.5, 1], [.ceiling]),
    ] as [([Float], [Resizing.Rounding])])
  func nearestPixelsOfVersion10(scales: [Float], expected: [Resizing.Rounding]) throws {
    var graph = TestGraph(opset: 10, inputs: [("x", [1, 4, 8, 10])])
    graph.add("Constant", [], ["scales"], .numbers("value_floats", scales))
    graph.add("Resize", ["x", "scales"], ["y"], .text("mode", "nearest"))
    let network = try network(graph)
    let roundings = network.layers.compactMap { layer in
      if case .portable(.resize(let resizing)) = layer.operation, case .nearest(let rounding) = resizing.interpolation {
        rounding
      } else {
        nil
      }
    }
    #expect(roundings == expected)
    #expect(
      network.outputShape == .map(channels: 4, height: Int(8 * scales[2]), width: Int(10 * scales[3])))
  }

  /// The last axis of two images whose rows stand behind their columns, as networks that read text have it.
  @Test func linearLayersOfRows() throws {
    var graph = TestGraph(opset: 13, inputs: [("x", [2, 6, 9])])
    graph.add("Transpose", ["x"], ["t"], .integers("perm", [0, 2, 1]))
    graph.add("MatMul", ["t", "w"], ["y"])
    let network = try network(
      graph, [ONNXBytes.tensor("w", [6, 5], type: .float, field: 9, Array(repeating: 0, count: 120))])
    #expect(network.firstUnsupported == nil)
    #expect(network.outputShape == .map(channels: 9, height: 1, width: 5))
    #expect(network.cost.parameters == 30)
  }

  /// Some exporters always ask for the places of maxima, and for the dropout of training at a rate of 0.
  @Test func whatNothingTakesIsNotNeeded() throws {
    var graph = TestGraph(opset: 13, inputs: [("x", [1, 4, 8, 8])])
    graph.add("Constant", [], ["rate"], .number("value_float", 0))
    graph.add("Constant", [], ["training"], .integer("value_int", 1))
    graph.add("MaxPool", ["x"], ["pooled", "places"], .integers("kernel_shape", [2, 2]))
    graph.add("Dropout", ["pooled", "rate", "training"], ["y"])
    #expect(try network(graph).firstUnsupported == nil)
  }

  @Test func linesArePaddedAndResized() throws {
    var graph = TestGraph(opset: 13, inputs: [("x", [1, 4, 9])])
    graph.constant("pads", [0, 0, 1, 0, 0, 2])
    graph.add("Constant", [], ["scales"], .numbers("value_floats", [1, 1, 2]))
    graph.add("Pad", ["x", "pads"], ["a"])
    graph.add("Resize", ["a", "", "scales"], ["y"], .text("mode", "nearest"))
    let network = try network(graph)
    #expect(network.firstUnsupported == nil)
    #expect(network.outputShape == .map(channels: 4, height: 1, width: 24))
  }

  /// Version 7 says of a norm whether its figures are those of whole channels.
  @Test(
    arguments: [(7, [.integer("spatial", 1)]), (9, []), (15, [])] as [(Int64, [TestGraph.Attribute])])
  func normsOfChannels(opset: Int64, attributes: [TestGraph.Attribute]) throws {
    var graph = TestGraph(opset: opset, inputs: [("x", [1, 2, 3, 3])])
    graph.add("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], attributes)
    let tensors = ["s", "b", "m", "v"].map {
      ONNXBytes.tensor($0, [2], type: .float, field: 9, ONNXBytes.little([0x3f80_0000, 0x3f80_0000]))
    }
    #expect(try network(graph, tensors).layers.last?.operation == .batchNorm(features: 2, epsilon: 1e-5))
  }

  /// As PyTorch asks for a size before version 11: a quotient of sizes that have become floating-point numbers.
  @Test(arguments: [(14, 7), (13, 25), (6, 9)] as [(Int64, Int64)]) func scalesOfWantedSizes(
    length: Int64, wanted: Int64
  ) throws {
    var graph = TestGraph(opset: 9, inputs: [("x", [1, 2, length, length])])
    graph.constant("wanted", [wanted, wanted])
    graph.add("Constant", [], ["ones"], .numbers("value_floats", [1, 1]))
    graph.add("Shape", ["x"], ["shape"])
    graph.add("Slice", ["shape"], ["size"], .integers("axes", [0]), .integers("starts", [2]), .integers("ends", [4]))
    graph.add("Cast", ["size"], ["from"], .integer("to", 1))
    graph.add("Cast", ["wanted"], ["to"], .integer("to", 1))
    graph.add("Div", ["to", "from"], ["scale"])
    graph.add("Concat", ["ones", "scale"], ["scales"], .integer("axis", 0))
    graph.add("Upsample", ["x", "scales"], ["y"], .text("mode", "nearest"))
    #expect(try network(graph).outputShape == .map(channels: 2, height: Int(wanted), width: Int(wanted)))
  }

  /// Before version 13 an axis meant all those behind it too.
  @Test func logarithmOfSharesOfAMap() throws {
    var graph = TestGraph(opset: 12, inputs: [("x", [1, 3, 4, 5])])
    graph.add("LogSoftmax", ["x"], ["y"], .integer("axis", 1))
    #expect(
      try network(graph).layers.dropFirst().map(\.operation) == [
        .portable(.reshape(.map(channels: 1, height: 1, width: 60))), .portable(.logSoftmax(.columns)),
        .portable(.reshape(.map(channels: 3, height: 4, width: 5))),
      ])
  }

  @Test func responseNormsOfEvenSizeAreNotMistaken() throws {
    var graph = TestGraph(inputs: [("x", [1, 8, 4, 5])])
    graph.add("LRN", ["x"], ["y"], .integer("size", 4))
    #expect(try network(graph).firstUnsupported?.reason.contains("even number") == true)
  }

  /// Inputs stay all where a network ends early, be it at one of them.
  @Test func prefixesEndAtTheirLayer() throws {
    var graph = TestGraph(inputs: [("a", [1, 2, 4, 4]), ("b", [1, 2, 4, 4])])
    graph.add("Add", ["a", "b"], ["sum"])
    graph.add("Relu", ["sum"], ["y"])
    let whole = try network(graph)
    for layer in whole.layers {
      let prefix = whole.prefix(through: layer.id)
      #expect(prefix[prefix.output].path == layer.path)
    }
  }

  private func network(_ graph: TestGraph, _ tensors: [[UInt8]] = []) throws -> Network {
    let file = try ScratchFile(graph.bytes(outputs: ["y"], tensors: tensors))
    let model = try ONNXModel(file.path)
    return try Network(name: "versions", input: model.input, building: try model.network(input: model.input))
  }

  /// Shapes as exporters work them out: what is left over, which of two, the largest.
  @Test func shapeArithmetic() throws {
    var graph = TestGraph(inputs: [("x", [1, 2, 6, 6])])
    for (name, value) in [("minusSeven", -7), ("four", 4), ("two", 2), ("three", 3)] as [(String, Int64)] {
      graph.constant(name, [value])
    }
    graph.add("Mod", ["minusSeven", "four"], ["rest"])  // 1
    graph.add("Greater", ["two", "three"], ["isGreater"])
    graph.add("Where", ["isGreater", "two", "three"], ["chosen"])  // 3
    graph.add("Not", ["isGreater"], ["one"])
    graph.add("Concat", ["rest", "chosen", "two"], ["lengths"], .integer("axis", 0))
    graph.add("ReduceSum", ["lengths"], ["sum"])  // 6
    graph.add("ReduceMax", ["lengths"], ["most"])  // 3
    graph.add("Mul", ["sum", "most"], ["product"])  // 18
    graph.add("Sub", ["product", "sum"], ["twelve"])
    graph.add("Concat", ["rest", "twelve", "two", "chosen"], ["shape"], .integer("axis", 0))
    graph.add("Reshape", ["x", "shape"], ["y"])
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "shapes", input: model.input, building: try model.network(input: model.input))
    #expect(network.firstUnsupported == nil)
    #expect(network.outputShape == .map(channels: 12, height: 2, width: 3))
  }
}
