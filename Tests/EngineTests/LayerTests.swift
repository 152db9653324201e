import Engine
import NetworkGraph
import Testing

/// Every operation against the reference on random shapes.
@Suite struct LayerTests {
  private func network(
    _ input: Shape, _ body: (Value) throws -> Value
  ) throws -> Network {
    let builder = try NetworkBuilder(name: "layer on \(input)", input: input)
    return try builder.finish(body(builder.input))
  }

  @Test(arguments: seeds(60)) func denseConvolution(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let kernel = dice.pick([Extent(1), 2, 3, 5, 7, .by(1, 7), .by(7, 1), .by(1, 3), .by(3, 1)])
    let dilation = dice.pick([Extent(1), 1, 2, .by(1, 2)])
    let padding = Extent.by(dice.pick(0...kernel.height), dice.pick(0...kernel.width))
    let input = Shape.map(
      channels: dice.pick([1, 3, 4, 15, 16, 17, 32, 40, 64]), height: dice.pick(13...20), width: dice.pick(13...23))
    let outputs = dice.pick([1, 5, 16, 24, 48, 64, 80, 100, 144])
    let stride = dice.pick([Extent(1), 2, 3, .by(1, 2)])
    let bias = dice.pick([true, false])
    let x = try network(input) {
      try $0.conv(
        "conv", outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, bias: bias)
    }
    try expectAgreement(x, batch: dice.pick(1...3), seed: UInt64(seed))
  }

  /// A frame of no zeros takes nothing from a convolution's own padding.
  @Test func paddingBehindAnEmptyFrame() throws {
    let x = try network(.map(channels: 16, height: 7, width: 8)) {
      try $0.relu().zeroPad(nil, Margins(top: 0, left: 0, bottom: 0, right: 0)).conv("conv", 16, kernel: 3, padding: 1)
    }
    try expectAgreement(x)
  }

  @Test(arguments: seeds(24)) func groupedConvolution(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 1000)
    let groups = dice.pick([2, 3, 4, 8, 32])
    let inputs = groups * dice.pick([1, 3, 4, 12, 16, 24])
    let outputs = groups * dice.pick([1, 2, 4, 16, 20])
    let kernel = dice.pick([Extent(1), 3, 5])
    let stride = dice.pick([Extent(1), 2])
    let x = try network(.map(channels: inputs, height: dice.pick(5...9), width: dice.pick(5...9))) {
      try $0.conv("conv", outputs, kernel: kernel, stride: stride, groups: groups, bias: true)
    }
    try expectAgreement(x, batch: dice.pick(1...2), seed: UInt64(seed))
  }

  @Test(arguments: seeds(24)) func narrowGroups(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 1500)
    let groups = dice.pick([3, 5, 8, 13])
    let channels = groups * dice.pick([2, 4, 8])
    let kernel = dice.pick([Extent(1), 3, 3, 5, .by(1, 7)])
    let stride = dice.pick([Extent(1), 2])
    let dilation = dice.pick([Extent(1), 2])
    let x = try network(.map(channels: channels, height: dice.pick(13...21), width: dice.pick(13...41))) {
      try $0.conv("conv", channels, kernel: kernel, stride: stride, dilation: dilation, groups: groups)
        .batchNorm("bn").activation(dice.pick([.relu, .silu]))
    }
    try expectAgreement(x, batch: dice.pick(1...2), seed: UInt64(seed))
  }

  /// Depthwise convolutions with several outputs for every channel, 2 and 4 of which have loops of their own.
  @Test(arguments: seeds(24)) func depthwiseMultipliers(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 1700)
    let channels = dice.pick([3, 8, 16, 20, 37])
    let kernel = dice.pick([Extent(3), 5, 7, .by(7, 1)])
    let stride = dice.pick([Extent(1), 2])
    let x = try network(.map(channels: channels, height: dice.pick(7...15), width: dice.pick(1...21))) {
      try $0.conv("first", channels, kernel: 1).conv(
        "conv", channels * dice.pick([2, 3, 4, 8]), kernel: kernel, stride: stride, padding: 3, groups: channels,
        bias: true
      ).conv("last", 8, kernel: 1)
    }
    try expectAgreement(x, batch: dice.pick(1...2), seed: UInt64(seed))
  }

  @Test(arguments: seeds(24)) func depthwiseConvolution(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 2000)
    let channels = dice.pick([3, 16, 20, 48, 70])
    let kernel = dice.pick([Extent(3), 5, 7, .by(1, 7)])
    let stride = dice.pick([Extent(1), 2])
    let dilation = dice.pick([Extent(1), 2])
    let x = try network(.map(channels: channels, height: dice.pick(13...21), width: dice.pick(13...21))) {
      try $0.conv("conv", channels, kernel: kernel, stride: stride, dilation: dilation, groups: channels)
        .batchNorm("bn").relu()
    }
    try expectAgreement(x, batch: dice.pick(1...2), seed: UInt64(seed))
  }

  @Test(arguments: seeds(30)) func pooling(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 3000)
    let kernel = dice.pick([Extent(2), 3, 5, .by(2, 3)])
    let stride = dice.pick([Extent(1), 2, 3])
    let padding = Extent.by(dice.pick(0...kernel.height / 2), dice.pick(0...kernel.width / 2))
    let ceilMode = dice.pick([true, false])
    let pooling = Pooling(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    let operation = dice.pick([
      Operation.maxPool(pooling), .averagePool(pooling, countsPadding: true),
      .averagePool(pooling, countsPadding: false), .globalAveragePool,
    ])
    let x = try network(
      .map(channels: dice.pick([1, 16, 19, 64]), height: dice.pick(5...14), width: dice.pick(5...14))
    ) { try $0.apply(operation) }
    try expectAgreement(x, batch: dice.pick(1...3), seed: UInt64(seed))
  }

  /// Threads share the rows of a large map in bands, whose heights differ.
  @Test(arguments: seeds(12)) func largeMaps(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 3500)
    let channels = dice.pick([16, 20, 48])
    let stride = dice.pick([Extent(1), 2])
    let pooling = Pooling(kernel: 3, stride: stride, padding: 1)
    let pool = dice.pick([Operation.maxPool(pooling), .averagePool(pooling, countsPadding: false)])
    let x = try network(.map(channels: channels, height: dice.pick(28...39), width: dice.pick(28...35))) {
      let x = try $0.batchNorm("bn").relu()
      let y = try x.conv("conv", channels, kernel: 3, stride: stride, groups: channels)
      let z = try y + x.apply(pool)
      return try z * z.globalAveragePool()
    }
    try expectAgreement(x, batch: dice.pick(1...2), seed: UInt64(seed))
  }

  /// Sizes that no memory holds are an error, whatever is counted on the way.
  @Test(arguments: [1 << 20, 1 << 30, 1 << 40, Int.max]) func impossibleBatches(_ batch: Int) throws {
    let x = try network(.map(channels: 512, height: 1024, width: 1024)) { try $0.conv("conv", 512, kernel: 3) }
    #expect(throws: PlanError.self) {
      let plan = try Plan(x, PlanOptions(batch: batch, threads: 2))
      try plan.checkMemory()
    }
  }

  /// Halos and narrow groups that are taken together make more of what was small.
  @Test func impossiblePaddingAndGroups() throws {
    let padded = try network(.map(channels: 1 << 20, height: 1, width: 1)) {
      try $0.conv("conv", 1 << 20, kernel: 1, stride: 1024, padding: 1024, groups: 1 << 20)
    }
    #expect(throws: PlanError.self) { try Plan(padded, PlanOptions(batch: 1 << 20, threads: 2)).checkMemory() }
    let grouped = try network(.map(channels: 2_097_150, height: 2, width: 2)) {
      try $0.conv("conv", 1_048_575, kernel: 1024, padding: 511, groups: 1_048_575)
    }
    #expect(throws: PlanError.self) { try Plan(grouped, PlanOptions(threads: 2)).checkMemory() }
  }

  @Test func classifier() throws {
    let x = try network(.map(channels: 40, height: 3, width: 5)) {
      try $0.relu().flatten().linear("hidden", 77).relu().dropout(rate: 0.5).linear("fc", 10, bias: false).softmax()
    }
    try expectAgreement(x, batch: 3)
  }

  @Test func relu6StopsInEveryPlace() throws {
    let x = try network(.map(channels: 20, height: 5, width: 6)) { x in
      let big = try Value.concat([x + x, x]).conv("conv", 40, kernel: 1).relu6()
      let wide = try big.conv("depthwise", 40, kernel: 3, groups: 40).batchNorm("bn").relu6()
      return try (wide + big).relu6()
    }
    try expectAgreement(x, batch: 2)
  }

  @Test(arguments: [1, 4, 5, 33, 128], [3, 21, 64, 100]) func localResponseNorm(_ size: Int, _ channels: Int) throws {
    let x = try network(.map(channels: channels, height: 4, width: 11)) {
      try $0.localResponseNorm(size: size, alpha: 1e-1, beta: 0.75, k: 1).activation(.sigmoid)
        .localResponseNorm(size: size, alpha: 1e-2, beta: 0.5, k: 2)
    }
    try expectAgreement(x, batch: 2)
  }

  /// Without a bias lanes that have no channel divide nothing by nothing, which convolutions behind are not to read.
  @Test(arguments: [3, 16, 21]) func localResponseNormWithoutBias(_ channels: Int) throws {
    let x = try network(.map(channels: channels, height: 4, width: 5)) {
      try $0.activation(.sigmoid).localResponseNorm(size: 5, alpha: 1, beta: 0.75, k: 0).conv("conv", 8, kernel: 1)
    }
    try expectAgreement(x, batch: 2)
  }

  /// Slices that fit are written in place, the others copied; some are themselves concatenations.
  @Test(arguments: [[16, 32, 7], [10, 20, 30], [16, 5, 16, 16], [32, 32]]) func concatenation(_ widths: [Int]) throws {
    let x = try network(.map(channels: 24, height: 6, width: 7)) { x in
      let parts = try widths.enumerated().map { i, width in
        try x.conv("conv\(i)", width, kernel: i.isMultiple(of: 2) ? 3 : 1)
      }
      let inner = try Value.concat(parts)
      let outer = try Value.concat([parts[0].relu(), inner, x, parts[0]])
      return try outer.batchNorm("bn").relu().conv("last", 20, kernel: 3)
    }
    try expectAgreement(x, batch: 2)
  }

  /// The epilogue: a folded norm, a residual, an activation, and a second output for the norm behind a sum.
  @Test func residualForms() throws {
    let post = try network(.map(channels: 32, height: 9, width: 8)) { x in
      let y = try x.conv("conv1", 32, kernel: 3).batchNorm("bn1").relu().conv("conv2", 48, kernel: 3).batchNorm("bn2")
      let shortcut = try x.conv("projection", 48, kernel: 1).batchNorm("bn3")
      return try (y + shortcut).relu()
    }
    try expectAgreement(post, batch: 2)
    let pre = try network(.map(channels: 32, height: 9, width: 8)) { x in
      var x = try x.conv("stem", 32, kernel: 3)
      for i in 0..<3 {
        let y = try x.batchNorm("norm\(i)").relu().conv("conv\(i)", 32, kernel: 3)
        x = try x + y
      }
      return try x.batchNorm("norm").relu().globalAveragePool().flatten().linear("fc", 10)
    }
    try expectAgreement(pre, batch: 2)
    // An activation beside another reader of the sum.
    let beside = try network(.map(channels: 32, height: 9, width: 8)) { x in
      var x = try x.conv("stem", 32, kernel: 3)
      for i in 0..<2 { x = try x + x.relu().conv("conv\(i)", 32, kernel: 3).batchNorm("bn\(i)") }
      return try x.relu()
    }
    try expectAgreement(beside, batch: 2)
  }
}
