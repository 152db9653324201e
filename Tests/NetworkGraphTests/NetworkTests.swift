import NetworkGraph
import TestSupport
import Testing

struct NetworkTests {
  /// A small network with a block in a block, a skip connection and two branches.
  private func example() throws -> Network {
    let builder = try NetworkBuilder(name: "example", input: .map(channels: 3, height: 8, width: 8))
    let stem = try builder.input.conv("stem", 4, kernel: 3, bias: true)
    let stage = try stem.block("stage", .stage) { x throws(NetworkError) in
      let inner = try x.block("inner", "Inner") { x throws(NetworkError) in
        try x.conv("conv", 4, kernel: 3).batchNorm("bn").relu()
      }
      return try (inner + x).relu()
    }
    return try builder.finish(try stage.globalAveragePool().flatten().linear("fc", 10).softmax())
  }

  @Test func countersOfEveryKindOfWork() throws {
    let cost = try example().cost
    #expect(cost.convolution == 3 * 9 * 4 * 64 + 4 * 9 * 4 * 64)
    #expect(cost.linear == 40)
    #expect(cost.bias == 4 * 64 + 10)
    #expect(cost.normalisation == 4 * 64)
    #expect(cost.activation == 2 * 4 * 64 + 10)
    #expect(cost.addition == 4 * 64)
    #expect(cost.adaptivePooling == 4 * 64)
    #expect(cost.parameters == 3 * 9 * 4 + 4 + 4 * 9 * 4 + 8 + 50)
    #expect(cost.buffers == 8)
    #expect(CountingConvention.torchvision.operations(cost) == cost.convolution + cost.linear)
    #expect(CountingConvention.fvcore.operations(cost) == cost.multiplyAdds + 2 * 256 + 256)
    #expect(
      CountingConvention.strict.operations(cost)
        == cost.multiplyAdds + cost.bias + cost.normalisation + cost.activation + cost.addition + cost.adaptivePooling)
  }

  @Test func everyCounterIsListedOnce() throws {
    var all = Cost()
    var sum = Cost()
    for counter in Cost.counters {
      #expect(all[keyPath: counter.value] == 0)
      guard let writable = counter.value as? WritableKeyPath<Cost, Int> else {
        Issue.record("\(counter.name) is not stored")
        continue
      }
      all[keyPath: writable] = 1
      sum[keyPath: writable] = 2
    }
    #expect(all + all == sum)
    #expect(sum - all == all)
    #expect(MemoryLayout<Cost>.size == Cost.counters.count * MemoryLayout<Int>.size)
  }

  @Test func namesAreSeenFromTheParent() throws {
    let network = try example()
    func name(_ path: NodePath) -> String? { network.node(at: path).map(network.name) }
    #expect(name("stage.inner.conv") == "conv")
    #expect(name("stage.inner") == "inner")
    #expect(name(.root) == "example")
  }

  @Test func unnamedLayersAreNumbered() throws {
    let network = try example()
    #expect(network.layer(at: "stage.inner.relu") != nil)
    #expect(network.layer(at: "stage.relu") != nil)
    let builder = try NetworkBuilder(name: "relus", input: .vector(3))
    let chain = try builder.finish(try builder.input.relu().relu("relu_1").relu().relu())
    #expect(chain.layers.map(\.path) == ["input", "relu", "relu_1", "relu_2", "relu_3"])
  }

  @Test func aBlockAloneIsANetwork() throws {
    let network = try example()
    let block = try network.subnetwork(at: "stage")
    #expect(block.layers.map(\.path) == ["input", "inner.conv", "inner.bn", "inner.relu", "add", "relu"])
    #expect(block.inputShape.description == "4×8×8")
    #expect(block.cost == network.cost(of: network.node(at: "stage")!))
    #expect(block.layers[4].inputs.map(\.index) == [3, 0])
    #expect(block.root.layers == 0..<6)
    #expect(block.block(at: "inner")?.layers == 1..<4)
    #expect(block.block(at: "inner")?.parent == block.root.id)
    #expect(block.output == LayerID(5))
    let inner = try block.subnetwork(at: "inner")
    #expect(inner.layers.map(\.path) == ["input", "conv", "bn", "relu"])
    let layer = try network.subnetwork(at: "stage.inner.conv")
    #expect(layer.layers.map(\.path) == ["input", "conv"])
    #expect(layer.cost == network.cost(of: network.node(at: "stage.inner.conv")!))
  }

  @Test func whatCannotStandAloneSaysWhy() throws {
    let network = try example()
    #expect(try network.subnetwork(at: "input").outputShape == network.inputShape)
    #expect(throws: NetworkError.noSuchNode("nowhere")) { try network.subnetwork(at: "nowhere") }
    #expect(throws: NetworkError.severalInputs("stage.add", ["stage.inner.relu", "stem"])) {
      try network.subnetwork(at: "stage.add")
    }
    #expect(try network.subnetwork(at: "input").layers.count == 1)
    #expect(try network.subnetwork(at: .root).layers.count == network.layers.count)
  }

  @Test func foldingNeedsAConvolutionThatNobodyElseReads() throws {
    let builder = try NetworkBuilder(name: "folding", input: .map(channels: 4, height: 4, width: 4))
    let first = try builder.input.batchNorm("first")
    let conv = try first.conv("conv", 4, kernel: 3)
    let folded = try conv.batchNorm("folded")
    let shared = try folded.conv("shared", 4, kernel: 3)
    let sum = try shared.batchNorm("kept") + shared
    let network = try builder.finish(try sum.batchNorm("behind"))
    func target(_ path: NodePath) -> NodePath? {
      network.foldingTarget(ofBatchNorm: network.layer(at: path)!.id).map { network[$0].path }
    }
    #expect(target("folded") == "conv")
    #expect(target("first") == nil)
    #expect(target("kept") == nil)
    #expect(target("behind") == nil)
    #expect(network.batchNorms(in: .block(network.root.id)) == (1, 4))
  }

  /// A network of 20,000 layers is built and cut in time that grows with its layers, not with their square.
  @Test func manyLayersTakeLinearTime() throws {
    func chain(_ count: Int) throws -> Network {
      let builder = try NetworkBuilder(name: "chain", input: .map(channels: 2, height: 4, width: 4))
      var x = builder.input
      for _ in 0..<count / 2 { x = try x.relu().apply(.dropout(rate: 0.1)) }
      return try builder.finish(x)
    }
    func time(_ count: Int, bestOf tries: Int) throws -> Duration {
      try processorTime(bestOf: tries) {
        let network = try chain(count)
        #expect(network.layers.count == count + 1)
        _ = ReceptiveField.all(in: network)
        _ = try network.subnetwork(at: .root)
      }
    }
    let (short, long) = (try time(2_000, bestOf: 3), try time(20_000, bestOf: 1))
    // Ten times the layers: about ten times the time, a hundred times if it were quadratic.
    #expect(long < short * 50)

    let network = try chain(20_000)
    #expect(Alignment(network, network).rows.count == network.layers.count + 1)
  }

  /// What a file stores takes the image in name alone.
  @Test func storedValuesReadNothing() throws {
    let builder = try NetworkBuilder(name: "stored", input: .map(channels: 2, height: 4, width: 8))
    let image = try builder.input.relu("relu")
    let last = try image.block("block", .stage) { image throws(NetworkError) in
      let stored = try builder.input.apply(.portable(.stored(.map(channels: 1, height: 8, width: 3))), name: "matrix")
      return try image.apply(.portable(.matrixProduct(isLearned: true)), with: [stored], name: "product")
    }
    let network = try builder.finish(last)
    let block = try #require(network.node(at: "block"))
    #expect(network.inputs(of: block).map { network[$0].path } == ["relu"])
    #expect(try network.subnetwork(at: "block").outputShape == network.outputShape)
    let matrix = try #require(network.layers.first { $0.path == "block.matrix" })
    #expect(matrix.cost.inputElements == 0)
    #expect(ReceptiveField.all(in: network).map(\.size) == [1, 1, 1, nil])
  }

  @Test func receptiveFieldsStayFinite() throws {
    let builder = try NetworkBuilder(name: "wide", input: .map(channels: 1, height: 1, width: 1))
    var x = builder.input
    for index in 0..<8 {
      x = try x.conv("conv\(index)", 1, kernel: .by(3, 3), stride: Extent(1 << 20), padding: 1, dilation: 1)
    }
    let network = try builder.finish(x)
    #expect(ReceptiveField.all(in: network).last?.stride == Extent(1 << 40))
  }

  /// conv 1×4×4 → 2×4×4 twice, added: while the second convolution runs the image, the first's value and its own are
  /// alive; the image is needed for the sum.
  @Test func memoryOfASkip() throws {
    let builder = try NetworkBuilder(name: "skip", input: .map(channels: 2, height: 4, width: 4))
    let a = try builder.input.conv("a", 2, kernel: 1)
    let sum = try a.conv("b", 2, kernel: 1) + builder.input
    let network = try builder.finish(try sum.flatten())
    let profile = MemoryProfile(network)
    let peaks = network.layers.map { profile.memory(of: .layer($0.id)).peak / (4 * 32) }
    #expect(peaks == [1, 2, 3, 3, 1])
    let whole = profile.memory(of: .block(network.root.id), batch: 2)
    #expect(whole.peak == 2 * 4 * 3 * 32)
    #expect(whole.weights == 4 * 8)
    #expect(whole.activations == 2 * 4 * 3 * 32)
    // Two convolutions read and write one value each, the sum reads two and writes one.
    #expect(whole.traffic == 2 * 4 * 7 * 32 + 4 * 8)
    #expect(whole.intensity == Double(2 * 2 * 2 * 4 * 16) / Double(whole.traffic))
  }

  @Test func memoryBeyondCountingStaysAtTheLimit() throws {
    #expect(MemoryUse.bytes(1 << 43, images: 1 << 20) == .max)
  }
}
