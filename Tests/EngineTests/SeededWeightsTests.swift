import Engine
import NetworkGraph
import Testing

/// However deep a network is, its values stay of a size that kernels and comparisons can do with.
@Suite struct SeededWeightsTests {
  private func expectSaneAnswer(_ blocks: Int, _ channels: Int, _ block: (Value, Int) throws -> Value) throws {
    let builder = try NetworkBuilder(name: "deep", input: .map(channels: 3, height: 6, width: 6))
    var x = try builder.input.conv("stem", channels, kernel: 3)
    for i in 0..<blocks { x = try block(x, i) }
    let network = try builder.finish(x.globalAveragePool().flatten().linear("fc", 100))
    let answer = try compute(network, randomInput(network, batch: 1), PlanOptions())
    let size = (answer.reduce(0) { $0 + Double($1) * Double($1) } / Double(answer.count)).squareRoot()
    #expect(size > 1e-2 && size < 1e2, "\(blocks) blocks give \(size)")
  }

  @Test(arguments: [1, 16, 60], [Activation.silu, .hardSwish]) func squeezeAndExcitation(
    _ blocks: Int, _ activation: Activation
  ) throws {
    try expectSaneAnswer(blocks, 32) { x, i in
      let y = try x.conv("expand\(i)", 96, kernel: 1).batchNorm("bn1\(i)").activation(activation)
        .conv("depthwise\(i)", 96, kernel: 3, groups: 96).batchNorm("bn2\(i)").activation(activation)
      let scale = try y.globalAveragePool().conv("fc1\(i)", 8, kernel: 1, bias: true).activation(.relu)
        .conv("fc2\(i)", 96, kernel: 1, bias: true).activation(.sigmoid)
      return try (y * scale).conv("project\(i)", 32, kernel: 1).batchNorm("bn3\(i)") + x
    }
  }

  @Test(arguments: [1, 36, 100]) func layerNorms(_ blocks: Int) throws {
    try expectSaneAnswer(blocks, 32) { x, i in
      try x.conv("depthwise\(i)", 32, kernel: 7, groups: 32, bias: true).layerNorm("norm\(i)")
        .conv("expand\(i)", 64, kernel: 1, bias: true).activation(.gelu).conv("project\(i)", 32, kernel: 1, bias: true)
        .layerScale("scale\(i)") + x
    }
  }

  @Test(arguments: [1, 40, 600]) func paddedShortcuts(_ blocks: Int) throws {
    try expectSaneAnswer(blocks, 16) { x, i in
      let y = try x.conv("conv1\(i)", x.channels, kernel: 3).batchNorm("bn1\(i)").relu()
        .conv("conv2\(i)", 32, kernel: 3).batchNorm("bn2\(i)")
      return try (y + (i == 0 ? x.subsample(stride: 1).padChannels(before: 8, after: 8) : x)).relu()
    }
  }

  /// Of values that are not finite nothing can be told; there are weights all the same.
  @Test(arguments: [Double.nan, .infinity, 1e30, 0]) func hugeFactors(_ factor: Double) throws {
    let builder = try NetworkBuilder(name: "huge", input: .map(channels: 3, height: 6, width: 6))
    let x = try builder.input.apply(.scale(factor), name: "scale").relu().conv("conv", 4, kernel: 3)
    let network = try builder.finish(x.batchNorm("bn"))
    let weights = SeededWeights(for: network)
    for layer in network.layers {
      for tensor in layer.operation.tensors {
        var values = [Float](repeating: .nan, count: tensor.elements)
        values.withUnsafeMutableBufferPointer { weights.write(tensor, of: layer, into: $0) }
        #expect(!values.contains { !$0.isFinite }, "\(layer.path) \(tensor.name)")
      }
    }
  }

  @Test(arguments: [1, 16]) func shuffledChannels(_ blocks: Int) throws {
    try expectSaneAnswer(blocks, 32) { x, i in
      let halves = try x.chunk(2)
      let y = try halves[1].conv("conv\(i)", 16, kernel: 3).batchNorm("bn\(i)").relu()
      return try Value.concat([halves[0], y]).channelShuffle(groups: 2)
    }
  }
}
