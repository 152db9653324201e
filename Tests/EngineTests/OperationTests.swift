import Engine
import NetworkGraph
import Testing

/// Activations, scaling, normalisation over channels, and what only moves values, against the reference.
@Suite struct OperationTests {
  private func network(_ input: Shape, _ body: (Value) throws -> Value) throws -> Network {
    let builder = try NetworkBuilder(name: "operation on \(input)", input: input)
    return try builder.finish(body(builder.input))
  }

  static let activations: [Activation] = [
    .relu, .relu6, .leakyRelu(slope: 0.1), .clip(-0.5...0.25), .clip(0.5 ... .infinity), .elu(alpha: 0.7), .sigmoid,
    .hardSigmoid, .hardSigmoid(slope: 0.2), .silu, .hardSwish, .gelu, .tanh,
  ]

  /// Zeros on one side only, as TensorFlow's SAME puts them, are read as a border of the map.
  @Test(arguments: seeds(24)) func convolutionsBehindZeros(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let channels = dice.pick([3, 16, 24])
    let kernel = Extent.by(dice.pick([1, 3, 5]), dice.pick([1, 3, 4]))
    let stride = dice.pick([1, 1, 2])
    let groups = dice.pick([1, channels])
    let margins = Margins(
      top: dice.pick(0...2), left: dice.pick(0...1), bottom: dice.pick(0...3), right: dice.pick(0...2))
    let builder = try NetworkBuilder(
      name: "\(channels) channels, \(groups) groups, \(kernel) stride \(stride) behind \(margins)",
      input: .map(channels: channels, height: dice.pick(5...12), width: dice.pick([5, 17, 30])))
    // The input itself, or a value that another layer reads without the zeros.
    let start = dice.pick([true, false]) ? builder.input : try builder.input.conv("before", channels, kernel: 1)
    let padded = try start.zeroPad("zeros", margins)
    let outputs = groups == 1 ? dice.pick([8, 40]) : channels
    let first = try padded.conv(
      "first", outputs, kernel: kernel, stride: .by(stride, stride), padding: 0, groups: groups, bias: true
    ).activation(.relu)
    let second = try padded.conv(
      "second", outputs, kernel: kernel, stride: .by(stride, stride), padding: 0, groups: groups)
    let sum = try first.apply(.add, with: [second])
    try expectAgreement(builder.finish(dice.pick([true, false]) ? sum : sum.globalAveragePool()), batch: 2)
  }

  /// Behind a convolution, a depthwise one, a norm and a sum, over values on both sides of every bend.
  @Test(arguments: activations) func activation(_ activation: Activation) throws {
    let x = try network(.map(channels: 19, height: 6, width: 7)) { x in
      let y = try x.conv("conv", 40, kernel: 3).batchNorm("bn").activation(activation)
      let z = try y.conv("depthwise", 40, kernel: 3, groups: 40).batchNorm("bn2").activation(activation)
      return try (y + z).activation(activation).batchNorm("bn3").activation(activation)
    }
    try expectAgreement(x, batch: 2)
  }

  /// Every power of two, on both sides of zero, through the vectors of every instruction set.
  @Test(arguments: activations) func extremes(_ activation: Activation) throws {
    let values = (-40...40).flatMap { exponent -> [Float] in
      let power = Float(sign: .plus, exponent: exponent, significand: 1)
      return [power, -power, 1.4142135 * power, -1.4142135 * power]
    }
    let x = try network(.map(channels: 1, height: 1, width: values.count)) { try $0.activation(activation) }
    let expected = try Reference.run(x, input: values, weights: SeededWeights(for: x))
    for set in InstructionSet.available {
      let results = try compute(x, values, PlanOptions(instructionSet: set))
      for (i, value) in results.enumerated() {
        let error = abs(Double(value) - expected[i]) / max(1, abs(expected[i]))
        #expect(error <= 4e-7, "\(activation) of \(values[i]): \(value), not \(expected[i]), by \(set.name)")
      }
    }
  }

  @Test(arguments: seeds(12)) func adaptivePooling(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let input = Shape.map(
      channels: dice.pick([1, 16, 19]), height: dice.pick(1...14), width: dice.pick([6, 7, 12, 13]))
    let size = Extent.by(dice.pick(1...8), dice.pick([1, 6, 7]))
    let x = try network(input) { try $0.relu().adaptiveAveragePool(size: size).conv("conv", 8, kernel: 1) }
    try expectAgreement(x, batch: 2)
  }

  /// Squeeze-and-excitation, with the scale before or after what it scales, and products of maps.
  @Test(arguments: [8, 20, 64, 100]) func multiplication(_ channels: Int) throws {
    let x = try network(.map(channels: channels, height: 5, width: 9)) { x in
      let scale = try x.globalAveragePool().conv("fc1", 12, kernel: 1, bias: true).activation(.silu)
        .conv("fc2", channels, kernel: 1, bias: true).activation(.sigmoid)
      let y = try (scale * x).conv("conv", 24, kernel: 3).batchNorm("bn")
      return try ((y * y).activation(.hardSwish) * y.globalAveragePool()).conv("last", 5, kernel: 1)
    }
    try expectAgreement(x, batch: 3)
  }

  /// A block of ConvNeXt: a normalisation over channels in the middle, a learned scale at the end.
  @Test(arguments: [3, 16, 40, 96, 130]) func layerNormAndScale(_ channels: Int) throws {
    let x = try network(.map(channels: channels, height: 7, width: 5)) { x in
      let y = try x.conv("dwconv", channels, kernel: 7, groups: channels, bias: true).layerNorm("norm")
        .linear("pwconv1", 4 * channels).activation(.gelu)
        .linear("pwconv2", channels).layerScale("layer_scale").stochasticDepth(rate: 0.1)
      return try (x + y).layerNorm("last").layerScale("scale").globalAveragePool().layerNorm("head").flatten()
        .layerNorm("vector").linear("fc", 10)
    }
    try expectAgreement(x, batch: 2)
  }

  /// A map's values in a row, for what is no linear layer: they lie otherwise than those of a vector.
  @Test func flattenedMaps() throws {
    let x = try network(.map(channels: 3, height: 6, width: 5)) { x in
      let a = try x.conv("conv1", 18, kernel: 3, padding: 1).flatten()
      let b = try x.conv("conv2", 6, kernel: 3).flatten()
      let parts = try [a.relu(), b].map { try $0.apply(.unflatten) }
      return try Value.concat(parts).flatten().linear("fc", 10)
    }
    try expectAgreement(x, batch: 2)
  }

  /// The most of values of which one is no number is none, wherever it stands in the window.
  @Test func maxPoolingOfNaN() throws {
    let x = try network(.map(channels: 1, height: 7, width: 7)) { try $0.maxPool(kernel: 3, stride: 2, padding: 1) }
    for place in 0..<49 {
      var values = (0..<49).map { Float($0 % 5) }
      values[place] = .nan
      let expected = try Reference.run(x, input: values, weights: SeededWeights(for: x)).map(\.isNaN)
      #expect(expected.contains(true))
      for set in InstructionSet.available {
        #expect(
          try compute(x, values, PlanOptions(instructionSet: set)).map(\.isNaN) == expected, "\(set.name) \(place)")
      }
    }
  }

  /// What is no number stays so, by itself and behind a convolution.
  @Test(arguments: [
    Activation.relu, .relu6, .leakyRelu(slope: 0.1), .clip(-1...1), .elu(alpha: 1), .sigmoid, .hardSigmoid(slope: 0.2),
    .silu, .hardSwish, .gelu, .tanh,
  ])
  func activationsOfNaN(_ activation: Activation) throws {
    let alone = try network(.map(channels: 3, height: 2, width: 2)) { try $0.activation(activation) }
    let behind = try network(.map(channels: 3, height: 2, width: 2)) {
      try $0.conv("conv", 3, kernel: 1, groups: 3).activation(activation)
    }
    let values: [Float] = [.nan, 1, -1, 0, 2, .nan, 0, 3, 1, 1, 1, .nan]
    for network in [alone, behind] {
      for set in InstructionSet.available {
        #expect(
          try compute(network, values, PlanOptions(instructionSet: set)).map(\.isNaN) == values.map(\.isNaN),
          "\(network.name), \(set.name)")
      }
    }
  }

  /// Residuals scaled by a constant, behind a convolution that can take the factor and behind what cannot.
  @Test func constantFactors() throws {
    let x = try network(.map(channels: 20, height: 6, width: 7)) { x in
      let y = try x + x.conv("conv", 20, kernel: 1, bias: true).scale(0.17)
      return try y.relu().scale(-2.5).activation(.silu).conv("depthwise", 20, kernel: 3, groups: 20).scale(
        0.1)
    }
    try expectAgreement(x, batch: 2)
  }

  /// The same for numbers that are added, to all channels or to each.
  @Test func constantAddends() throws {
    let x = try network(.map(channels: 20, height: 6, width: 7)) { x in
      let y = try x + x.conv("conv", 20, kernel: 1).apply(.channelBias(features: 20)).apply(.shift(0.25))
      let z = try y.relu().apply(.shift(-0.5)).activation(.silu).conv("padded", 20, kernel: 3, groups: 20)
      return try z.apply(.shift(3)).maxPool(kernel: 2, stride: 2).apply(.channelBias(features: 20)).relu6()
    }
    try expectAgreement(x, batch: 2)
  }

  /// What follows a product or a norm value by value runs with it, in one step.
  @Test(arguments: [3, 16, 40]) func productsNormsAndSums(_ channels: Int) throws {
    let network = try network(.map(channels: channels, height: 7, width: 9)) { input in
      let x = try input.conv("conv", channels, kernel: 3)
      let share = try x.globalAveragePool("pool").activation(.sigmoid, "share")
      let excited = try (x * share).layerScale("scale").batchNorm("bn").scale(0.75, "factor")
      let sum = try (excited + x).relu("relu")
      return try (sum.maxPool("max", kernel: 3, stride: 1, padding: 1).batchNorm("norm").scale(2, "twice") + sum)
        .activation(.gelu, "gelu")
    }
    try expectAgreement(network, batch: 2)
    let fused = try Plan(network, PlanOptions()).steps.map(\.algorithm)
    if channels >= 16 {
      #expect(fused.contains("multiply + norm + add + relu") && fused.contains("norm + add + gelu"))
    }
  }

  /// Two steps of ShuffleNet v2, with halves that begin inside a unit and halves that do not.
  @Test(arguments: [24, 58, 64, 96]) func channelShuffle(_ channels: Int) throws {
    let x = try network(.map(channels: channels, height: 6, width: 5)) { x in
      var x = try x.relu()
      for i in 0..<2 {
        let halves = try x.chunk(2)
        let y = try halves[1].conv("conv\(i)", halves[1].channels, kernel: 1).batchNorm("bn\(i)").relu()
        x = try Value.concat([halves[0], y]).channelShuffle(groups: 2)
      }
      return x
    }
    try expectAgreement(x, batch: 2)
  }

  /// What is cut, dealt out and joined again is put together once, where a layer that computes reads it.
  @Test func rearrangedChannelsMoveOnce() throws {
    let x = try network(.map(channels: 40, height: 6, width: 5)) { x in
      let halves = try x.relu().chunk(2)
      let y = try halves[1].conv("conv", 20, kernel: 1)
      let next = try Value.concat([halves[0], y]).channelShuffle(groups: 2).padChannels(before: 3).chunk(2)
      return try Value.concat([next[1].conv("last", 8, kernel: 1), next[0]])
    }
    let plan = try Plan(x, PlanOptions())
    let moved = plan.steps.filter { $0.algorithm == "copy" }.map { $0.covers.map { x[$0].path.dotted } }
    #expect(moved == [["slice_1"], ["slice", "cat", "channel_shuffle", "pad", "slice_3"], ["slice_2", "cat_1"]])
    try expectAgreement(x, batch: 2)
  }

  @Test(arguments: seeds(12)) func rearranging(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 100)
    let channels = dice.pick([12, 16, 36, 64])
    let first = dice.pick(0...channels - 1)
    let operation = dice.pick([
      Operation.slice(first..<dice.pick(first + 1...channels)), .channelShuffle(groups: dice.pick([2, 3, 4, 12])),
      .padChannels(before: dice.pick([0, 8, 16]), after: dice.pick([0, 5, 16])),
      .subsample(stride: .by(dice.pick(1...3), dice.pick(1...3))),
      .zeroPad(Margins(top: dice.pick(0...2), left: dice.pick(0...3), bottom: 1, right: dice.pick(0...2))),
    ])
    guard
      let x = try? network(
        .map(channels: channels, height: dice.pick(1...9), width: dice.pick(1...9)),
        { try $0.apply(operation).conv("conv", 20, kernel: 3).relu() })
    else { return }
    try expectAgreement(x, batch: 2)
  }

  /// CIFAR's shortcut without parameters: every second pixel, and zeros for the new channels.
  @Test(arguments: [(0, 16), (8, 8)]) func paddedShortcut(_ before: Int, _ after: Int) throws {
    let x = try network(.map(channels: 16, height: 8, width: 7)) { x in
      let shortcut = try x.subsample(stride: 2).padChannels(before: before, after: after)
      return try (x.conv("conv", 32, kernel: 3, stride: 2).batchNorm("bn") + shortcut).relu()
    }
    try expectAgreement(x, batch: 2)
  }

  /// Winograd's epilogue, with functions that no clamps are on its first and on its second output.
  @Test(arguments: [Activation.silu, .gelu, .hardSwish]) func activationsBehindWinograd(_ activation: Activation) throws
  {
    let x = try network(.map(channels: 20, height: 13, width: 11)) { x in
      var x = try x.conv("stem", 32, kernel: 3).batchNorm("bn").activation(activation)
      for i in 0..<2 {
        let y = try x.batchNorm("norm\(i)").activation(activation).conv("conv\(i)", 32, kernel: 3)
        x = try x + y.stochasticDepth(rate: 0.2)
      }
      return try x.activation(activation).conv("line", 24, kernel: .by(1, 7)).activation(activation)
    }
    for rows in [2, 4] { try expectAgreement(x, batch: 2, tolerance: 1e-4, winograd: rows) }
  }

  /// Layers that do nothing at inference are in nobody's way.
  @Test func fusionLooksThroughLayersThatDoNothing() throws {
    let x = try network(.map(channels: 16, height: 9, width: 9)) { x in
      let x = try x.conv("stem", 16, kernel: 1)
      let y = try x.conv("conv", 16, kernel: 1).layerScale("scale").stochasticDepth("depth", rate: 0.1)
      return try (x + y).dropout(rate: 0.5).activation(.gelu).dropout(rate: 0.5)
    }
    let plan = try Plan(x, PlanOptions())
    #expect(
      plan.steps.map { $0.covers.map { x[$0].path.dotted } } == [
        ["input"], ["stem"], ["conv", "scale", "add", "gelu"], [],
      ])
    try expectAgreement(x)
  }
}
