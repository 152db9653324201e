import NetworkGraph
import Testing

@testable import Engine

/// Branches that are added run as one convolution, and give what they gave one by one.
@Suite struct BranchSumTests {
  /// A convolution and a few other branches of the same value, some with smaller windows, in any order.
  @Test(arguments: seeds(40)) func branchesAreOneStep(_ seed: Int) throws {
    var dice = Dice(UInt64(seed) + 7000)
    let channels = dice.pick([3, 8, 16, 24, 40])
    let isDepthwise = dice.pick([true, false])
    let outputs = isDepthwise || dice.pick([true, false]) ? channels : dice.pick([5, 16, 72])
    let groups = isDepthwise ? channels : 1
    let stride = dice.pick([Extent(1), 1, 2])
    let dilation = dice.pick([Extent(1), 1, 2])
    let half = dice.pick([0, 1, 1, 2])
    let hasResidual = !isDepthwise && dice.pick([true, false])
    let size = dice.pick(11...15)
    let builder = try NetworkBuilder(
      name: "branches", input: .map(channels: channels, height: size, width: size + 1))
    let x = try builder.input.relu("before")

    func branch(_ name: String, _ kernel: Extent, bias: Bool) throws -> Value {
      let padding = Extent.by(
        dilation.height * (kernel.height - 1) / 2, dilation.width * (kernel.width - 1) / 2)
      let value = try x.conv(
        "\(name).conv", outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
        bias: bias)
      return dice.pick([true, false]) ? try value.batchNorm("\(name).bn") : value
    }
    var branches = [try branch("main", Extent(2 * half + 1), bias: dice.pick([true, false]))]
    for i in 1...dice.pick(1...3) {
      let kernel = Extent.by(2 * dice.pick(0...half) + 1, 2 * dice.pick(0...half) + 1)
      branches.append(try branch("other\(i)", kernel, bias: dice.pick([true, false])))
    }
    if stride == 1, outputs == channels {
      if dice.pick([true, false]) { branches.append(try x.batchNorm("identity")) }
      if dice.pick([true, false]) { branches.append(x) }
    }
    if hasResidual {
      branches.append(
        try x.averagePool("pool", kernel: 1, stride: stride).conv("project", outputs, kernel: 1).relu("rest"))
    }
    branches.shuffle(using: &dice)
    var sum = branches[0]
    for other in branches.dropFirst() { sum = try dice.pick([true, false]) ? sum + other : other + sum }
    if !hasResidual, dice.pick([true, false]) { sum = try sum.batchNorm("norm") }
    let network = try builder.finish(sum.activation(dice.pick([.relu, .silu]), "after"))

    let step = try #require(Plan(network, PlanOptions()).fusedLayers.max { $0.count < $1.count })
    let rest = 2 + (hasResidual ? 3 : 0)
    #expect(step.count == network.layers.count - rest, "every branch and addition is in one step")
    try expectAgreement(network, batch: dice.pick(1...2), seed: UInt64(seed))
  }

  /// What reads another value may have the larger window, and stand anywhere.
  @Test(arguments: 0..<3) func theOtherIsTheResidual(_ position: Int) throws {
    let builder = try NetworkBuilder(name: "residual \(position)", input: .map(channels: 16, height: 9, width: 9))
    let x = try builder.input.relu("before")
    var summands = [
      try x.conv("a", 16, kernel: 3, padding: 1), try x.conv("b", 16, kernel: 1),
    ]
    summands.insert(try x.relu6("other").conv("c", 16, kernel: 5, padding: 2), at: position)
    let network = try builder.finish((summands[0] + summands[1] + summands[2]).relu("after"))
    #expect(try Plan(network, PlanOptions()).fusedLayers.map(\.count).max() == 5)
    try expectAgreement(network)
  }

  /// What is no sum of branches of one value, or is needed otherwise, stays as it is.
  @Test(arguments: 0..<12) func othersStay(_ form: Int) throws {
    let builder = try NetworkBuilder(name: "form \(form)", input: .map(channels: 16, height: 9, width: 9))
    let x = try builder.input.relu("before")
    func branch(_ name: String, _ value: Value, kernel: Extent = 3, padding: Extent = 1) throws -> Value {
      try value.conv(name, 16, kernel: kernel, padding: padding).batchNorm("\(name).bn")
    }
    let a = try branch("a", x)
    let sum: Value
    switch form {
    // Another value, another window, windows that stand outside the other's or between its taps.
    case 0: sum = try a + branch("b", x.relu6("bounded"))
    case 1: sum = try a + x.averagePool("b", kernel: 3, stride: 1, padding: 1)
    case 2:
      sum = try a + branch("b", x.zeroPad(nil, Margins(top: 1, left: 1, bottom: 1, right: 1)), kernel: 3, padding: 0)
    case 3:
      sum =
        try branch("b", x, kernel: .by(1, 5), padding: .by(0, 2))
        + branch("c", x, kernel: .by(5, 1), padding: .by(2, 0))
    // Something between them, or beside.
    case 4: sum = try a + branch("b", x).relu("between")
    case 5:
      let b = try branch("b", x)
      sum = try (a + b) * b
    case 6: sum = try a + a
    // Single pixels that lie as vectors do, and are read as both.
    case 7, 8, 9:
      let pixel = try x.globalAveragePool()
      let (a, b) = (try branch("c", pixel, kernel: 1, padding: 0), try branch("d", pixel, kernel: 1, padding: 0))
      let (fa, fb) = (try a.flatten(), try b.flatten())
      sum = form == 7 ? try (fa + fb) * fa : form == 8 ? try (fa + fb) + fa.linear("l", 16) : try (fa + fb).relu() + fa
    // Two that are something else.
    case 10: sum = try a + branch("b", x).relu("rb") + branch("c", x).relu("rc")
    default:
      let b = try branch("b", x)
      sum = try a.relu("r") + (a + b)
    }
    let network = try builder.finish(sum.relu("after"))
    let convolutions = try Plan(network, PlanOptions()).fusedLayers.map { step in
      step.count { network[$0].operation.convolution != nil }
    }
    #expect(convolutions.allSatisfy { $0 <= 1 })
    try expectAgreement(network)
  }
}
