import Engine
import NetworkGraph
import Testing

/// The ways to compute a layer, and how measurements choose among them.
@Suite struct CandidateTests {
  private func network(_ kernel: Extent = 3) throws -> Network {
    let builder = try NetworkBuilder(name: "layer", input: .map(channels: 32, height: 14, width: 14))
    return try builder.finish(builder.input.conv("conv", 48, kernel: kernel, padding: 1).batchNorm("bn").relu())
  }

  private func step(_ network: Network, _ options: PlanOptions) throws -> Step {
    try #require(Plan(network, options).steps.first { !$0.candidates.isEmpty })
  }

  @Test func candidatesAreRankedAndDifferent() throws {
    let step = try step(network(), PlanOptions(threads: 2))
    #expect(step.candidates[0].cycles == step.candidates.map(\.cycles).min())
    #expect((2...8).contains(step.candidates.count))
    #expect(Set(step.candidates.map(\.key)).count == step.candidates.count)
    #expect(step.algorithm == step.candidates.first?.name)
    #expect(
      try Plan(network(), PlanOptions(threads: 2)).fingerprint == Plan(network(), PlanOptions(threads: 2)).fingerprint)
  }

  @Test(arguments: [1, 3]) func exactCandidatesAreDirect(_ kernel: Int) throws {
    let step = try step(network(Extent(kernel)), PlanOptions(threads: 2, exact: true))
    #expect(step.candidates.allSatisfy { $0.name.hasPrefix("direct") })
  }

  /// Whichever candidate runs, the answer is the reference's.
  @Test(arguments: [1, 3]) func everyCandidateAgrees(_ kernel: Int) throws {
    let network = try network(Extent(kernel))
    let input = randomInput(network, batch: 2)
    let expected = try Reference.run(network, input: input, batch: 2, weights: SeededWeights(for: network))
    for set in InstructionSet.available {
      for rank in 0..<8 {
        var options = PlanOptions(batch: 2, threads: 2, instructionSet: set)
        options.forcedRank = rank
        #expect(deviation(try compute(network, input, options), expected) < 1e-4)
      }
    }
  }

  @Test func theFastestMeasuredCandidateRuns() throws {
    let network = try network()
    var options = PlanOptions(threads: 2)
    let instant = try step(network, options)
    let other = try #require(instant.candidates.last)
    let signature = try #require(instant.signature)
    options.tuning.layers[signature] = [instant.candidates[0].key: 100, other.key: 90]
    let tuned = try step(network, options)
    #expect(tuned.candidates[0].key == other.key && tuned.candidates[0].measured == 90)
    #expect(Set(tuned.candidates.map(\.key)) == Set(instant.candidates.map(\.key)))
    #expect(try Plan(network, options).fingerprint != Plan(network, PlanOptions(threads: 2)).fingerprint)
  }

  /// What some of a layer's algorithms carry out on their way in is in its times: those of other layers are not like them.
  @Test(arguments: [1, 3]) func signaturesTellWhatIsTakenIn(kernel: Int) throws {
    func signature(behindNorm: Bool) throws -> LayerSignature {
      let builder = try NetworkBuilder(name: "layer", input: .map(channels: 64, height: 28, width: 28))
      let x = behindNorm ? try builder.input.batchNorm("bn").relu() : builder.input
      return try #require(
        step(builder.finish(x.conv("conv", 64, kernel: Extent(kernel))), PlanOptions(threads: 2)).signature)
    }
    #expect(try (signature(behindNorm: true) == signature(behindNorm: false)) == (kernel == 1))
  }

  /// Names that fit no candidate, layers that are not there, and gains within the noise change nothing.
  @Test func strangeMeasurementsAreIgnored() throws {
    let network = try network()
    var options = PlanOptions(threads: 2)
    let instant = try step(network, options)
    let signature = try #require(instant.signature)
    options.tuning.layers[LayerSignature("another layer")] = ["direct": 1]
    options.tuning.layers[signature] = [
      instant.candidates[0].key: 100, "winograd F(9×9, 9×9), on the moon": 1,
      instant.candidates[1].key: 99,
    ]
    #expect(try step(network, options).candidates[0].key == instant.candidates[0].key)
  }
}
