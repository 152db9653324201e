import Architectures
import Measurement
import NetworkGraph
import Synchronization
import Testing

@Suite(.serialized) struct SessionTests {
  private func network(_ width: Int) throws -> Network {
    let builder = try NetworkBuilder(name: "small", input: .map(channels: 16, height: 14, width: 14))
    return try builder.finish(
      builder.input.conv("conv1", width, kernel: 3).batchNorm("bn1").relu().conv("conv2", 16, kernel: 1))
  }

  @Test func coldWeightsTakeLonger() throws {
    let linear = try Catalogue.build(NetworkSpec(parsing: "resnet50#fc"))
    let (warm, cold) = (Conditions(threads: 1), Conditions(threads: 1, coldWeights: true))
    // A busy moment may hit either: the fastest passes are compared, in three tries.
    let slower = try (0..<3).contains { _ in
      let times = try [warm, cold].map { try measure([linear], $0, until: .passes(30)).timings[0].pass.minimum }
      return times[1] > times[0]
    }
    #expect(slower)
  }

  @Test func everyLayerIsCoveredOnce() throws {
    for fused in [true, false] {
      let report = try measure([network(32)], Conditions(threads: 2, fused: fused), until: .passes(20))
      let timings = try #require(report.timings.first)
      #expect(timings.pass.passes == 20)
      #expect(timings.steps.flatMap(\.covers).map(\.dotted) == ["input", "conv1", "bn1", "relu", "conv2"])
      let multiplyAdds = timings.steps.map(\.multiplyAdds).reduce(0, +)
      #expect(multiplyAdds == 196 * (9 * 16 * 32 + 32 * 16))
      #expect(timings.pass.minimum <= timings.pass.median)
      #expect(timings.pass.median <= timings.pass.p90)
      #expect(timings.peakMemoryBytes > 0)
      #expect(timings.plan.count == 16)
    }
  }

  /// Whatever else the machine does: medians would fall short.
  @Test func layersAddUpToAPass() throws {
    let timings = try measure([network(32)], Conditions(threads: 2), until: .passes(40)).timings[0]
    #expect(timings.sumOfSteps >= timings.pass.minimum && timings.sumOfSteps <= timings.pass.p90)
  }

  /// Where two take turns there is none, so that nothing comes between them.
  @Test func passesWithoutStampsAreToldOfOneNetwork() throws {
    let network = try network(32)
    for networks in [[network], [network, network]] {
      let timings = try measure(networks, Conditions(threads: 1), until: .passes(40)).timings
      #expect(timings.allSatisfy { ($0.untimedMedian ?? 0 > 0) == (networks.count == 1) })
    }
  }

  /// Weights, and at every convolution what it reads and gives; and more of it for more images.
  @Test func memoryHoldsWeightsAndValues() throws {
    let network = try network(256)
    let weights = 4 * network.layers.reduce(0) { $0 + $1.cost.parameters }
    func needed(_ batch: Int) throws -> Int {
      try memoryNeeded(by: network, Conditions(batch: batch, threads: 1, fused: false))
    }
    func least(_ batch: Int) -> Int {
      let values = network.layers.filter { $0.cost.multiplyAdds > 0 }.map { layer in
        layer.output.elements + layer.inputs.reduce(0) { $0 + network[$1].output.elements }
      }
      return weights + 4 * batch * (values.max() ?? 0)
    }
    for batch in [1, 8, 64] { #expect(try needed(batch) >= least(batch)) }
    #expect(try needed(1) < needed(8) && needed(8) < needed(64))
  }

  @Test func alternationGivesADifference() throws {
    let report = try measure([network(16), network(160)], Conditions(threads: 1), until: .passes(50))
    let difference = try #require(report.difference)
    #expect(difference.isSignificant && difference.difference > 0)
  }

  /// The updates of a session that runs to its end.
  private func updates(_ network: Network) -> AsyncStream<MeasurementSession.Update> {
    let (stream, continuation) = AsyncStream.makeStream(of: MeasurementSession.Update.self)
    MeasurementSession([network], Conditions(threads: 2), seconds: 0.5) { update in
      continuation.yield(update)
      if case .finished = update { continuation.finish() }
    }.start()
    return stream
  }

  @Test func sessionReportsAndFinishes() async throws {
    var last: Timings?
    for await update in updates(try network(32)) {
      switch update {
      case .progress(let report), .finished(let report): last = report.timings.first
      case .failed(let message): Issue.record("\(message)")
      }
    }
    #expect(last.map { $0.progress != .running } == true)
  }

  @Test func cancelledSessionIsSilent() async throws {
    let count = Atomic(0)
    let session = MeasurementSession([try network(32)], Conditions(threads: 1)) { _ in
      count.add(1, ordering: .relaxed)
    }
    session.cancel()
    session.start()
    // A later session begins only when the cancelled one is over.
    for await _ in updates(try network(32)) {}
    #expect(count.load(ordering: .relaxed) == 0)
  }

  @Test func aComparisonHasEnoughPassesForItsInterval() throws {
    let report = try measure([network(16), network(16)], Conditions(threads: 1), until: .passes(1))
    #expect(report.timings.allSatisfy { $0.pass.passes >= 6 })
  }

  /// Also of one so large that its images pass one after the other.
  @Test func predictionsAreOfTheWholeBatch() throws {
    let builder = try NetworkBuilder(name: "large", input: .map(channels: 16, height: 512, width: 512))
    let network = try builder.finish(builder.input.conv("conv", 64, kernel: 1))
    func predictions(_ batch: Int) throws -> [Double] {
      let steps = try measure([network], Conditions(batch: batch, threads: 1), until: .passes(1)).timings[0].steps
      #expect(steps.allSatisfy { $0.candidates.isEmpty || $0.candidates[0].cycles == $0.expectedCycles })
      return steps.compactMap(\.expectedCycles)
    }
    for (one, four) in zip(try predictions(1), try predictions(4)) {
      #expect(abs(four / one - 4) < 0.1)
    }
  }

  @Test func impossibleBatchIsAnError() throws {
    #expect(throws: (any Error).self) {
      try measure([network(32)], Conditions(batch: 1 << 40, threads: 1), until: .passes(1))
    }
  }
}
