import Engine
import NetworkGraph

/// A time in milliseconds.
public typealias Milliseconds = Double

/// What repeated measurements of one thing gave.
public struct Distribution: Hashable, Sendable {
  public var passes: Int
  public var minimum: Milliseconds
  public var p10: Milliseconds
  public var median: Milliseconds
  public var p90: Milliseconds
  /// The 95 % interval of the median.
  public var interval: ClosedRange<Milliseconds>
  /// The latest measurements, oldest first; at most 64.
  public var recent: [Milliseconds]

  public init(
    passes: Int, minimum: Milliseconds, p10: Milliseconds, median: Milliseconds, p90: Milliseconds,
    interval: ClosedRange<Milliseconds>, recent: [Milliseconds]
  ) {
    self.passes = passes
    self.minimum = minimum
    self.p10 = p10
    self.median = median
    self.p90 = p90
    self.interval = interval
    self.recent = recent
  }
}

/// The time of one step of a plan: one layer, or several that run as one.
public struct StepTiming: Hashable, Sendable {
  /// The layer that the time stands on: the convolution or linear layer that computes the step, else its last layer.
  public var owner: NodePath
  /// All layers that the step runs, its owner included, in order.
  public var covers: [NodePath]
  /// The algorithm that ran, such as `direct 6×64`.
  public var algorithm: String
  /// Multiply-adds of the step for the whole batch.
  public var multiplyAdds: Int
  public var time: Distribution
  /// The mean over the fifth of the passes that took nearest to the median. Steps add up to such a pass; a sum of medians
  /// falls short of it, since noise only ever adds.
  public var typical: Milliseconds
  /// The algorithms that it could have, the one that ran first; none where there is no choice.
  public var candidates: [AlgorithmCandidate]
  /// How its work is cut into what threads share and caches hold; nil where there is one way.
  public var cut: String?
  /// Cycles of a core until the last thread is done, for the whole batch, as the planner expects them; nil in timings from
  /// a file.
  public var expectedCycles: Double?

  public init(
    owner: NodePath, covers: [NodePath], algorithm: String, multiplyAdds: Int, time: Distribution,
    typical: Milliseconds? = nil, candidates: [AlgorithmCandidate] = [], cut: String? = nil,
    expectedCycles: Double? = nil
  ) {
    self.cut = cut
    self.expectedCycles = expectedCycles
    self.typical = typical ?? time.median
    self.candidates = candidates
    self.owner = owner
    self.covers = covers
    self.algorithm = algorithm
    self.multiplyAdds = multiplyAdds
    self.time = time
  }

  /// True where the step takes turns with its neighbours, a few rows of each.
  public var takesTurns: Bool { algorithm.hasSuffix(" slabs") }
  /// True where the step before it is one of these.
  public var goesOnWithTurns: Bool { algorithm.hasSuffix(" on the same slabs") }

  /// Floating-point operations (two for a multiply-add) per nanosecond, at the median.
  public var gflops: Double { time.median > 0 ? 2 * Double(multiplyAdds) / time.median / 1e6 : 0 }
}

/// An algorithm that a step could have, and what the planner expects of it.
public struct AlgorithmCandidate: Hashable, Sendable {
  public var algorithm: String
  /// Cycles of a core until the last thread is done, for the whole batch.
  public var cycles: Double
  /// How many times as long as the one that runs it took, where tuning has measured both.
  public var ratio: Double?

  public init(algorithm: String, cycles: Double, ratio: Double? = nil) {
    self.algorithm = algorithm
    self.cycles = cycles
    self.ratio = ratio
  }
}

/// How a network is run while it is measured.
public struct Conditions: Hashable, Sendable {
  public var batch: Int
  public var threads: Int
  /// False runs layer by layer, so that every layer has a time of its own.
  public var fused: Bool
  /// True plans without algorithms that change the order of the arithmetic (Winograd, Strassen).
  public var exact: Bool
  /// True takes the weights out of the caches before every pass: a layer alone then costs what it costs in a network
  /// that is larger than the caches.
  public var coldWeights: Bool
  /// What tuning has told about the algorithms of layers.
  public var tuning: Tuning

  public init(
    batch: Int = 1, threads: Int, fused: Bool = true, exact: Bool = false, coldWeights: Bool = false,
    tuning: Tuning = .none
  ) {
    self.batch = batch
    self.threads = threads
    self.fused = fused
    self.exact = exact
    self.coldWeights = coldWeights
    self.tuning = tuning
  }

  /// More images at once, or threads, than any machine runs.
  public static let mostImages = 1 << 20
  public static let mostThreads = 1024

  /// What is not as usual, in words.
  public var exceptions: [String] { (exact ? ["exact"] : []) + (coldWeights ? ["cold weights"] : []) }

  /// The options of a plan for these conditions, with the kernels of this machine.
  public var planOptions: PlanOptions {
    var options = PlanOptions(batch: batch, threads: threads, fused: fused, exact: exact, instructionSet: .current)
    options.coldWeights = coldWeights
    options.tuning = tuning
    return options
  }
}

/// What measuring a network has given so far.
public struct Timings: Hashable, Sendable {
  public enum Progress: String, Hashable, Sendable {
    case running
    /// The 95 % interval of the median lies within ±1 %.
    case settled
    /// Time ran out before the median settled.
    case noisy
  }

  public var conditions: Conditions
  public var progress: Progress
  /// Whole forward passes, from plain input to plain output.
  public var pass: Distribution
  /// The median over the passes in which the process was not preempted; nil if there were none.
  public var quietMedian: Milliseconds?
  /// Passes in which the process was preempted.
  public var preempted: Int
  /// True if the figures tell of other programs too: more than one pass in four was preempted, and those that were not
  /// took less time, as far as there were any.
  public var isDisturbed: Bool {
    4 * preempted > pass.passes && (quietMedian.map { pass.median > 1.02 * $0 } ?? true)
  }
  public var steps: [StepTiming]
  /// The sum of what the steps typically take.
  public var sumOfSteps: Milliseconds
  /// What passes take whose steps are not timed, which `sumOfSteps` should come near to: `pass.median` times the median
  /// of what they took as parts of the timed passes just before them; nil where none was measured.
  public var untimedMedian: Milliseconds?
  public var peakMemoryBytes: Int
  /// Names the plan that ran; equal plans have equal names.
  public var plan: String
  /// A single pass, thread by thread; nil until the measurement has ended.
  public var timeline: PassTimeline?

  public init(
    conditions: Conditions, progress: Progress, pass: Distribution, quietMedian: Milliseconds?, preempted: Int,
    steps: [StepTiming], sumOfSteps: Milliseconds, untimedMedian: Milliseconds? = nil, peakMemoryBytes: Int,
    plan: String, timeline: PassTimeline? = nil
  ) {
    self.untimedMedian = untimedMedian
    self.timeline = timeline
    self.conditions = conditions
    self.progress = progress
    self.pass = pass
    self.quietMedian = quietMedian
    self.preempted = preempted
    self.steps = steps
    self.sumOfSteps = sumOfSteps
    self.peakMemoryBytes = peakMemoryBytes
    self.plan = plan
  }
}

/// Whether two alternating measurements differ.
public struct TimeDifference: Hashable, Sendable {
  /// Median of B minus median of A.
  public var difference: Milliseconds
  /// The 95 % interval of that difference.
  public var interval: ClosedRange<Milliseconds>

  public init(difference: Milliseconds, interval: ClosedRange<Milliseconds>) {
    self.difference = difference
    self.interval = interval
  }

  /// True if the difference is larger than the spread: the interval does not contain zero.
  public var isSignificant: Bool { !interval.contains(0) }
}

/// The machine that measures.
public struct MachineFacts: Hashable, Sendable {
  public var processor: String
  /// The instruction set that the kernels use: `avx512`, `avx2`, `portable`.
  public var isa: String
  public var threads: Int
  /// Measured rate of fused multiply-adds in GFLOP/s, two operations each, with one thread and with all.
  public var peakOne: Double
  public var peakAll: Double
  /// Measured bytes read from memory, GB/s, with one thread and with all.
  public var bandwidthOne: Double
  public var bandwidthAll: Double
  /// Bytes of the caches by name: `L1d`, `L2`, `L3`.
  public var caches: [String: Int]

  public init(
    processor: String, isa: String, threads: Int, peakOne: Double, peakAll: Double, bandwidthOne: Double,
    bandwidthAll: Double, caches: [String: Int]
  ) {
    self.processor = processor
    self.isa = isa
    self.threads = threads
    self.peakOne = peakOne
    self.peakAll = peakAll
    self.bandwidthOne = bandwidthOne
    self.bandwidthAll = bandwidthAll
    self.caches = caches
  }

  /// The same machine with the higher rates of two measurements: others may have been in the way of one of them.
  public func best(with other: MachineFacts) -> MachineFacts {
    var best = self
    for rate in [\MachineFacts.peakOne, \.peakAll, \.bandwidthOne, \.bandwidthAll] {
      best[keyPath: rate] = max(self[keyPath: rate], other[keyPath: rate])
    }
    return best
  }

  /// The measured peak for a number of threads.
  public func peak(threads: Int) -> Double { threads == 1 ? peakOne : peakAll }

  /// The measured bandwidth for so many threads, in GB/s.
  public func bandwidth(threads: Int) -> Double { threads == 1 ? bandwidthOne : bandwidthAll }
}
