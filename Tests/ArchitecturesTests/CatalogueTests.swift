import Architectures
import NetworkGraph
import Testing

/// What holds for every entry in every preset.
struct CatalogueTests {
  @Test func namesAreUnique() {
    let names = Catalogue.entries.map(\.name)
    #expect(Set(names).count == names.count)
    for entry in Catalogue.entries {
      #expect(Set(entry.presets.map(\.name)).count == entry.presets.count)
      #expect(Set(entry.settings.map(\.key)).count == entry.settings.count)
    }
  }

  @Test(arguments: everySpec)
  func printedNamesAreReadBack(spec: NetworkSpec) throws {
    #expect(try NetworkSpec(parsing: spec.description) == spec)
  }

  @Test(arguments: everySpec)
  func layersComeAfterTheirInputs(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    #expect(network.layers.indices.allSatisfy { network.layers[$0].id.index == $0 })
    #expect(network.layers.allSatisfy { layer in layer.inputs.allSatisfy { $0 < layer.id } })
    #expect(network.layers.dropFirst().allSatisfy { !$0.inputs.isEmpty })
  }

  @Test(arguments: everySpec)
  func everyValueIsUsed(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    for layer in network.layers where layer.id != network.output {
      #expect(!network.consumers(of: layer.id).isEmpty, "\(layer.path)")
    }
  }

  @Test(arguments: everySpec)
  func pathsAreUniqueAndFound(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    let nodes = network.layers.map { Node.layer($0.id) } + network.blocks.map { Node.block($0.id) }
    #expect(Set(nodes.map(network.path)).count == nodes.count)
    #expect(nodes.allSatisfy { network.node(at: network.path(of: $0)) == $0 })
  }

  @Test(arguments: everySpec)
  func childrenPartitionTheirBlock(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    for block in network.blocks {
      var next = block.layers.lowerBound
      for child in block.children {
        let range = network.layerRange(of: child)
        #expect(range.lowerBound == next)
        #expect(network.parent(of: child) == block.id)
        #expect(network.path(of: child).isInside(block.path))
        next = range.upperBound
      }
      #expect(next == block.layers.upperBound)
      #expect(block.layers.contains(block.output.index))
    }
  }

  @Test(arguments: everySpec)
  func costsOfChildrenSumToTheirBlock(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    for block in network.blocks {
      let sum = block.children.reduce(Cost.zero) { $0 + network.cost(of: $1) }
      #expect(sum == network.cost(of: .block(block.id)))
    }
  }

  @Test(arguments: everySpec)
  func arithmeticGivesTheCounts(spec: NetworkSpec) throws {
    for layer in try Catalogue.build(spec).layers {
      #expect((layer.multiplyAddArithmetic?.value ?? 0) == layer.cost.multiplyAdds)
      #expect((layer.parameterArithmetic?.value ?? 0) == layer.cost.parameters)
      let tensors = layer.operation.tensors
      #expect(tensors.filter { $0.role == .parameter }.reduce(0) { $0 + $1.elements } == layer.cost.parameters)
      #expect(tensors.filter { $0.role == .buffer }.reduce(0) { $0 + $1.elements } == layer.cost.buffers)
    }
  }

  @Test(arguments: everySpec)
  func everyBlockStandsAlone(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    for block in network.blocks.dropFirst() where network.inputs(of: .block(block.id)).count == 1 {
      var part = spec
      part.path = block.path
      let alone = try Catalogue.build(part)
      #expect(alone.outputShape == network.outputShape(of: .block(block.id)))
      #expect(alone.cost == network.cost(of: .block(block.id)))
      #expect(alone.root.kind == block.kind)
      #expect(alone.layers.dropFirst().map(\.operation) == network.layers[block.layers].map(\.operation))
    }
  }

  @Test func torchvisionsNames() throws {
    let names: [(String, [NodePath])] = [
      (
        "resnet50",
        [
          "conv1", "bn1", "relu", "maxpool", "layer1.0.conv1", "layer1.0.downsample.0", "layer1.0.relu_1",
          "layer1.0.add",
          "layer4.2.bn3", "avgpool", "fc",
        ]
      ),
      ("preact_resnet50", ["stem.conv", "stages.0.blocks.0.norm1", "stages.3.blocks.2.conv3", "norm", "head.fc"]),
      ("googlenet", ["conv1.conv", "inception3a.branch2.0.conv", "inception5b.branch4.1.bn", "maxpool4", "fc"]),
      ("inception_v3", ["Conv2d_1a_3x3.conv", "Mixed_5b.branch1x1.conv", "Mixed_7c.branch3x3dbl_3b.bn", "fc"]),
      ("xception", ["conv1", "block1.rep.0.conv1", "block2.rep.1.pointwise", "block12.skipbn", "conv4.conv1", "fc"]),
      (
        "densenet121",
        ["features.conv0", "features.denseblock1.denselayer1.norm1", "features.transition3.conv", "classifier"]
      ),
      (
        "mobilenet_v2",
        [
          "features.0.0", "features.1.conv.0.0", "features.2.conv.1.2", "features.3.add", "features.18.1",
          "classifier.1",
        ]
      ),
      ("mobilenet_v1", ["conv_stem", "blocks.3.5.conv_dw", "blocks.4.1.bn2", "classifier"]),
      ("dense_layer", ["norm1", "relu1", "conv1", "norm2", "relu2", "conv2", "cat"]),
    ]
    for (name, paths) in names {
      let network = try build(name)
      for path in paths { #expect(network.layer(at: path) != nil, "\(name) \(path)") }
    }
  }

  /// Kernel growth of each stage times the stride before it, worked out by hand.
  ///
  /// Stem: 7 (stride 2), pool +2·2 = 11 (stride 4). Stage 1: 3 times (3 − 1)·4 → 35. Stage 2: the first 3×3 still
  /// steps by 4, three more by 8: 35 + 8 + 3·16 = 91. Stage 3: 91 + 16 + 5·32 = 267. Stage 4: 267 + 32 + 2·64 = 427.
  /// With the stride in the first 1×1 (v1), the first 3×3 of a stage steps by the stage's own stride: 35 + 4·16 +
  /// 6·32 + 3·64 = 483.
  @Test(arguments: [("resnet50", 427), ("resnet50:v1", 483)])
  func receptiveFields(name: String, last: Int) throws {
    let network = try build(name)
    let fields = ReceptiveField.all(in: network)
    func field(_ path: NodePath) throws -> ReceptiveField { try fields[#require(network.layer(at: path)).id.index] }
    let expected: [(NodePath, size: Int, stride: Int)] = [
      ("conv1", 7, 2), ("maxpool", 11, 4), ("layer1.2.relu_2", 35, 4), ("layer4.2.relu_2", last, 32),
    ]
    for (path, size, stride) in expected {
      #expect(try field(path).size == Extent(size))
      #expect(try field(path).stride == Extent(stride))
    }
    #expect(try field("avgpool").size == nil)
  }

  @Test func outputShapesOfStages() throws {
    let network = try build("resnet50")
    let shapes = ["maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool"].map {
      network.outputShape(of: network.node(at: $0)!).description
    }
    #expect(shapes == ["64×56×56", "256×56×56", "512×28×28", "1024×14×14", "2048×7×7", "2048×1×1"])
    let googlenet = try build("googlenet")
    // Rounded up: 112 → 56 → 28 → 14 → 7.
    #expect(googlenet.outputShape(of: googlenet.node(at: "maxpool1")!).description == "64×56×56")
    #expect(googlenet.outputShape(of: googlenet.node(at: "inception5b")!).description == "1024×7×7")
    let inception = try build("inception_v3")
    #expect(inception.outputShape(of: inception.node(at: "Mixed_5d")!).description == "288×35×35")
    #expect(inception.outputShape(of: inception.node(at: "Mixed_6e")!).description == "768×17×17")
    #expect(inception.outputShape(of: inception.node(at: "Mixed_7c")!).description == "2048×8×8")
  }
}
