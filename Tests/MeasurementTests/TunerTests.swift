import Architectures
import Engine
import Measurement
import NetworkGraph
import Testing

/// Tuning, and what is remembered of it.
@Suite struct TunerTests {
  private func network() throws -> Network {
    let builder = try NetworkBuilder(name: "layer", input: .map(channels: 32, height: 14, width: 14))
    return try builder.finish(builder.input.conv("conv", 48, kernel: 3, padding: 1).relu())
  }

  @Test func progressCountsUp() throws {
    var rounds: [Int] = []
    let result = try #require(
      try Tuner(network(), Conditions(threads: 1)).run { done, all in
        rounds.append(done)
        return done < all
      })
    #expect(rounds == rounds.sorted() && Set(rounds) == Set(0..<Candidate.most))
    #expect(result.tuned <= result.instant)
    #expect(result.changed == 0 ? result.tuning.isEmpty : !result.tuning.isEmpty)
  }

  /// Also in the last round, when all that is left is to compare whole passes.
  @Test(arguments: 0..<Candidate.most) func canBeStopped(in round: Int) throws {
    #expect(try Tuner(network(), Conditions(threads: 1)).run { done, _ in done < round } == nil)
  }

  /// A second tuning counts for the layers that it measured, be it that nothing was faster.
  @Test func aNewTuningReplacesTheOldOne() {
    let (a, b) = (LayerSignature("a threads 2"), LayerSignature("b threads 2"))
    var tuning = Tuning()
    tuning.layers = [a: ["direct": 1], b: ["direct": 2]]
    let before = tuning.fingerprint(threads: 2)
    #expect(tuning.fingerprint(threads: 1) == "")
    tuning.replace([a], by: .none)
    #expect(tuning.layers == [b: ["direct": 2]])
    #expect(!before.isEmpty && tuning.fingerprint(threads: 2) != before)
    tuning.replace([b], by: .none)
    #expect(tuning == .none && tuning.fingerprint(threads: 2) == "")
  }

  @Test func timesAreOfTheirTuning() {
    var tuned = Conditions(threads: 1)
    tuned.tuning.layers[LayerSignature("a threads 1")] = ["direct": 1]
    var times = CatalogueTimes()
    times["resnet18", tuned] = 3
    #expect(times["resnet18", tuned] == 3 && times["resnet18", Conditions(threads: 1)] == nil)
    #expect(times.medians(Conditions(threads: 1)).isEmpty)
  }

  @Test func remembersTimesAndNothingElse() {
    var tuning = Tuning()
    tuning.layers[LayerSignature("a")] = ["direct": 1, "winograd": -.infinity, "strassen": .nan]
    #expect(TuningFile(tuning).tuning.layers == [LayerSignature("a"): ["direct": 1]])
  }

  /// What was told about layers changes the plan that is measured, and so its name.
  @Test func conditionsCarryTheTuning() throws {
    let network = try network()
    let instant = try Plan(network, Conditions(threads: 1).planOptions)
    let step = try #require(instant.steps.first { $0.signature != nil })
    var tuning = Tuning()
    tuning.layers[try #require(step.signature)] = [
      step.candidates[0].key: 100, try #require(step.candidates.last).key: 10,
    ]
    let conditions = Conditions(threads: 1, tuning: tuning)
    let timings = try #require(measure([network], conditions, until: .passes(1)).timings.first)
    #expect(timings.conditions == conditions)
    #expect(timings.plan != instant.fingerprint)
    let ratios = timings.steps.flatMap(\.candidates).compactMap(\.ratio)
    #expect(ratios.contains(10) && ratios.allSatisfy { $0 >= 1 })
  }
}
