import Architectures
import NetworkGraph
import Testing

/// The toggle between post- and pre-activation.
struct FormTests {
  @Test(arguments: [
    ("resnet50", "resnet50:preact"), ("resnet18", "resnet18:preact"), ("googlenet", "googlenet:preact"),
    ("inception_v3", "inception_v3:preact"), ("residual", "preact_residual"), ("bottleneck", "preact_bottleneck"),
    ("inception", "inception_preact"),
  ])
  func wholeNetworksHaveANamedCounterpart(post: String, pre: String) throws {
    #expect(try Catalogue.otherForm(of: spec(post)) == spec(pre))
    #expect(try Catalogue.otherForm(of: spec(pre)) == spec(post))
  }

  @Test func networksOfOtherNamesLeadToTheDefault() throws {
    #expect(try Catalogue.otherForm(of: spec("preact_resnet50")) == spec("resnet50"))
    #expect(try Catalogue.otherForm(of: spec("resnet50:keras-v2")) == spec("resnet50"))
    #expect(try Catalogue.otherForm(of: spec("resnet50:torch7-preresnet")) == spec("resnet50"))
  }

  @Test func settingsAndInputGoWithTheForm() throws {
    let block = try spec("bottleneck", input: "64x16x16", settings: ["width=32", "stride=2"])
    let other = try Catalogue.otherForm(of: block)
    #expect(other == (try spec("preact_bottleneck", input: "64x16x16", settings: ["width=32", "stride=2"])))
    #expect(try Catalogue.otherForm(of: other) == block)
  }

  @Test func aFormWithoutANameKeepsTheStride() throws {
    let v1 = try spec("resnet50:v1")
    let other = try Catalogue.otherForm(of: v1)
    let network = try Catalogue.build(other)
    #expect(network.cost.multiplyAdds == 3_857_973_248)
    #expect(network.cost.batchNormLayers == 49)
    #expect(network.root.form == .preActivation)
    #expect(try Catalogue.otherForm(of: other) == v1)
  }

  @Test(arguments: [
    "googlenet:paper", "plain18", "plain34", "inception_v1", "inception_naive", "conv", "alexnet", "vgg16_bn",
    "squeezenet1_0", "mobilenet_v1", "mobilenet_v2", "mobilenet_v3_large", "mnasnet1_0", "shufflenet_v2_x1_0",
    "efficientnet_b0", "xception", "convnext_tiny",
  ])
  func theReasonIsGivenWhereThereIsNone(name: String) throws {
    let error = #expect(throws: CatalogueError.self) { try Catalogue.otherForm(of: spec(name)) }
    guard case .noOtherForm(name, let reason)? = error else {
      Issue.record("expected to be told that there is no other form")
      return
    }
    #expect(!reason.isEmpty)
    #expect(try build(name).blocks.allSatisfy { $0.form == nil })
  }

  /// Networks that are turned without a name for it: norms leave the stem and stand before the pool, or the other way
  /// round.
  @Test(arguments: [
    ("densenet121", 120), ("inception_v4", 150), ("inception_resnet_v2", 244), ("bn_inception", 70),
    ("regnet_y_400mf", 50), ("resnext50_32x4d", 49), ("wide_resnet50_2", 49), ("seresnet50", 49),
    ("cifar_resnet20", 19),
  ])
  func networksTurnWithoutAName(name: String, norms: Int) throws {
    let (before, after) = (try build(name), try Catalogue.build(Catalogue.otherForm(of: spec(name))))
    #expect(after.cost.batchNormLayers == norms)
    #expect(after.cost.multiplyAdds == before.cost.multiplyAdds)
    #expect(after.root.form == before.root.form?.other)
  }

  @Test func everyEntryHasACounterpartThatBuilds() throws {
    for spec in everySpec {
      guard let other = try? Catalogue.otherForm(of: spec) else { continue }
      let (before, after) = (try Catalogue.build(spec), try Catalogue.build(other))
      #expect(before.outputShape == after.outputShape)
      #expect(before.root.form?.other == after.root.form, "\(spec)")
    }
  }

  @Test(arguments: everySpec)
  func everyBlockTurnsAndTurnsBack(spec: NetworkSpec) throws {
    let network = try Catalogue.build(spec)
    for block in network.blocks.dropFirst() where block.form != nil {
      let turned = try Catalogue.otherForm(of: spec, at: block.path, in: network)
      let other = try Catalogue.build(turned)
      #expect(other.block(at: block.path)?.form == block.form?.other)
      #expect(other.outputShape(of: other.node(at: block.path)!) == network.outputShape(of: .block(block.id)))
      #expect(other.outputShape == network.outputShape)
      #expect(other.cost.multiplyAdds == network.cost.multiplyAdds)
      #expect(try Catalogue.otherForm(of: turned, at: block.path, in: other) == spec)
    }
  }

  @Test func onlyTheBodyOfABlockTurns() throws {
    let network = try build("resnet50")
    let turned = try build("resnet50", forms: ["layer2.0": .preActivation])
    let inside: (Layer) -> Bool = { $0.path.isInside("layer2.0") }
    #expect(
      network.layers.filter { !inside($0) }.map(\.path) == turned.layers.filter { !inside($0) }.map(\.path))
    let layers = turned.layers.filter(inside).map { $0.path.relative(to: "layer2.0").dotted }
    #expect(
      layers == ["bn1", "relu", "conv1", "bn2", "relu_1", "conv2", "bn3", "relu_2", "conv3", "downsample.0", "add"])
    // The first norm has the input's width, and the projection takes what it gives.
    #expect(turned.layer(at: "layer2.0.bn1")?.operation == .batchNorm(features: 256, epsilon: 1e-5))
    let projection = try #require(turned.layer(at: "layer2.0.downsample.0"))
    #expect(turned[projection.inputs[0]].path == "layer2.0.relu")
  }

  @Test func withAnIdentityShortcutNoCountMoves() throws {
    // conv3's norm of 4·w channels leaves, the first norm of 4·w channels comes.
    let network = try build("resnet50")
    let turned = try build("resnet50", forms: ["layer3.2": .preActivation])
    #expect(network.cost.parameters == turned.cost.parameters)
    #expect(network.cost.batchNormLayers == turned.cost.batchNormLayers)
    #expect(network.cost.multiplyAdds == turned.cost.multiplyAdds)
  }

  @Test func aStandAloneProjectionTakesTheRawInput() throws {
    let raw = try build("preact_residual")
    #expect(raw[raw.layer(at: "downsample.0")!.inputs[0]].path == "input")
    let activated = try build("preact_residual", settings: ["projection=preactivated"])
    #expect(activated[activated.layer(at: "downsample.0")!.inputs[0]].path == "relu")
  }

  @Test func theWholeNetworkMovesItsNorms() throws {
    let post = try build("resnet50")
    let pre = try build("resnet50:preact")
    #expect(post.layer(at: "bn1") != nil)
    #expect(pre.layer(at: "bn1") == nil)
    #expect(pre.layer(at: "norm")?.operation == .batchNorm(features: 2048, epsilon: 1e-5))
    #expect(pre.blocks.filter { $0.kind == "Bottleneck" }.allSatisfy { $0.form == .preActivation })
  }

  @Test func aBlockOfABlockTurnsUnderItsWholePath() throws {
    let stage = try spec("resnet50#layer3")
    let network = try Catalogue.build(stage)
    let turned = try Catalogue.otherForm(of: stage, at: "0", in: network)
    #expect(turned.forms == ["layer3.0": .preActivation])
    let other = try Catalogue.build(turned)
    #expect(other.block(at: "0")?.form == .preActivation)
    #expect(try Catalogue.otherForm(of: turned, at: "0", in: other) == stage)
    let block = try spec("resnet50#layer3.0")
    #expect(
      try Catalogue.otherForm(of: block, at: .root, in: Catalogue.build(block)).forms == ["layer3.0": .preActivation])
  }

  @Test func aBlockWithOneFormSaysSo() throws {
    let network = try build("resnet50")
    #expect(throws: CatalogueError.self) {
      try Catalogue.otherForm(of: spec("resnet50"), at: "layer3", in: network)
    }
    #expect(throws: CatalogueError.network(.noOtherForm("layer3"))) {
      try build("resnet50", forms: ["layer3": .preActivation])
    }
    #expect(throws: CatalogueError.network(.noOtherForm("nowhere"))) {
      try build("resnet50", forms: ["nowhere": .preActivation])
    }
  }
}
