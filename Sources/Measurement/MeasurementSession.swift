import Engine
import NetworkGraph
import Synchronization

/// When a measurement ends.
public enum MeasurementLimit: Hashable, Sendable {
  /// When every median has settled, or after so many seconds, which then counts as noisy.
  case settled(withinSeconds: Double)
  case seconds(Double)
  case passes(Int)
}

/// What a measurement has given so far.
public struct MeasurementReport: Sendable {
  /// One for each network.
  public var timings: [Timings]

  /// The second network's median less the first's, for two networks.
  public var difference: TimeDifference? {
    timings.count == 2 ? TimeDifference(from: timings[0].pass, to: timings[1].pass) : nil
  }
}

/// Measures one network, or two in alternation, and returns when the limit is reached.
///
/// Ten passes or more warm up caches and clocks; they do not count. Two networks are run as often as a 95 % interval
/// needs at least.
///
/// - Parameters:
///   - weights: those of the networks; nil generates them.
///   - report: is told what is known so far, at most ten times a second, and while warming up after every
///     pass that nothing is; it returns whether to go on.
/// - Throws: `PlanError` where the network cannot be run, or the error of the weights.
public func measure(
  _ networks: [Network], _ conditions: Conditions, weights: (any WeightSource)? = nil, until limit: MeasurementLimit,
  report: (MeasurementReport) -> Bool = { _ in true }
) throws -> MeasurementReport {
  let sampler = try Sampler(networks, conditions, weights)
  func finished(_ progress: Timings.Progress) -> MeasurementReport {
    var timings = sampler.timings(progress)
    for index in timings.indices { timings[index].timeline = sampler.timeline(of: index) }
    return MeasurementReport(timings: timings)
  }
  let clock = ContinuousClock()
  var beginning = clock.now
  var warm = 0
  let least = networks.count > 1 ? Distribution.leastForInterval : 1
  while warm < 10 || clock.now - beginning < .milliseconds(100) {
    sampler.warmUp()
    warm += 1
    // The report may wait, while the measurement is paused: that is no time of measuring.
    let reported = clock.now
    guard report(MeasurementReport(timings: [])) else { return MeasurementReport(timings: []) }
    beginning += clock.now - reported
    // A pass may be long: ten of them are enough at any speed, three where one takes seconds.
    if warm >= 3, clock.now - beginning > .seconds(3) { break }
  }

  var start = clock.now
  var lastReport = start
  while true {
    let begun = clock.now
    let counts = sampler.sample()
    let now = clock.now
    if !counts {
      start += now - begun
      continue
    }
    let elapsed = (now - start) / .seconds(1)
    let isDue = now - lastReport >= .milliseconds(100)
    switch limit {
    case .passes(let count) where sampler.passes >= max(count, least):
      return finished(sampler.isSettled ? .settled : .noisy)
    case .seconds(let seconds) where elapsed >= seconds && sampler.passes >= max(5, least):
      return finished(sampler.isSettled ? .settled : .noisy)
    case .settled(let seconds):
      // Judged a few times a second: a median that settles by chance between two looks settles nothing.
      if isDue || elapsed >= seconds {
        if sampler.isSettled { return finished(.settled) }
        if elapsed >= seconds { return finished(.noisy) }
      }
    default: break
    }
    if isDue {
      lastReport = now
      guard report(MeasurementReport(timings: sampler.timings(.running))) else {
        return MeasurementReport(timings: sampler.timings(.noisy))
      }
      start += clock.now - now
    }
  }
}

/// A measurement on a thread of its own, for a program that goes on meanwhile.
///
/// Only one session of a process measures at a time: a new one waits until the one before has stopped.
public final class MeasurementSession: Sendable {
  public enum Update: Sendable {
    case progress(MeasurementReport)
    /// Settled, or noisy after the time allowed: the thread ends, and the program uses no processor any more.
    case finished(MeasurementReport)
    case failed(String)
  }

  private enum Wish: UInt32 {
    case run, pause, cancel
  }

  private let networks: [Network]
  private let conditions: Conditions
  private let weights: (any WeightSource)?
  private let seconds: Double
  private let update: @Sendable (Update) -> Void
  /// What is wished; a paused session sleeps on it.
  private let wish = FutexWord(Wish.run.rawValue)
  private static let turn = Mutex(())

  /// - Parameters:
  ///   - weights: those of the networks; nil generates them.
  ///   - seconds: after which a median that has not settled is called noisy.
  ///   - update: called on the measuring thread, at most ten times a second.
  public init(
    _ networks: [Network], _ conditions: Conditions, weights: (any WeightSource)? = nil, seconds: Double = 10,
    update: @escaping @Sendable (Update) -> Void
  ) {
    self.networks = networks
    self.conditions = conditions
    self.weights = weights
    self.seconds = seconds
    self.update = update
  }

  deinit { wish.free() }

  public func start() {
    if let thread = WorkerThread({ self.body() }) {
      thread.detach()
    } else {
      update(.failed("the system gives no thread to measure on"))
    }
  }

  /// Sleeps after the pass that is running.
  public func pause() { change(to: .pause) }
  public func resume() { change(to: .run) }
  /// Ends after the pass that is running, without another update. Returns at once.
  public func cancel() { change(to: .cancel) }

  private func change(to wish: Wish) {
    var before = self.wish.load()
    // Nothing follows a cancellation, not even what was wished at the same moment.
    while before != Wish.cancel.rawValue, !self.wish.replace(before, with: wish.rawValue) { before = self.wish.load() }
    self.wish.wakeAll()
  }

  private var isCancelled: Bool { wish.load() == Wish.cancel.rawValue }

  /// Waits while paused; false once cancelled.
  private func mayGoOn() -> Bool {
    while true {
      switch Wish(rawValue: wish.load()) {
      case .run: return true
      case .pause: wish.wait(while: Wish.pause.rawValue)
      default: return false
      }
    }
  }

  private func body() {
    MeasurementSession.turn.withLock { _ in
      guard mayGoOn() else { return }
      do {
        let result = try measure(networks, conditions, weights: weights, until: .settled(withinSeconds: seconds)) {
          report in
          if !report.timings.isEmpty, !isCancelled { update(.progress(report)) }
          return mayGoOn()
        }
        if !isCancelled { update(.finished(result)) }
      } catch {
        if !isCancelled { update(.failed("\(error)")) }
      }
    }
  }
}
