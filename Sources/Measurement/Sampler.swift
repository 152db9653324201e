import ConvKernels
import Engine
import NetworkGraph

/// Bytes that running a network takes: weights, values and what the workers need.
///
/// - Throws: `PlanError` where the network cannot be run.
public func memoryNeeded(by network: Network, _ conditions: Conditions) throws -> Int {
  try Plan(network, conditions.planOptions).requiredBytes
}

/// Runs one network, or two in alternation, and keeps what every pass and every step took.
final class Sampler {
  private var subjects: [Subject]
  private let conditions: Conditions

  /// Passes that are kept one by one; of older ones only how many took how long.
  fileprivate static let window = 1024

  /// One network with its measurements.
  fileprivate struct Subject {
    let network: Network
    let executor: Executor
    let fingerprint: String
    var stamps: [UInt64]
    var passes: [Milliseconds] = []
    var allPasses = Histogram()
    /// Those in which the process was not preempted.
    var quietPasses = Histogram()
    var steps: [[Milliseconds]]
    /// What passes whose steps were not timed took, as a part of the pass before each: what else the machine does weighs
    /// on both.
    var untimedShares: [Double] = []
    var preempted = 0
    /// Whether the last pass was left out.
    var hasStoodStill = false

    init(_ network: Network, _ executor: Executor) {
      self.network = network
      self.executor = executor
      fingerprint = executor.plan.fingerprint
      stamps = Array(repeating: 0, count: executor.plan.steps.count + 1)
      steps = Array(repeating: [], count: executor.plan.steps.count)
    }
  }

  /// Plans the networks and reads their weights, or makes them.
  init(_ networks: [Network], _ conditions: Conditions, _ weights: (any WeightSource)? = nil) throws {
    self.conditions = conditions
    let team = WorkerTeam(threads: conditions.threads)
    let plans = try networks.map { try Plan($0, conditions.planOptions) }
    // Each executor looks for itself, but memory that is asked for and not yet used still counts as available.
    let (needed, available) = (plans.reduce(0) { $0 + $1.requiredBytes }, Memory.available)
    guard needed <= available else { throw PlanError.notEnoughMemory(needed: needed, available: available) }
    subjects = try plans.map { plan in
      let executor = try Executor(plan, weights: weights, team: team)
      executor.fillInput()
      return Subject(plan.network, executor)
    }
  }

  /// Passes that do not count.
  func warmUp() {
    for subject in subjects {
      prepare(subject.executor)
      subject.executor.pass()
    }
  }

  private func prepare(_ executor: Executor) {
    if conditions.coldWeights { executor.evictWeights() }
  }

  /// One counted pass of every network, one after the other; where there is one network, the first ones and then every
  /// fourth are followed by a pass whose steps are not timed.
  ///
  /// - Returns: false if the process stood still meanwhile, be it that it was stopped or the machine asleep: such a pass
  ///   does not count.
  func sample() -> Bool {
    var counts = true
    for i in subjects.indices {
      let executor = subjects[i].executor
      prepare(executor)
      let before = ck_preemptions()
      subjects[i].stamps.withUnsafeMutableBufferPointer { executor.pass(stamps: $0.baseAddress) }
      let preempted = ck_preemptions() != before
      // At once, before anything is kept: the caches and the threads are to be as they were for the timed pass.
      let count = subjects[i].allPasses.count
      let untimed =
        subjects.count == 1 && (count < Sampler.firstPasses || count % 4 == 0) ? untimedPass(executor) : nil
      if !subjects[i].add(preempted: preempted, untimed: untimed) { counts = false }
    }
    return counts
  }

  private func untimedPass(_ executor: Executor) -> Milliseconds {
    prepare(executor)
    let start = ck_nanoseconds()
    executor.pass()
    return Double(ck_nanoseconds() - start) / 1e6
  }

  /// A pass that stands for the others, thread by thread: of five the one that took as long as most passes do, if there
  /// is one in which nothing preempted the process; of slow ones the first. It is not among the measured passes.
  func timeline(of subject: Int) -> PassTimeline? {
    let (executor, usual) = (subjects[subject].executor, subjects[subject].distribution.median)
    var traced: [(pass: PassTimeline, isQuiet: Bool)] = []
    for _ in 0..<5 {
      prepare(executor)
      let before = ck_preemptions()
      let pass = PassTimeline(executor)
      traced.append((pass, ck_preemptions() == before))
      if pass.duration > 200 { break }
    }
    let quiet = traced.filter(\.isQuiet)
    return (quiet.isEmpty ? traced : quiet).map(\.pass)
      .min { abs($0.duration - usual) < abs($1.duration - usual) }
  }

  var passes: Int { subjects[0].allPasses.count }

  var isSettled: Bool { subjects.allSatisfy { $0.distribution.isSettled } }

  func timings(_ progress: Timings.Progress) -> [Timings] {
    subjects.map { $0.timings(conditions, progress) }
  }
}

extension Sampler.Subject {
  /// Keeps what the stamps say, and what a pass took behind it whose steps were not timed.
  ///
  /// - Returns: false if it took so much longer than any before that it cannot have run all the time; then nothing is kept.
  fileprivate mutating func add(preempted wasPreempted: Bool, untimed: Milliseconds?) -> Bool {
    func keep(_ value: Milliseconds, _ values: inout [Milliseconds]) {
      if values.count >= 2 * Sampler.window { values.removeFirst(Sampler.window) }
      values.append(value)
    }
    let whole = Double(stamps[stamps.count - 1] - stamps[0]) / 1e6
    let slowest = max(whole, untimed ?? 0)
    let stoodStill = slowest > 1000 && passes.max().map { slowest > 10 * $0 } ?? false
    // Twice in a row it has become slow.
    hasStoodStill = stoodStill && !hasStoodStill
    if hasStoodStill { return false }
    keep(whole, &passes)
    allPasses.add(whole)
    if wasPreempted { preempted += 1 } else { quietPasses.add(whole) }
    for i in steps.indices { keep(Double(stamps[i + 1] - stamps[i]) / 1e6, &steps[i]) }
    if let untimed { keep(untimed / whole, &untimedShares) }
    return true
  }

  /// The distribution of all passes: exact as long as all are kept.
  fileprivate var distribution: Distribution {
    passes.count == allPasses.count ? Distribution(passes) : allPasses.distribution(recent: passes)
  }

  /// The places of the fifth of the latest passes that took nearest to the median.
  private var usualPasses: ArraySlice<Int> {
    let latest = passes.indices.suffix(Sampler.stepWindow).sorted { passes[$0] < passes[$1] }
    return latest.dropFirst(latest.count * 2 / 5).dropLast(latest.count * 2 / 5)
  }

  fileprivate func timings(_ conditions: Conditions, _ progress: Timings.Progress) -> Timings {
    let plan = executor.plan
    let usual = usualPasses
    let timed = zip(plan.steps, steps).map { step, times in
      let covered = step.covers.map { network[$0] }
      return StepTiming(
        owner: step.owner.map { network[$0].path } ?? "output", covers: covered.map(\.path),
        algorithm: step.algorithm,
        multiplyAdds: conditions.batch * covered.reduce(0) { $0 + $1.cost.multiplyAdds },
        time: Distribution(times.suffix(Sampler.stepWindow)),
        typical: usual.isEmpty ? nil : usual.reduce(0) { $0 + times[$1] } / Double(usual.count),
        candidates: step.algorithmCandidates(slices: plan.slices), cut: step.cut,
        expectedCycles: Double(plan.slices) * step.expectedCycles)
    }
    return Timings(
      conditions: conditions, progress: progress, pass: distribution,
      quietMedian: quietPasses.count == 0 ? nil : quietPasses.distribution(recent: []).median, preempted: preempted,
      steps: timed,
      sumOfSteps: timed.reduce(0) { $0 + $1.typical },
      untimedMedian: untimedShares.isEmpty
        ? nil : Distribution(untimedShares.suffix(Sampler.stepWindow)).median * distribution.median,
      peakMemoryBytes: Memory.peak, plan: fingerprint)
  }
}

extension Sampler {
  /// The latest passes that the figures of a step are taken from: sorting them must not cost what is measured.
  fileprivate static let stepWindow = 256
  /// So many passes are each followed by one whose steps are not timed.
  fileprivate static let firstPasses = 32
}

extension Step {
  /// One candidate of each algorithm, the fastest of its cuts: they have the same estimate. The planner's is of a slice.
  fileprivate func algorithmCandidates(slices: Int) -> [AlgorithmCandidate] {
    var names: Set<String> = []
    let chosen = candidates.first?.measured
    return candidates.filter { names.insert($0.name).inserted }.map { first in
      let best = candidates.filter { $0.name == first.name }.compactMap(\.measured).min()
      let ratio = chosen.flatMap { chosen in best.map { $0 / chosen } }
      return AlgorithmCandidate(algorithm: first.name, cycles: Double(slices) * first.cycles, ratio: ratio)
    }
  }
}
