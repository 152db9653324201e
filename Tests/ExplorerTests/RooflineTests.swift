import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("The roofline") struct RooflineTests {
  private static let machine = MachineFacts(
    processor: "example", isa: "avx2", threads: 2, peakOne: 100, peakAll: 200, bandwidthOne: 10, bandwidthAll: 20,
    caches: ["L2": 1 << 20])

  private func network(_ name: String = "resnet18") throws -> Network {
    try Catalogue.build(NetworkSpec(parsing: name))
  }

  /// The example's steps run at 2 · 1e8 multiply-adds in a millisecond at the most, 200 GFLOP/s.
  @Test func everyStepWithWorkIsAPoint() throws {
    let network = try network()
    let timings = Timings.example(of: network)
    let roofline = try #require(Roofline(timings, of: network, on: Self.machine))
    let conv = try #require(roofline.points.first { $0.owner == "layer1.0.conv1" })
    // 64·56·56 values in, as many out, 64·64·9 weights and 128 of the norm.
    let bytes = 4.0 * Double(2 * 64 * 56 * 56 + 64 * 64 * 9 + 128)
    #expect(abs(conv.intensity - 2 * 115_605_504 / bytes) < 1e-9)
    #expect(conv.limit == 200 && conv.letter == "C" && conv.standing == .below)
    #expect(abs(conv.lost - (conv.time - 2 * 115_605_504 / 200e6)) < 1e-9)
    // What cannot be stands first.
    let possible = roofline.points.drop { $0.standing == .impossible }
    #expect(possible.allSatisfy { $0.standing != .impossible })
    #expect(possible.map(\.lost) == possible.map(\.lost).sorted(by: >))
  }

  @Test func aPointAboveItsRoofIsAnError() throws {
    let network = try network()
    let timings = Timings.example(of: network, scale: 0.5)
    let roofline = try #require(Roofline(timings, of: network, on: Self.machine))
    #expect(roofline.points.first { $0.owner == "layer1.0.conv1" }?.standing == .impossible)
    var journey = Journey(try NetworkSpec(parsing: "resnet18"), rows: 40)
    journey.send(.machine(Self.machine))
    journey.send(.timings(try NetworkSpec(parsing: "resnet18"), timings))
    journey.type("o")
    #expect(journey.screen.contains { $0.contains("ABOVE ITS ROOF") })
  }

  @Test func algorithmsWithFewerMultiplicationsMayPassThePeak() throws {
    let network = try network()
    var timings = Timings.example(of: network, scale: 0.5)
    for index in timings.steps.indices { timings.steps[index].algorithm = "winograd F(4×4, 3×3)" }
    let roofline = try #require(Roofline(timings, of: network, on: Self.machine))
    #expect(roofline.points.first { $0.owner == "layer1.0.conv1" }?.standing == .fewerMultiplications)
  }

  @Test func cursorWalksOverLossesAndPoints() throws {
    var journey = Journey(try NetworkSpec(parsing: "resnet18"))
    journey.type("o")
    #expect(journey.screen.contains { $0.contains("not been timed yet") })
    journey.send(.timings(try NetworkSpec(parsing: "resnet18"), .example(of: try network())))
    #expect(journey.screen.contains { $0.contains("machine has not been measured") })
    journey.send(.machine(Self.machine))
    let roofline = try #require(journey.state.roofline)
    journey.type("gj")
    #expect(journey.cursor == roofline.points[1].owner.dotted)
    let intensity = roofline.points[1].intensity
    journey.type("h")
    #expect(try #require(roofline.points.first { $0.owner.dotted == journey.cursor }).intensity <= intensity)
    journey.type("o")
    #expect(journey.network.picture == nil)
  }

  @Test func limitsWhoseRatioIsNotFiniteAreDrawn() throws {
    var machine = Self.machine
    (machine.peakAll, machine.bandwidthAll) = (1e308, 1e-308)
    let spec = try NetworkSpec(parsing: "resnet18")
    var journey = Journey(spec, rows: 40)
    journey.send(.machine(machine))
    journey.send(.timings(spec, .example(of: try network())))
    journey.type("o")
    #expect(journey.screen.contains { $0.contains("GFLOP/s") })
  }

  @Test("what machines do not have gives no roofline", arguments: [0, -1, Double.nan, .infinity])
  func unknownLimits(peak: Double) throws {
    var machine = Self.machine
    machine.peakAll = peak
    let network = try network()
    #expect(Roofline(.example(of: network), of: network, on: machine) == nil)
  }

  /// The values of a concatenation are read one by one; what a step keeps to itself costs nothing.
  @Test("what is alive is bounded by all values together", arguments: ["googlenet", "densenet121", "mobilenet_v2"])
  func valuesOfSteps(name: String) throws {
    let network = try network(name)
    let timings = Timings.example(of: network)
    let values = StepValues(timings.steps, of: network, batch: 2)
    let whole = MemoryProfile(network).memory(of: .block(network.root.id), batch: 2)
    #expect(values.alive.allSatisfy { $0 >= 0 && $0 <= whole.activations })
    #expect(values.traffic.reduce(0, +) <= whole.traffic)
    #expect(values.alive.max() ?? 0 > 0)
  }

  /// What an expansion, a depthwise convolution and a projection hand one another stays in the cache.
  @Test func valuesOfTurns() throws {
    let network = try network("mobilenet_v2")
    var steps = Timings.example(of: network).steps
    let apart = StepValues(steps, of: network, batch: 1)
    let expansion = try #require(steps.firstIndex { $0.owner == "features.2.conv.0.0" })
    for (step, slabs) in [(-1, "the same"), (0, "10"), (1, "the same"), (2, "the same"), (3, "10")] {
      steps[expansion + step].algorithm += " on \(slabs) slabs"
    }
    #expect(steps[expansion].takesTurns && !steps[expansion].goesOnWithTurns && !steps[expansion + 4].takesTurns)
    let turns = StepValues(steps, of: network, batch: 1)
    let (wide, narrow) = (4 * 96 * 112 * 112, 4 * 96 * 56 * 56)
    let saved = zip(apart.traffic, turns.traffic).map(-)
    #expect(saved[expansion...expansion + 3] == [wide, wide + narrow, narrow, 0])
    #expect(saved[(expansion + 3)...].allSatisfy { $0 == 0 })
    #expect(apart.alive[expansion] - turns.alive[expansion] == wide)
  }
}
