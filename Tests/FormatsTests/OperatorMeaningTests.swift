import Architectures
import Engine
import NetworkGraph
import Testing

@testable import Formats

/// What operators mean where a near reading of them would give another answer, and what they count.
@Suite struct OperatorMeaningTests {
  // MARK: Answers

  /// Places are picked out of values of one pixel each, which lie side by side.
  @Test func placesOfSinglePixels() throws {
    var graph = TestGraph(inputs: [("x", [1, 8, 3, 3])])
    graph.add("GlobalAveragePool", ["x"], ["mean"])
    graph.add("Gather", ["mean", "places"], ["y"], .integer("axis", 1))
    let places = ONNXBytes.tensor("places", [8], type: .int64, field: 7, (0..<8).reversed())
    let x = (0..<72).map { Float($0 / 9) }
    #expect(try graph.answer(to: [x], tensors: [places]).values == [7, 6, 5, 4, 3, 2, 1, 0])
  }

  @Test func rangesOfArraysInVersion10() throws {
    var graph = TestGraph(opset: 10, inputs: [("x", [2, 3, 4])])
    graph.add("Transpose", ["x"], ["a"], .integers("perm", [2, 0, 1]))
    graph.add("Clip", ["a"], ["b"], .number("min", 0), .number("max", 1))
    graph.add("Transpose", ["b"], ["y"], .integers("perm", [1, 2, 0]))
    let x = (0..<24).map { Float($0) / 8 - 1 }
    let expected: [Float] = x.map { value in min(max(value, 0), 1) }
    #expect(try graph.answer(to: [x]).values == expected)
  }

  /// A stored length of one is one, and not as many images as the file is made for.
  @Test func oneIsNotTheBatch() throws {
    var graph = TestGraph(inputs: [("x", [2, 3, 4, 4])])
    graph.add("Reshape", ["x", "shape"], ["y"])
    let shape = integers("shape", [1, -1, 4, 4])
    let (values, axes) = try graph.answer(to: [(0..<96).map(Float.init)], tensors: [shape])
    #expect(axes == [1, 6, 4, 4])
    #expect(values == Array(stride(from: Float(0), to: 96, by: 1)))
  }

  /// What is mirrored, takes another shape, and is mirrored again, is not what the file stores.
  @Test func mirroredTwiceInAnotherShape() throws {
    var graph = TestGraph(inputs: [("x", [1, 8])])
    graph.add("Transpose", ["w"], ["a"], .integers("perm", [1, 0]))
    graph.add("Reshape", ["a", "wide"], ["b"])
    graph.add("Transpose", ["b"], ["c"], .integers("perm", [1, 0]))
    graph.add("Gemm", ["x", "c"], ["y"], .integer("transB", 1))
    let w = (0..<24).map(Float.init)
    let x = (0..<8).map { Float($0 == 3 ? 1 : 0) }
    // The fourth row of the mirrored matrix [6, 4] read as [8, 3].
    let mirrored = (0..<6).flatMap { column in (0..<4).map { w[$0 * 6 + column] } }
    let (values, _) = try graph.answer(to: [x], tensors: [floats("w", [4, 6], w), integers("wide", [8, 3])])
    #expect(values == Array(mirrored[9..<12]))
  }

  /// Names inside one branch mean nothing in another.
  @Test func branchesHaveNamesOfTheirOwn() throws {
    func branch(taking name: String, adding number: Float) throws -> [UInt8] {
      var graph = TestGraph(inputs: [])
      graph.add("Constant", [], ["addend"], .number("value_float", number))
      graph.add("Add", [name, "addend"], ["sum"])
      return try graph.branch(output: "sum")
    }
    var graph = TestGraph(inputs: [("x", [1, 2, 2, 2])])
    graph.constant("asked", [1])
    let questions = try [("x", "a", Float(1)), ("a", "y", 3)].map { input, output, number in
      let branch = try branch(taking: input, adding: number)
      return try TestGraph.question("asked", output, [("then_branch", branch), ("else_branch", branch)])
    }
    let network = try network(graph.bytes(outputs: ["y"], lastNodes: questions))
    #expect(network.layers.dropFirst().map(\.operation) == [.shift(1), .shift(3)])
  }

  /// Channels first and channels last are different orders for one pixel too.
  @Test func ordersOfOnePixel() throws {
    var sum = TestGraph(inputs: [("x", [1, 4, 2, 2])])
    sum.add("GlobalAveragePool", ["x"], ["mean"])
    sum.add("Transpose", ["mean"], ["last"], .integers("perm", [0, 2, 3, 1]))
    sum.add("Add", ["mean", "last"], ["y"])
    let (values, axes) = try sum.answer(to: [(0..<16).map { Float($0 / 4) }])
    #expect(axes == [1, 4, 1, 4])
    let expected: [Float] = (0..<16).map { place in Float(place / 4 + place % 4) }
    #expect(values == expected)

    var shares = TestGraph(inputs: [("x", [1, 4, 2, 2])])
    shares.add("GlobalAveragePool", ["x"], ["mean"])
    shares.add("Transpose", ["mean"], ["last"], .integers("perm", [0, 2, 3, 1]))
    shares.add("Softmax", ["last"], ["y"], .integer("axis", 1))
    #expect(try shares.answer(to: [(0..<16).map { Float($0 / 4) }]).values == [1, 1, 1, 1])
  }

  /// A stored operand that stands first is one of an image all the same.
  @Test(arguments: ["Div", "Max", "Add", "Mul"]) func storedOperandsComeFirst(_ type: String) throws {
    var graph = TestGraph(inputs: [("x", [1, 3, 2, 2])])
    graph.add(type, ["c", "x"], ["y"])
    let network = try network(graph.bytes(outputs: ["y"], tensors: [floats("c", [1, 1, 2, 2], [1, 2, 3, 4])]))
    #expect(network.layers.count == 2 && network.firstUnsupported == nil)
    #expect(network.outputShape == .map(channels: 3, height: 2, width: 2))
  }

  @Test func normsOfOneScale() throws {
    var graph = TestGraph(inputs: [("x", [1, 4])])
    graph.add("LayerNormalization", ["x", "scale"], ["y"], .number("epsilon", 0))
    let (values, _) = try graph.answer(to: [[1, 3, 1, 3]], tensors: [floats("scale", [1], [2])])
    #expect(values == [-2, 2, -2, 2])
  }

  @Test func imagesKeepTheirNumberOfAxes() throws {
    var graph = TestGraph(inputs: [("x", [1, 3])])
    graph.add("Relu", ["x"], ["y"])
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let model = try ONNXModel(file.path)
    #expect(throws: FormatError.self) { try model.network(input: .map(channels: 3, height: 4, width: 4)) }
    var line = TestGraph(inputs: [("x", [1, 3, 8])])
    line.add("Relu", ["x"], ["y"])
    let lines = try ScratchFile(line.bytes(outputs: ["y"]))
    let model2 = try ONNXModel(lines.path)
    #expect(try model2.network(input: .map(channels: 3, height: 1, width: 7)).inputs.count == 1)
    #expect(throws: FormatError.self) { try model2.network(input: .map(channels: 3, height: 5, width: 7)) }
  }

  // MARK: Counts

  /// Layers with the same weights have them once, in whatever block one looks; norms that only look alike have their own.
  @Test func sharedWeightsCountOnce() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 8, 8])])
    for (input, output) in [("x", "a"), ("a", "y")] {
      graph.add("Conv", [input, "w", "b"], ["\(output)_sum"], .integers("pads", [1, 1, 1, 1]))
      graph.name("/\(output)_block/conv/Conv")
      graph.add("Relu", ["\(output)_sum"], [output])
      graph.name("/\(output)_block/relu/Relu")
    }
    let tensors = [
      floats("w", [4, 4, 3, 3], Array(repeating: 0.5, count: 144)), floats("b", [4], [1, 2, 3, 4]),
    ]
    let network = try network(graph.bytes(outputs: ["y"], tensors: tensors))
    #expect(network.cost.parameters == 148)
    #expect(network.cost.convolution == 2 * 144 * 64)
    let convolutions = network.layers.filter { $0.operation.convolution != nil }
    #expect(convolutions.map(\.cost.parameters) == [148, 0])
    #expect(convolutions.map(\.countsFewerTensors) == [false, true])
    #expect(try network.subnetwork(at: "y_block").cost.parameters == 148)

    let written = ONNXExporter(network).graph.initializers.map(\.name)
    #expect(written == ["a_block.conv.weight", "a_block.conv.bias"])
  }

  @Test func addedNumbersAreNoNorms() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 8, 8])])
    graph.add("Relu", ["x"], ["a"])
    graph.add("Constant", [], ["half"], .number("value_float", 0.5))
    graph.add("Add", ["a", "half"], ["b"])
    graph.add("Sub", ["b", "means"], ["y"])
    let network = try network(graph.bytes(outputs: ["y"], tensors: [floats("means", [4, 1, 1], [1, 2, 3, 4])]))
    #expect(network.layers.dropFirst(2).map(\.operation) == [.shift(0.5), .channelBias(features: 4)])
    #expect(network.cost.parameters == 4 && network.cost.buffers == 0)
    #expect(network.cost.addition == 2 * 256 && network.cost.batchNormLayers == 0)
  }

  @Test func sumsOfStoredMapsAreAdditions() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 8, 8])])
    graph.add("Add", ["x", "map"], ["a"])
    graph.add("Sub", ["a", "x"], ["b"])
    graph.add("Max", ["b", "a", "x"], ["y"])
    let map = floats("map", [1, 4, 8, 8], Array(repeating: 1, count: 256))
    let cost = try network(graph.bytes(outputs: ["y"], tensors: [map])).cost
    #expect(cost.addition == 2 * 256 && cost.multiplication == 2 * 256)
  }

  /// A response norm (Woo et al. 2023) of a map works on maps and channels alone: nothing is laid out as an array.
  @Test func responseNormsStayMaps() throws {
    var graph = TestGraph(opset: 17, inputs: [("x", [1, 20, 6, 6])])
    graph.add("Relu", ["x"], ["start"])
    graph.add("ReduceL2", ["start"], ["norm"], .integers("axes", [2, 3]))
    graph.add("ReduceMean", ["norm"], ["mean"], .integers("axes", [1]))
    graph.add("Div", ["norm", "mean"], ["share"])
    graph.add("Mul", ["start", "share"], ["shared"])
    graph.add("Add", ["start", "shared"], ["y"])
    let network = try network(graph.bytes(outputs: ["y"]))
    #expect(network.layers.map(\.operation.kind) == ["Input", "ReLU", "Norm", "Mean", "Div", "Multiply", "Add"])
    #expect(network.layers.last?.output == .map(channels: 20, height: 6, width: 6))
  }

  /// A norm of groups (Wu and He 2018) is written as one of rows, with the scales and shifts of the channels behind it; what
  /// scales it once more is a layer of its own.
  @Test func groupNormsAreOneLayer() throws {
    var graph = TestGraph(inputs: [("x", [1, 6, 4, 4])])
    graph.add("Relu", ["x"], ["start"])
    graph.add("Reshape", ["start", "rows"], ["laid"])
    graph.add("InstanceNormalization", ["laid", "ones", "zeros"], ["normed"])
    graph.add("Shape", ["start"], ["lengths"])
    graph.add("Reshape", ["normed", "lengths"], ["map"])
    graph.add("Mul", ["map", "weight"], ["scaled"])
    graph.add("Add", ["scaled", "bias"], ["shifted"])
    graph.add("Mul", ["shifted", "weight"], ["y"])
    let tensors = [
      integers("rows", [0, 3, -1]), floats("ones", [3], [1, 1, 1]), floats("zeros", [3], [0, 0, 0]),
      floats("weight", [6, 1, 1], [1, 2, 3, 4, 5, 6]), floats("bias", [6, 1, 1], [6, 5, 4, 3, 2, 1]),
    ]
    let network = try network(graph.bytes(outputs: ["y"], tensors: tensors))
    let norm = PortableOperation.groupNorm(groups: 3, features: 6, epsilon: 1e-5)
    #expect(
      network.layers.map(\.operation) == [
        .input(.map(channels: 6, height: 4, width: 4)), .activation(.relu), .portable(norm),
        .layerScale(features: 6),
      ])
    #expect(network.cost.parameters == 18)
    let x = (0..<96).map { Float($0 % 7) - 2 }
    let values = try graph.answer(to: [x], tensors: tensors).values
    for channel in 0..<6 {
      let group = x[channel / 2 * 32..<(channel / 2 + 1) * 32].map { max($0, 0) }
      let mean = group.reduce(0, +) / 32
      let deviation = (group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 32 + 1e-5).squareRoot()
      for i in channel * 16..<(channel + 1) * 16 {
        let expected = (max(x[i], 0) - mean) / deviation * Float(channel + 1) + Float(6 - channel)
        let scaled = expected * Float(channel + 1)
        #expect(abs(values[i] - scaled) < 1e-3)
      }
    }
  }

  /// The square of a layer norm that an exporter takes apart is no gate.
  @Test func normsAreNoGates() throws {
    var graph = TestGraph(opset: 13, inputs: [("x", [1, 4, 8, 8])])
    graph.add("Constant", [], ["two"], .number("value_float", 2))
    graph.add("Relu", ["x"], ["start"])
    graph.add("ReduceMean", ["start"], ["mean"], .integers("axes", [1]))
    graph.name("/norm/ReduceMean")
    graph.add("Sub", ["start", "mean"], ["centred"])
    graph.name("/norm/Sub")
    graph.add("Pow", ["centred", "two"], ["square"])
    graph.name("/norm/Pow")
    graph.add("ReduceMean", ["square"], ["variance"], .integers("axes", [1]))
    graph.name("/norm/ReduceMean_1")
    graph.add("Sqrt", ["variance"], ["deviation"])
    graph.name("/norm/Sqrt")
    graph.add("Div", ["centred", "deviation"], ["y"])
    graph.name("/norm/Div")
    let network = try network(graph.bytes(outputs: ["y"]))
    #expect(network.blocks.map(\.kind.description).allSatisfy { $0 != "SqueezeExcitation" })
    #expect(network.blocks.contains { $0.path == "norm" })
  }

  /// Maps that grow lie closer in the image again.
  @Test func fieldsBehindLargerMaps() throws {
    func fields(_ operation: PortableOperation) throws -> [ReceptiveField] {
      let builder = try NetworkBuilder(name: "fields", input: .map(channels: 4, height: 16, width: 16))
      let x = try builder.input.conv("a", 4, kernel: 3, stride: 2).apply(.portable(operation), name: "larger")
        .conv("b", 4, kernel: 3)
      return ReceptiveField.all(in: try builder.finish(x))
    }
    func resize(_ interpolation: Resizing.Interpolation) -> PortableOperation {
      .resize(
        Resizing(
          size: 16, verticalScale: 2, horizontalScale: 2, interpolation: interpolation, coordinates: .halfPixel))
    }
    let nearest = try fields(resize(.nearest(.floor)))
    #expect(nearest.map(\.size) == [1, 3, 3, 5])
    #expect(nearest.map(\.stride) == [1, 2, 1, 1])
    #expect(try fields(resize(.linear)).map(\.size) == [1, 3, 5, 7])
    let transposed = TransposedConvolution(
      inputChannels: 4, outputChannels: 4, kernel: 4, stride: 2, margins: Margins(top: 1, left: 1, bottom: 1, right: 1),
      outputPadding: 0, dilation: 1, groups: 1, bias: false)
    #expect(try fields(.transposedConvolution(transposed)).map(\.size) == [1, 3, 5, 7])
  }

  // MARK: Blocks alone

  /// Neither `a.b`, which is no part of `a`, nor a layer that is called as the image is, stands in a block's way.
  @Test func blocksByTheirNames() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 8, 8])])
    for (input, output, block) in [("x", "p", "a"), ("p", "q", "a.b"), ("q", "y", "c")] {
      graph.add("Tanh", [input], ["\(output)_inner"])
      graph.name("/\(block)/input/Tanh")
      graph.add("Relu", ["\(output)_inner"], [output])
      graph.name("/\(block)/relu/Relu")
    }
    let network = try network(graph.bytes(outputs: ["y"]))
    for path in ["a", "c"] as [NodePath] {
      let block = try network.subnetwork(at: path)
      #expect(block.blocks.count == 1)
      #expect(block.layers.map(\.path) == ["input_", "input", "relu"])
      #expect(block.layer(at: "input")?.operation == .activation(.tanh))
      _ = ONNXExporter(block)
    }
  }

  @Test func stagesWithoutBlocksAreNone() throws {
    let spec = try NetworkSpec(entry: "inception_resnet_v2").setting("blocks=10,20,1")
    #expect(try Catalogue.build(spec).block(at: "repeat_2") == nil)
  }

  // MARK: Files

  private func floats(_ name: String, _ dimensions: [Int64], _ values: [Float]) -> [UInt8] {
    ONNXBytes.tensor(name, dimensions, type: .float, field: 9, ONNXBytes.little(values.map(\.bitPattern)))
  }

  private func integers(_ name: String, _ values: [Int64]) -> [UInt8] {
    ONNXBytes.tensor(
      name, [Int64(values.count)], type: .int64, field: 7,
      values.flatMap { ONNXBytes.varint(UInt64(bitPattern: $0)) })
  }

  private func network(_ bytes: [UInt8]) throws -> Network {
    let file = try ScratchFile(bytes)
    let model = try ONNXModel(file.path)
    return try Network(name: "meaning", input: model.input, building: try model.network(input: model.input))
  }
}
