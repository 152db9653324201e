import Architectures
import NetworkGraph
import Testing

@testable import Engine

/// Depthwise convolutions, and norms, on slabs of rows with their neighbours.
@Suite struct SlabTests {
  /// What stands before and behind the depthwise convolution of a test.
  private enum Neighbours: CaseIterable { case both, before, after, chain }

  private func network(_ dice: inout Dice, _ neighbours: Neighbours) throws -> Network {
    let channels = dice.pick([3, 16, 24, 40, 70])
    let input = Shape.map(channels: dice.pick([3, 20]), height: dice.pick(13...23), width: dice.pick(13...21))
    let builder = try NetworkBuilder(name: "\(neighbours) on \(input)", input: input)
    func depthwise(_ x: Value, _ name: String) throws -> Value {
      let channels = x.channels
      let isSmall = min(x.shape.height, x.shape.width) < 12
      let kernel = isSmall ? 3 : dice.pick([Extent(3), 5, .by(3, 1), 2])
      let padding = Extent.by(dice.pick(0...kernel.height - 1), dice.pick(0...kernel.width - 1))
      let group = channels % 2 == 0 ? dice.pick([1, 1, 2]) : 1
      return try x.conv(
        name, channels, kernel: kernel, stride: dice.pick([Extent(1), 1, 2, 3, .by(2, 1)]), padding: padding,
        dilation: isSmall ? 1 : dice.pick([Extent(1), 1, 2]), groups: channels / group
      ).batchNorm("\(name) norm").activation(dice.pick([.relu6, .silu]))
    }
    var x = builder.input
    switch neighbours {
    case .after, .chain: x = try x.maxPool("pool", kernel: 3, stride: 1).conv("first", channels, kernel: 1)
    case .both, .before:
      let kernel = dice.pick([Extent(1), 3])
      x = try x.conv("first", channels, kernel: kernel, padding: kernel == 3 ? 1 : 0)
    }
    x = try x.batchNorm("first norm").activation(dice.pick([.relu, .hardSwish]))
    if neighbours == .after { x = try x.maxPool("apart", kernel: 2, stride: 1) }
    x = try depthwise(x, "depthwise")
    if neighbours == .before { return try builder.finish(x.maxPool("apart", kernel: 2, stride: 1)) }
    x = try x.conv("last", dice.pick([5, 24, 64]), kernel: 1, bias: true)
    if dice.pick([true, false]) { x = try x + x.conv("beside", x.channels, kernel: 1) }
    if neighbours == .chain { x = try depthwise(x.relu("behind"), "another").conv("end", 17, kernel: 1) }
    return try builder.finish(x)
  }

  @Test(arguments: seeds(60)) func agreesWithTheReference(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 7000)
    let x = try network(&dice, dice.pick(Neighbours.allCases))
    try expectAgreement(x, batch: dice.pick(1...3), seed: UInt64(seed), slabRows: dice.pick(1...4))
  }

  /// As in a dense layer: the norm reads what is concatenated, and its value is for a pointwise convolution alone.
  @Test(arguments: seeds(30)) func normsAgreeWithTheReference(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 7500)
    let input = Shape.map(channels: dice.pick([3, 16, 40]), height: dice.pick(7...19), width: dice.pick(5...17))
    let builder = try NetworkBuilder(name: "norm behind \(input)", input: input)
    let pooled = try builder.input.maxPool("pool", kernel: 3, stride: 1)
    let more = try pooled.conv("more", dice.pick([16, 30, 48]), kernel: 3, padding: 1)
    let x = dice.pick([true, false]) ? more : try Value.concat([pooled, more])
    let normed = try x.maxPool("apart", kernel: 2, stride: 1).batchNorm("norm")
      .activation(dice.pick([.relu, .relu6, .silu, .hardSwish]))
    // A norm and its activation may leave nothing but what is far smaller than their input was: with a bias there is more.
    var y = try normed.conv("pointwise", dice.pick([8, 24, 70]), kernel: 1, bias: true)
    if dice.pick([true, false]) { y = try y.batchNorm("last norm") }
    // Which has the pointwise convolution turn with the norm before it or with what is behind it, not with both.
    if dice.pick([true, false]) { y = try y.conv("depthwise", y.channels, kernel: 3, padding: 1, groups: y.channels) }
    if dice.pick([true, false]) { y = try y + y.conv("beside", y.channels, kernel: 1) }
    try expectAgreement(builder.finish(y), batch: dice.pick(1...3), seed: UInt64(seed), slabRows: dice.pick(1...4))
  }

  @Test func normsOfDenseLayersTakeTurns() throws {
    let network = try Catalogue.build(NetworkSpec(parsing: "densenet121#features.denseblock1"))
    let plan = try Plan(network, PlanOptions(threads: 1))
    let norms = plan.steps.filter { $0.algorithm.hasPrefix("norm + relu") }
    #expect(norms.count == 6)
    #expect(norms.allSatisfy { $0.algorithm.hasSuffix(" slabs") }, "\(norms.map(\.algorithm))")
  }

  /// Layers that take turns have times of their own, of which those of the threads are made up.
  @Test func layersKeepTheirTimes() throws {
    let builder = try NetworkBuilder(name: "inverted residual", input: .map(channels: 24, height: 64, width: 64))
    let wide = try builder.input.conv("expansion", 96, kernel: 1).relu6("relu")
      .conv("depthwise", 96, kernel: 3, padding: 1, groups: 96)
    var options = PlanOptions(threads: 2)
    options.forcedSlabRows = 8
    let plan = try Plan(builder.finish(wide.conv("projection", 24, kernel: 1)), options)
    let slab = try #require(plan.slabs.first)
    #expect(slab.steps.map { plan.steps[$0].algorithm.contains("slabs") } == [true, true, true])
    #expect(plan.steps[slab.steps.lowerBound].algorithm.hasSuffix(" on 8 slabs"))
    #expect(plan.steps[slab.middle].algorithm == "depthwise on the same slabs")

    let executor = try Executor(plan)
    var stamps = [UInt64](repeating: 0, count: plan.steps.count + 1)
    stamps.withUnsafeMutableBufferPointer { executor.pass(stamps: $0.baseAddress) }
    for step in slab.steps { #expect(stamps[step + 1] > stamps[step]) }
    let spans = executor.tracedPass().spans
    for (one, next) in zip(spans, spans.dropFirst()) where one.worker == next.worker { #expect(one.end <= next.begin) }
    for step in slab.steps { #expect(spans.contains { $0.step == step && $0.end > $0.begin }) }
  }

  /// Windows so high that hardly anything but rows that are kept would fit into a slab, and numbers beyond all slabs.
  @Test func whatFitsIntoNoSlab() throws {
    func plan(_ input: Shape, channels: Int, kernel: Extent, stride: Extent = 1, dilation: Extent = 1) throws -> Plan {
      let builder = try NetworkBuilder(name: "depthwise \(kernel)", input: input)
      let wide = try builder.input.conv("expansion", channels, kernel: 1).conv(
        "depthwise", channels, kernel: kernel, stride: stride,
        padding: .by(kernel.height / 2 * dilation.height, kernel.width / 2 * dilation.width), dilation: dilation,
        groups: channels)
      return try Plan(builder.finish(wide.maxPool("pool", kernel: 1, stride: 1)), PlanOptions(threads: 2, exact: true))
    }
    let map = Shape.map(channels: 24, height: 112, width: 112)
    #expect(try plan(map, channels: 256, kernel: 3).slabs.map(\.hasBefore) == [true])
    #expect(try plan(map, channels: 256, kernel: 31).slabs.isEmpty)
    let long = Shape.map(channels: 1, height: 3, width: 1 << 34)
    #expect(try plan(long, channels: 16, kernel: 3, stride: .by(1 << 20, 1)).slabs.isEmpty)
    let small = Shape.map(channels: 1, height: 8, width: 8)
    #expect(throws: (any Error).self) {
      try plan(small, channels: 1 << 16, kernel: 3, dilation: Extent(1 << 20)).checkMemory()
    }
  }
}
