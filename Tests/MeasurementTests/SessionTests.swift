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

  @Test func everyLayerIsCoveredOnce() throws {
    for fused in [true, false] {
      let report = try measure([network(32)], Conditions(threads: 2, fused: fused), until: .passes(20))
      let timings = try #require(report.timings.first)
      #expect(timings.pass.passes == 20)
      #expect(timings.steps.flatMap(\.covers).map(\.dotted) == ["input", "conv1", "bn1", "relu", "conv2"])
      #expect(timings.steps.reduce(0) { $0 + $1.multiplyAdds } == 196 * (9 * 16 * 32 + 32 * 16))
      #expect(timings.pass.minimum <= timings.pass.median && timings.pass.median <= timings.pass.p90)
      #expect(timings.peakMemoryBytes > 0)
      #expect(timings.plan.count == 16)
    }
  }

  @Test func alternationGivesADifference() throws {
    let report = try measure([network(16), network(160)], Conditions(threads: 1), until: .passes(50))
    let difference = try #require(report.difference)
    #expect(difference.isSignificant && difference.difference > 0)
  }

  @Test func sessionFinishesAndCancelIsSilent() async throws {
    let network = try network(32)
    for await update in AsyncStream<MeasurementSession.Update>({ stream in
      MeasurementSession([network], Conditions(threads: 2), seconds: 1) { update in
        stream.yield(update)
        if case .finished = update { stream.finish() }
      }.start()
    }) {
      if case .failed(let message) = update { Issue.record("\(message)") }
    }
    let updates = Atomic(0)
    let session = MeasurementSession([network], Conditions(threads: 1)) { _ in
      updates.add(1, ordering: .relaxed)
    }
    session.cancel()
    session.start()
    // A later session begins only when the cancelled one is over.
    _ = await AsyncStream<Bool> { stream in
      MeasurementSession([network], Conditions(threads: 1), seconds: 0.2) { update in
        if case .finished = update { stream.finish() }
      }.start()
    }.first { _ in true }
    #expect(updates.load(ordering: .relaxed) == 0)
  }

  @Test func impossibleBatchIsAnError() throws {
    #expect(throws: (any Error).self) {
      try measure([network(32)], Conditions(batch: 1 << 40, threads: 1), until: .passes(1))
    }
  }
}
