import Architectures
import Engine
import NetworkGraph
import Testing

@testable import Formats

/// Blocks of imported networks in their other form: what the catalogue builds from the paper is what comes out.
@Suite struct BlockFormsTests {
  /// Networks with a block that is turned, and the size of their images.
  static let blocks = [
    ("resnet18", "layer1.1", 64), ("resnet18", "layer2.0", 64), ("resnet50", "layer1.0", 64),
    ("resnet50", "layer3.1", 64), ("preact_resnet50", "stages.1.blocks.0", 64),
    ("preact_resnet50", "stages.1.blocks.1", 64),
    ("googlenet", "inception3b", 64), ("inception_v3", "Mixed_5b", 75), ("inception_v3", "Mixed_6e", 75),
    ("inception_v3", "Mixed_7c", 75), ("googlenet:preact", "inception4a", 64),
    ("inception_resnet_v2", "repeat.0", 75), ("inception_resnet_v2", "repeat_1.3", 75),
    ("inception_resnet_v2", "block8", 75),
    ("resnet18:torch7-preresnet", "layer1.0", 64), ("resnet50:torch7-preresnet", "layer1.0", 64),
    ("resnet50:torch7-preresnet", "layer1.1", 64), ("resnet50:torch7-preresnet", "layer2.0", 64),
  ]

  private func spec(_ name: String, _ side: Int) throws -> NetworkSpec {
    var spec = try NetworkSpec(parsing: name)
    spec.input = .map(channels: 3, height: side, width: side)
    return spec
  }

  /// The network as a file holds it, with blocks in other forms than the file's.
  private func reread(
    _ network: Network, _ forms: [NodePath: BlockForm]
  ) throws -> (network: Network, weights: any WeightSource, form: BlockForm?) {
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: SeededWeights(for: network), producer: "test", to: file.path)
    let model = try ONNXModel(file.path)
    let imported = try model.network(input: model.input, forms: forms)
    return (
      try Network(name: "again", input: model.input, forms: forms, building: imported),
      try model.mappedWeights(input: model.input, forms: forms), model.form
    )
  }

  private func answer(_ network: Network, _ weights: any WeightSource, exact: Bool) throws -> [Float] {
    let executor = try Executor(Plan(network, PlanOptions(threads: 1, exact: exact)), weights: weights)
    executor.fillInput()
    executor.pass()
    return Array(executor.output)
  }

  @Test(arguments: blocks) func asTheCatalogueTurnsThem(_ name: String, _ block: String, _ side: Int) throws {
    let spec = try spec(name, side)
    let original = try Catalogue.build(spec)
    let path = NodePath(block)
    let expected = try Catalogue.build(Catalogue.otherForm(of: spec, at: path, in: original))
    let form = try #require(original.block(at: path)?.form)
    let turned = try reread(original, [path: form.other])
    #expect(turned.network.block(at: path)?.form == form.other)
    let (a, b) = (try #require(turned.network.block(at: path)), try #require(expected.block(at: path)))
    func operations(_ network: Network, _ block: Block) -> [String] {
      network.layers[block.layers].map { "\($0.operation.kind) \($0.output) \($0.cost.parameters)" }.sorted()
    }
    #expect(operations(turned.network, a) == operations(expected, b))
    #expect(turned.network.cost.parameters == expected.cost.parameters)
    #expect(turned.network.cost.multiplyAdds == expected.cost.multiplyAdds)
  }

  /// A shortcut that is pooled before it is projected (timm's ResNet-D): the pooling takes what the body takes.
  @Test func aPooledShortcutTurnsAndTurnsBack() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 8, 8])])
    func conv(_ name: String, _ input: String, _ side: Int64, stride: Int64 = 1) {
      graph.add(
        "Conv", [input, "w\(side)"], [name], .integers("kernel_shape", [side, side]),
        .integers("pads", Array(repeating: side / 2, count: 4)), .integers("strides", [stride, stride]))
    }
    conv("conv1", "x", 3, stride: 2)
    graph.add("Relu", ["conv1"], ["relu1"])
    conv("conv2", "relu1", 3)
    graph.add("AveragePool", ["x"], ["pooled"], .integers("kernel_shape", [2, 2]), .integers("strides", [2, 2]))
    conv("projected", "pooled", 1)
    graph.add("Add", ["conv2", "projected"], ["sum"])
    graph.add("Relu", ["sum"], ["y"])
    func weights(_ side: Int64) -> [UInt8] {
      ONNXBytes.tensor(
        "w\(side)", [4, 4, side, side], type: .float, field: 9, Array(repeating: 0, count: Int(64 * side * side)))
    }
    let file = try ScratchFile(graph.bytes(outputs: ["y"], tensors: [weights(1), weights(3)]))
    let model = try ONNXModel(file.path)
    func network(_ forms: [NodePath: BlockForm]) throws -> Network {
      try Network(
        name: "d", input: model.input, forms: forms, building: model.network(input: model.input, forms: forms))
    }
    let natural = try network([:])
    let path = try #require(natural.blocks.first { $0.form == .postActivation }?.path)
    let turned = try network([path: .preActivation])
    #expect(turned.block(at: path)?.form == .preActivation)
    let pool = try #require(turned.layers.first { $0.operation.kind == "AvgPool2d" })
    #expect(turned[pool.inputs[0]].operation == .activation(.relu))
    #expect(turned.cost.multiplyAdds == natural.cost.multiplyAdds)
  }

  @Test(arguments: [("resnet18", 64), ("cifar_preact_resnet20", 32), ("inception_v3", 75), ("inception_resnet_v2", 75)])
  func theWholeNetworkAndBack(_ name: String, _ side: Int) throws {
    let original = try Catalogue.build(spec(name, side))
    let natural = try reread(original, [:])
    let form = try #require(natural.form)
    let turned = try reread(original, [.root: form.other])
    let forms = turned.network.blocks.compactMap(\.form)
    #expect(forms.count > 3 && forms.allSatisfy { $0 == form.other })
    // What was turned and written is read as what it is, and turned back has the costs of the first.
    let back = try reread(turned.network, [.root: form])
    #expect(back.form == form.other)
    #expect(back.network.cost.multiplyAdds == natural.network.cost.multiplyAdds)
    let answers = try [true, false].map { try answer(turned.network, turned.weights, exact: $0) }
    let largest = answers[0].reduce(0) { max($0, abs($1)) }
    #expect(largest > 0 && zip(answers[0], answers[1]).allSatisfy { abs($0 - $1) <= 1e-3 * largest })
  }
}
