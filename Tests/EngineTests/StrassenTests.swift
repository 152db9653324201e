import Engine
import NetworkGraph
import Testing

/// Strassen's algorithm against the reference: odd maps, strides, channels that do not fill their last unit, every
/// epilogue.
///
/// One step adds four inputs and four weights at most before it multiplies, and cancels them afterwards: twice the
/// tolerance of a direct sum, that of F(2×2, 3×3).
@Suite struct StrassenTests {
  @Test(arguments: seeds(90)) func randomShapes(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 9000)
    let shape = Shape.map(
      channels: dice.pick([17, 32, 40, 56, 64, 80, 90, 96, 128, 150]), height: dice.pick(1...15),
      width: dice.pick(2...15))
    let builder = try NetworkBuilder(name: "layer on \(shape)", input: shape)
    let x = try builder.input.conv(
      "conv", dice.pick([20, 32, 40, 64, 72, 90, 112, 128, 144, 192, 320, 330]), kernel: 1,
      stride: dice.pick([1, 1, 2]), bias: true)
    let network = try builder.finish(dice.pick([true, false]) ? x.batchNorm("bn").relu() : x)
    try expectAgreement(network, batch: dice.pick(1...3), tolerance: 2e-5, seed: UInt64(seed), strassen: true)
  }

  @Test func epilogues() throws {
    let builder = try NetworkBuilder(name: "pre-activation", input: .map(channels: 32, height: 11, width: 9))
    var x = try builder.input.conv("stem", 64, kernel: 1)
    for i in 0..<2 {
      let y = try x.batchNorm("norm\(i)").relu().conv("conv\(i)", 64, kernel: 1)
      x = try x + y
    }
    let z = try x.batchNorm("norm").activation(.silu).conv("last", 96, kernel: 1, bias: true).activation(.gelu)
    try expectAgreement(builder.finish(z), batch: 2, tolerance: 2e-5, strassen: true)
  }

  @Test func isChosenForWideLayers() throws {
    let builder = try NetworkBuilder(name: "wide", input: .map(channels: 728, height: 19, width: 19))
    let network = try builder.finish(builder.input.conv("conv", 728, kernel: 1))
    #expect(try Plan(network, PlanOptions()).steps.contains { $0.algorithm.hasPrefix("strassen") })
    #expect(try !Plan(network, PlanOptions(exact: true)).steps.contains { $0.algorithm.hasPrefix("strassen") })
  }

  /// Threads of a core that multiplies fast wait for sums that its second cache does not hold: of a layer whose weights are
  /// larger than its map, so that they share a block, but not of one whose blocks are small.
  @Test func isNotChosenWhereSumsComeBack() throws {
    func algorithm(_ channels: Int, _ side: Int) throws -> String {
      let builder = try NetworkBuilder(name: "wide", input: .map(channels: channels, height: side, width: side))
      var options = PlanOptions(threads: 2)
      options.multiplyAddsPerCycle = 32
      options.secondCacheBytes = 2 << 20
      let plan = try Plan(builder.finish(builder.input.conv("conv", channels, kernel: 1)), options)
      return try #require(plan.steps.first { $0.algorithm != "pack" }).algorithm
    }
    #expect(try algorithm(768, 32).hasPrefix("direct"))
    #expect(try algorithm(728, 37).hasPrefix("strassen"))
  }
}
