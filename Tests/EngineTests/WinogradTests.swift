import Architectures
import NetworkGraph
import Testing

@testable import Engine

/// Winograd's algorithm against the reference: ragged borders, any padding, every epilogue.
///
/// The transforms of F(4×4, 3×3) have entries up to 8 and lose about three bits more than a direct sum: 10⁻⁴ of the
/// largest magnitude is ten times the tolerance of the direct kernel. F(2×2, 3×3) only adds and halves.
@Suite struct WinogradTests {
  @Test(arguments: seeds(90)) func randomShapes(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 5000)
    let shape = Shape.map(
      channels: dice.pick([16, 17, 32, 48, 80]), height: dice.pick(4...19), width: dice.pick(4...19))
    let builder = try NetworkBuilder(name: "layer on \(shape)", input: shape)
    let outputs = dice.pick([1, 16, 40, 64, 96, 130])
    // Rows of a tile: F(4, r) along a column has four, along a row one.
    let (kernel, m): (Extent, Int) = dice.pick([
      (3, 2), (3, 4), (3, 6), (5, 2), (.by(1, 3), 1), (.by(1, 5), 1), (.by(1, 7), 1), (.by(3, 1), 4), (.by(5, 1), 4),
      (.by(7, 1), 4),
    ])
    let padding = Extent.by(dice.pick(kernel.height / 2...kernel.height), dice.pick(kernel.width / 2...kernel.width))
    let x = try builder.input.conv("conv", outputs, kernel: kernel, padding: padding, bias: true)
    let network = try builder.finish(dice.pick([true, false]) ? x.batchNorm("bn").relu() : x)
    try expectAgreement(
      network, batch: dice.pick(1...3), tolerance: kernel == 3 && m == 2 ? 2e-5 : 1e-4, seed: UInt64(seed), winograd: m)
  }

  /// Groups of whole units, of parts of them, and of channels that lie across two or more.
  @Test(arguments: seeds(60)) func groups(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 7000)
    let groups = dice.pick(2...7)
    let (inputs, outputs) = (groups * dice.pick([8, 11, 16, 24, 32, 40]), groups * dice.pick([8, 9, 16, 24, 64, 80]))
    let shape = Shape.map(channels: inputs, height: dice.pick(4...15), width: dice.pick(4...19))
    let builder = try NetworkBuilder(name: "groups on \(shape)", input: shape)
    let (kernel, m): (Extent, Int) = dice.pick([(3, 2), (3, 4), (3, 6), (5, 2), (.by(1, 7), 1), (.by(5, 1), 4)])
    let padding = Extent.by(kernel.height / 2, kernel.width / 2)
    let x = try builder.input.conv("conv", outputs, kernel: kernel, padding: padding, groups: groups, bias: true)
    let network = try builder.finish(dice.pick([true, false]) ? x.batchNorm("bn").relu() : x)
    try expectAgreement(network, batch: dice.pick(1...3), tolerance: 1e-4, seed: UInt64(seed), winograd: m)
  }

  @Test(arguments: [2, 4, 6]) func epilogues(_ m: Int) throws {
    let builder = try NetworkBuilder(name: "residual", input: .map(channels: 32, height: 11, width: 10))
    var x = try builder.input.conv("stem", 32, kernel: 3)
    for i in 0..<2 {
      let y = try x.batchNorm("norm\(i)").relu().conv("conv\(i)", 32, kernel: 3)
      x = try x + y
    }
    let z = try x.batchNorm("norm").relu().conv("last", 48, kernel: 3).batchNorm("bn")
    let network = try builder.finish((z + x.conv("projection", 48, kernel: 1)).relu())
    try expectAgreement(network, batch: 2, tolerance: 1e-4, winograd: m)
  }

  /// Norms and activations on the way into the tiles: behind what leaves no second output, behind a sum that is read
  /// twice, behind a concatenation, and without a norm.
  @Test(arguments: seeds(40)) func prologues(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 8500)
    let channels = dice.pick([16, 21, 32, 56])
    let input = Shape.map(channels: channels, height: dice.pick(5...17), width: dice.pick(5...17))
    let builder = try NetworkBuilder(name: "norm on \(input)", input: input)
    let (kernel, m): (Extent, Int) = dice.pick([(3, 2), (3, 4), (3, 6), (5, 2), (.by(1, 7), 1), (.by(5, 1), 4)])
    let pooled = try builder.input.maxPool("pool", kernel: 2, stride: 1)
    // Of the same form: an algorithm that the cost model chose could be another one on more threads.
    let same = Extent.by(kernel.height / 2, kernel.width / 2)
    let summed = try pooled.conv("first", channels, kernel: kernel, padding: same, bias: true) + pooled
    let x = try dice.pick([pooled, summed, Value.concat([pooled, summed])])
    let activation = dice.pick([Activation.relu, .relu6, .clip(-0.5...0.25), .silu])
    var normed = dice.pick([true, false]) ? try x.batchNorm("norm") : x
    if dice.pick([true, true, false]) { normed = try normed.activation(activation) }
    let padding = Extent.by(dice.pick(kernel.height / 2...kernel.height), dice.pick(kernel.width / 2...kernel.width))
    let y = try normed.conv(
      "conv", dice.pick([16, 40, 70]), kernel: kernel, padding: padding,
      groups: channels == 32 ? dice.pick([1, 2]) : 1,
      bias: true)
    let beside = try x.conv("beside", y.channels, kernel: kernel, padding: padding)
    let network = try builder.finish(y.batchNorm("last") + beside)
    try expectAgreement(network, batch: dice.pick(1...2), tolerance: 1e-4, seed: UInt64(seed), winograd: m)
  }

  /// What a norm before the tiles gives lies nowhere, and is no step of its own; what others read as well stays.
  @Test func normsThatWinogradTakesAreNoSteps() throws {
    let network = try Catalogue.build(NetworkSpec(parsing: "preact_resnet18"))
    let plan = try Plan(network, PlanOptions(threads: 1))
    #expect(plan.steps.allSatisfy { !$0.algorithm.hasPrefix("norm") })
    for step in plan.steps {
      guard case .convolution(let work) = step.work else { continue }
      guard case .winograd = work.algorithm else {
        #expect(work.prologue == nil)
        continue
      }
      let name = network[work.layer].path.dotted
      #expect((work.prologue != nil) == name.hasSuffix("conv1"), "\(name)")
    }
    let unfused = try Plan(network, PlanOptions(threads: 1, fused: false))
    #expect(unfused.steps.count { $0.algorithm.hasPrefix("norm") } == 17)
  }

  /// A core that waits for weights lets those of deep layers pass once; the tiles of others stay in the second cache, and
  /// so do all tiles of a core that multiplies more slowly.
  @Test func blocksAreCutByWhatPasses() throws {
    func blocks(_ channels: Int, _ side: Int, multiplyAddsPerCycle: Int) throws -> Int {
      var options = PlanOptions(threads: 1)
      options.multiplyAddsPerCycle = multiplyAddsPerCycle
      options.secondCacheBytes = 2 << 20
      let convolution = Convolution(inputChannels: channels, outputChannels: channels, kernel: 3, padding: 1)
      let output = Shape.map(channels: channels, height: side, width: side)
      return try #require(WinogradTiling(convolution, form: .f4x3, output: output, options: options)).blocks
    }
    #expect(try blocks(512, 28, multiplyAddsPerCycle: 32) == 1)
    #expect(try blocks(512, 28, multiplyAddsPerCycle: 16) > 1)
    #expect(try blocks(64, 224, multiplyAddsPerCycle: 32) > 50)
  }
}
