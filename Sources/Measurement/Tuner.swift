import Engine
import NetworkGraph

/// Measures the candidates of a network's convolutions and linear layers inside passes over the network, where caches
/// are as they will be, in alternation with the choice of the cost model.
public struct Tuner {
  /// What tuning a network has given.
  public struct Result: Sendable {
    /// What to plan by: nothing where it did not make the whole pass faster.
    public let tuning: Tuning
    /// The layers that were measured: what was known of them before counts no more.
    public let layers: Set<LayerSignature>
    /// The median pass by the cost model and by what was measured.
    public let instant: Milliseconds
    public let tuned: Milliseconds
    /// Convolutions and linear layers that run otherwise than the cost model says.
    public let changed: Int
  }

  private static let passes = 15
  private static let finalPasses = 25

  private let network: Network
  private let options: PlanOptions
  private let team: WorkerTeam

  public init(_ network: Network, _ conditions: Conditions) {
    self.network = network
    var options = conditions.planOptions
    options.tuning = .none
    self.options = options
    team = WorkerTeam(threads: conditions.threads)
  }

  /// - Parameter progress: is told how many of how many rounds are done, and returns whether to go on.
  /// - Returns: nil if it was stopped.
  /// - Throws: `PlanError` where the network cannot be run.
  public func run(progress: (_ done: Int, _ all: Int) -> Bool) throws -> Result? {
    let instant = try executor(options)
    var tuning = Tuning.none
    for rank in 1..<Candidate.most {
      guard progress(rank - 1, Candidate.most) else { return nil }
      var other = options
      other.forcedRank = rank
      let candidate = try executor(other)
      let pair = alternate(instant, candidate, passes: Tuner.passes) { progress(rank - 1, Candidate.most) }
      guard let pair else { return nil }
      tuning.add(pair)
    }
    return try judge(tuning, against: instant) { progress(Candidate.most - 1, Candidate.most) }
  }

  /// What was measured, if the pass as a whole gains by it, by more than its spread.
  private func judge(_ tuning: Tuning, against instant: Executor, while mayGoOn: () -> Bool) throws -> Result? {
    var planned = options
    planned.tuning = tuning
    let tuned = try executor(planned)
    let instantly = Dictionary(
      instant.plan.steps.map { ($0.owner, $0.candidates.first?.key) }, uniquingKeysWith: { first, _ in first })
    // A norm that another algorithm does not take in has a step of its own.
    let changed = tuned.plan.steps.count { $0.signature != nil && $0.candidates.first?.key != instantly[$0.owner] }
    guard let pair = alternate(instant, tuned, passes: Tuner.finalPasses, while: mayGoOn) else { return nil }
    let (before, after) = (pair.first.pass, pair.second.pass)
    let layers = Set(instant.plan.steps.compactMap(\.signature))
    let difference = TimeDifference(from: before, to: after)
    guard changed > 0, difference.difference < 0, difference.isSignificant else {
      return Result(tuning: .none, layers: layers, instant: before.median, tuned: before.median, changed: 0)
    }
    return Result(tuning: tuning, layers: layers, instant: before.median, tuned: after.median, changed: changed)
  }

  private func executor(_ options: PlanOptions) throws -> Executor {
    let executor = try Executor(Plan(network, options), team: team)
    executor.fillInput()
    return executor
  }

  /// Passes over two plans of the network, one after the other again and again; nil if it is not to go on.
  private func alternate(
    _ a: Executor, _ b: Executor, passes: Int, while mayGoOn: () -> Bool
  ) -> (first: Medians, second: Medians)? {
    var (first, second) = (StampedPasses(a), StampedPasses(b))
    for pass in -Tuner.warmUps..<passes {
      first.run(counted: pass >= 0, coldWeights: options.coldWeights)
      second.run(counted: pass >= 0, coldWeights: options.coldWeights)
      guard mayGoOn() else { return nil }
    }
    return (first.medians, second.medians)
  }

  private static let warmUps = 3
}

/// What a plan's passes took.
private struct Medians {
  let plan: Plan
  let pass: Distribution
  /// Nanoseconds of every step.
  let steps: [Double]
}

private struct StampedPasses {
  private let executor: Executor
  private var stamps: [UInt64]
  private var steps: [[Double]]
  private var passes: [Double] = []

  init(_ executor: Executor) {
    self.executor = executor
    stamps = Array(repeating: 0, count: executor.plan.steps.count + 1)
    steps = Array(repeating: [], count: executor.plan.steps.count)
  }

  mutating func run(counted: Bool, coldWeights: Bool) {
    if coldWeights { executor.evictWeights() }
    stamps.withUnsafeMutableBufferPointer { executor.pass(stamps: $0.baseAddress) }
    guard counted else { return }
    for i in steps.indices { steps[i].append(Double(stamps[i + 1] - stamps[i])) }
    passes.append(Double(stamps[stamps.count - 1] - stamps[0]))
  }

  var medians: Medians {
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    return Medians(plan: executor.plan, pass: Distribution(passes.map { $0 / 1e6 }), steps: steps.map(median))
  }
}

extension Tuning {
  /// Adds what an alternation of the cost model's plan with another has told, summed over the steps of a signature: the
  /// other's time in proportion to the first's, so that a noisy minute harms neither.
  fileprivate mutating func add(_ pair: (first: Medians, second: Medians)) {
    let first = pair.first.times(beside: pair.second.plan)
    let second = pair.second.times(beside: pair.first.plan)
    for (signature, (key, time)) in first {
      guard let other = second[signature], time > 0 else { continue }
      let standard = layers[signature]?[key] ?? time
      layers[signature, default: [:]][key] = standard
      if layers[signature]?[other.key] == nil { layers[signature]?[other.key] = standard * other.time / time }
    }
  }
}

extension Medians {
  /// The candidate that ran and its nanoseconds, summed over the steps of a signature. What the other plan's step of the
  /// layer covers as well, and what are steps of their own here, counts with it.
  fileprivate func times(beside other: Plan) -> [LayerSignature: (key: String, time: Double)] {
    let others = Dictionary(other.steps.map { ($0.owner, $0.covers) }, uniquingKeysWith: { first, _ in first })
    var alone: [LayerID: Double] = [:]
    for (step, time) in zip(plan.steps, steps) where step.signature == nil {
      if let last = step.covers.last { alone[last] = time }
    }
    var times: [LayerSignature: (key: String, time: Double)] = [:]
    for (step, time) in zip(plan.steps, steps) {
      guard let signature = step.signature, let candidate = step.candidates.first else { continue }
      let more = Set(others[step.owner] ?? []).subtracting(step.covers)
      times[signature, default: (candidate.key, 0)].time += more.reduce(time) { $0 + (alone[$1] ?? 0) }
    }
    return times
  }
}
