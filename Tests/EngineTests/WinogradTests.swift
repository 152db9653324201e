import Engine
import NetworkGraph
import Testing

/// Winograd's algorithm against the reference: ragged borders, any padding, every epilogue.
///
/// The transforms of F(4×4, 3×3) have entries up to 8 and lose about three bits more than a direct sum: 10⁻⁴ of the
/// largest magnitude is ten times the tolerance of the direct kernel. F(2×2, 3×3) only adds and halves.
@Suite struct WinogradTests {
  @Test(arguments: 0..<40) func randomShapes(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 5000)
    let shape = Shape.map(
      channels: dice.pick([16, 17, 32, 48, 80]), height: dice.pick(3...19), width: dice.pick(3...19))
    let builder = try NetworkBuilder(name: "3×3 on \(shape)", input: shape)
    let outputs = dice.pick([1, 16, 40, 64, 96, 130])
    let padding = Extent.by(dice.pick(0...2), dice.pick(0...2))
    let x = try builder.input.conv("conv", outputs, kernel: 3, padding: padding, bias: true)
    let network = try builder.finish(dice.pick([true, false]) ? x.batchNorm("bn").relu() : x)
    let m = dice.pick([2, 4])
    try expectAgreement(
      network, batch: dice.pick(1...3), tolerance: m == 4 ? 1e-4 : 2e-5, seed: UInt64(seed), winograd: m)
  }

  @Test(arguments: [2, 4]) func epilogues(_ m: Int) throws {
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
}
