import Architectures
import Engine
import NetworkGraph
import Testing

@testable import Formats

/// What this program writes it reads again as the same network.
@Suite struct ONNXRoundTripTests {
  /// The smallest network of every family, every building block, and residual blocks in forms of their own.
  static let specs: [NetworkSpec] = {
    let built = Catalogue.entries.compactMap { entry in
      (try? Catalogue.build(NetworkSpec(entry: entry.name))).map { (entry, $0) }
    }
    let families = Dictionary(grouping: built) { $0.0.isBlock ? $0.0.name : $0.0.family }
    return families.values.compactMap { $0.min { $0.1.cost.parameters < $1.1.cost.parameters }?.0.name }.sorted()
      .filter { !["alexnet", "vgg11"].contains($0) }.map { NetworkSpec(entry: $0) }
      + ["inception_resnet_v2", "resnet18:torch7-preresnet"].compactMap { try? NetworkSpec(parsing: $0) }
  }()

  @Test(arguments: specs) func treeAndCounts(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    let again = try reread(network, weights: Zeros())
    #expect(again.0.blockLines.difference(from: network.blockLines).isEmpty)
    #expect(again.0.layerLines.difference(from: network.layerLines).isEmpty)
    #expect(again.0.cost == network.cost)
  }

  @Test(arguments: ["cifar_resnet20", "squeezenet1_1", "shufflenet_v2_x0_5", "mobilenet_v3_small"])
  func answers(name: String) throws {
    let network = try Catalogue.build(NetworkSpec(entry: name, input: .map(channels: 3, height: 64, width: 48)))
    let weights = SeededWeights(for: network)
    let (again, mapped) = try reread(network, weights: weights)
    let (a, b) = (try answer(network, weights), try answer(again, mapped))
    let largest = a.reduce(0) { max($0, abs($1)) }
    // Settings of operators are kept in single precision.
    #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * largest })
  }

  /// Attention, which works on whole arrays, with what is learned of places.
  @Test func graphsOnArrays() throws {
    var graph = TestGraph(inputs: [("x", [1, 8, 4, 4])])
    graph.constant("heads", [1, 2, 4, 16])
    graph.constant("image", [1, 8, 4, 4])
    graph.constant("list", [1, 128])
    graph.add("Reshape", ["x", "heads"], ["keys"])
    graph.add("Transpose", ["keys"], ["queries"], .integers("perm", [0, 1, 3, 2]))
    graph.add("MatMul", ["queries", "keys"], ["products"])
    graph.add("Add", ["products", "places"], ["scores"])
    graph.add("Softmax", ["scores"], ["shares"], .integer("axis", -1))
    graph.add("MatMul", ["keys", "shares"], ["mixed"])
    graph.add("MatMul", ["mixed", "matrices"], ["learned"])
    graph.add("Reshape", ["learned", "image"], ["back"])
    graph.add("Add", ["back", "x"], ["sum"])
    graph.add("Reshape", ["sum", "list"], ["y"])
    func floats(_ name: String, _ lengths: [Int64]) -> [UInt8] {
      let count = Int(lengths.reduce(1, *))
      return ONNXBytes.tensor(
        name, lengths, type: .float, field: 9, ONNXBytes.little((0..<count).map { Float($0 % 7).bitPattern }))
    }
    let file = try ScratchFile(
      graph.bytes(outputs: ["y"], tensors: [floats("places", [2, 16, 16]), floats("matrices", [2, 16, 16])]))
    let (a, b) = try answersAroundTrip(of: file)
    let largest = a.reduce(0) { max($0, abs($1)) }
    #expect(largest > 0 && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * largest })
  }

  /// Channels last at the border, a size that is no multiple, windows of which one would begin beyond the map, and means
  /// along nothing.
  @Test func bordersAndSizes() throws {
    var graph = TestGraph(inputs: [("x", [1, 5, 4, 3])])
    graph.add("Transpose", ["x"], ["moved"], .integers("perm", [0, 2, 3, 1]))
    for name in ["scale", "shift"] { graph.add("Constant", [], [name], .numbers("value_floats", [1, 2, 3, 4])) }
    graph.add("InstanceNormalization", ["moved", "scale", "shift"], ["norm"])
    graph.constant("sizes", [1, 4, 7, 7])
    graph.add("Resize", ["norm", "", "", "sizes"], ["large"], .text("mode", "linear"))
    graph.add(
      "MaxPool", ["large"], ["few"], .integers("kernel_shape", [3, 2]), .integers("strides", [3, 3]),
      .integers("pads", [0, 0, 1, 1]))
    graph.add("Transpose", ["few"], ["images"], .integers("perm", [1, 0, 2, 3]))
    graph.add("ReduceMean", ["images"], ["y"], .integers("axes", [1]))
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let (a, b) = try answersAroundTrip(of: file)
    #expect(a.count == 24 && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 })
  }

  @Test(arguments: [false, true])
  func operationsWithoutKernels(_ computesWeights: Bool) throws {
    let network = try computesWeights ? PortableNetwork.computedWeights() : PortableNetwork.network()
    let weights = SeededWeights(for: network)
    let (again, mapped) = try reread(network, weights: weights)
    #expect(again.layerLines.difference(from: network.layerLines).isEmpty)
    let (a, b) = (try answer(network, weights), try answer(again, mapped))
    #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * abs($0) + 1e-6 })
    #expect(a.contains { $0 != a[0] } && a.allSatisfy(\.isFinite))
  }

  @Test func aBlockHasItsWeights() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "cifar_resnet20"))
    let block = try network.subnetwork(at: "layer2.0")
    let weights = SeededWeights(for: network)
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: weights, producer: "test", to: file.path)
    let mapped = try ONNXModel(file.path).mappedWeights(input: network.inputShape, at: "layer2.0")
    for (inner, path) in [("conv1", "layer2.0.conv1"), ("bn2", "layer2.0.bn2")] {
      let (a, b) = (try #require(block.layer(at: NodePath(inner))), try #require(network.layer(at: NodePath(path))))
      for tensor in a.operation.tensors { #expect(try values(mapped, tensor, a) == values(weights, tensor, b)) }
    }
  }

  /// Exporters of DenseNets put all maps together anew for every layer.
  @Test func concatenationsGrow() throws {
    let builder = try NetworkBuilder(name: "dense", input: .map(channels: 8, height: 6, width: 6))
    var maps = [builder.input]
    for i in 0..<4 {
      let x = maps.count > 1 ? try Value.concat(maps) : maps[0]
      maps.append(try x.conv("conv\(i)", 4, kernel: 3))
    }
    let network = try builder.finish(Value.concat(maps))
    let weights = SeededWeights(for: network)
    let (again, mapped) = try reread(network, weights: weights)
    let inputs = again.layers.filter { $0.operation == .concat }.map(\.inputs.count)
    #expect(inputs == [2, 2, 2, 2])
    #expect(try answer(again, mapped) == answer(network, weights))
  }

  /// Windows that do not divide a map are written as two products, and read as the one pooling that they are.
  @Test func adaptivePooling() throws {
    let builder = try NetworkBuilder(name: "pool", input: .map(channels: 2, height: 5, width: 9))
    let pooled = try builder.input.apply(.adaptiveAveragePool(.by(3, 4)), name: "avgpool")
    let network = try builder.finish(pooled.relu())
    let (again, weights) = try reread(network, weights: SeededWeights(for: network))
    #expect(again.layerLines == network.layerLines)
    #expect(try answer(again, weights) == answer(network, SeededWeights(for: network)))
  }

  /// What is turned and taken away fits where the file came from.
  @Test(arguments: [
    (ONNXNames(inputs: ["image.1"], answer: "495"), ["image.1", "495"]),
    (ONNXNames(inputs: ["conv1.weight"], answer: "y"), ["input", "output"]),
    (ONNXNames(inputs: ["x"], answer: "x"), ["input", "output"]),
    (ONNXNames(inputs: ["a", "b"], answer: "y"), ["input", "output"]),
  ])
  func namesAreKept(names: ONNXNames, expected: [String]) throws {
    let network = try Catalogue.build(NetworkSpec(entry: "cifar_resnet20"))
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: Zeros(), names: names, producer: "test", to: file.path)
    let graph = try ONNXFile(file.path).graph
    #expect(graph.input.map(\.name) + graph.output.map(\.name) == expected)
    let model = try ONNXModel(file.path)
    #expect(try Network(name: "", input: model.input, building: model.network(input: model.input)).cost == network.cost)
  }

  @Test func whatHasNoKernelIsNotWritten() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 6, 6])])
    graph.add("Celu", ["x"], ["y"], .number("alpha", 0.3))
    let file = try ScratchFile(graph.bytes(outputs: ["y"]))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "", input: model.input, building: model.network(input: model.input))
    let error = #expect(throws: FormatError.self) { try ONNXFile.checkExport(of: network, to: "z.onnx") }
    #expect(error?.message == "cannot be written: the node 'y' (Celu) has no kernel")
  }

  /// What a file's network answers, and what it does written and read again; its layers are the same then.
  private func answersAroundTrip(of file: ScratchFile) throws -> (before: [Float], after: [Float]) {
    let model = try ONNXModel(file.path)
    let network = try Network(name: "", input: model.input, building: model.network(input: model.input))
    #expect(network.firstUnsupported == nil)
    let weights = try model.mappedWeights(input: model.input)
    let (again, mapped) = try reread(network, weights: weights)
    #expect(again.layerLines.difference(from: network.layerLines).isEmpty)
    return (try answer(network, weights), try answer(again, mapped))
  }

  private func reread(_ network: Network, weights: some WeightSource) throws -> (Network, ImportedWeights) {
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: weights, producer: "test", to: file.path)
    let model = try ONNXModel(file.path)
    #expect(model.input == network.inputShape)
    let again = try Network(
      name: network.name, input: model.input, building: try model.network(input: model.input))
    return (again, try model.mappedWeights(input: model.input))
  }

  private func answer(_ network: Network, _ weights: some WeightSource) throws -> [Float] {
    let plan = try Plan(network, PlanOptions(batch: 1, threads: 1, fused: true, exact: true, instructionSet: .current))
    let executor = try Executor(plan, weights: weights)
    executor.fillInput()
    executor.pass()
    return Array(executor.output)
  }

  private func values(_ source: some WeightSource, _ tensor: TensorDescription, _ layer: Layer) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: tensor.elements) { buffer, count in
      try source.write(tensor, of: layer, into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.elements]))
      count = tensor.elements
    }
  }
}

extension Network {
  /// Every block as a line.
  var blockLines: [String] { blocks.map { "\($0.path) \($0.kind) \($0.form?.rawValue ?? "of one form")" } }

  /// Every layer as a line.
  var layerLines: [String] { layers.map { "\($0.path) \($0.operation.kind) \($0.output) \($0.cost)" } }
}

struct Zeros: WeightSource {
  func write(_: TensorDescription, of _: Layer, into destination: UnsafeMutableBufferPointer<Float>) {
    destination.update(repeating: 0)
  }
}
