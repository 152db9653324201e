import Architectures
import Explorer
import Measurement
import NetworkGraph
import Reports

/// Where the explorer's timings come from.
public enum TimingSource: Sendable {
  /// This machine, which measures.
  case engine
  /// Files that were written before; nothing is measured, so that a screen is the same every time.
  case recorded([BenchReport])
  /// Nowhere: nothing is timed.
  case none

  func measurer(_ mailbox: Mailbox) -> any Measurer {
    switch self {
    case .engine: EngineMeasurer(mailbox)
    case .recorded(let reports): RecordedMeasurer(reports, mailbox)
    case .none: NoMeasurer()
    }
  }
}

/// One network, or two in alternation.
enum MeasurementSubject {
  case one(NetworkSpec)
  case pair(NetworkSpec, NetworkSpec)

  var specs: [NetworkSpec] {
    switch self {
    case .one(let spec): [spec]
    case .pair(let a, let b): [a, b]
    }
  }

  /// The event that tells why it cannot be measured.
  func failure(_ conditions: Conditions, _ reason: String) -> Event {
    switch self {
    case .one(let spec): .notMeasurable(spec, conditions, reason)
    case .pair(let a, let b): .pairNotMeasurable(a: a, b: b, conditions, reason)
    }
  }

  /// The event that tells what measuring it has given; nil while there is nothing for each of its networks.
  func event(_ timings: [Timings], _ difference: TimeDifference?) -> Event? {
    switch self {
    case .one(let spec): timings.first.map { .timings(spec, $0) }
    case .pair(let a, let b):
      if timings.count == 2, let difference { .pair(a: a, b: b, timings[0], timings[1], difference) } else { nil }
    }
  }
}

/// Something that times what the explorer shows and leaves what it learns in the mailbox.
protocol Measurer {
  /// Starts timing in place of whatever is being timed.
  func start(_ subject: MeasurementSubject, _ conditions: Conditions) throws
  func pause()
  func resume()
  /// Measures at every value of a range in place of whatever is being timed.
  func sweep(_ run: SweepRun, _ mailbox: Mailbox)
  /// Computes how far the answer of a network lies from that of its exact plan.
  func findDeviation(_ spec: NetworkSpec, _ conditions: Conditions, _ mailbox: Mailbox)
  /// Ends the timing.
  func stop()
  /// Why a wait for timings would be in vain; nil if it would not.
  var reasonForNoTimings: String? { get }
}

extension Measurer {
  /// What measures nothing can only say so.
  func sweep(_ run: SweepRun, _ mailbox: Mailbox) {
    mailbox.post(.failed("nothing is measured here, so there is nothing to sweep over"))
    mailbox.post(.swept(run.specs, run.range, nil))
  }

  func findDeviation(_ spec: NetworkSpec, _ conditions: Conditions, _ mailbox: Mailbox) {
    mailbox.post(.deviation(spec, conditions, .failure(Refusal("nothing is computed here"))))
  }

  func pause() {}
  func resume() {}
  func stop() {}
}

/// Times nothing.
struct NoMeasurer: Measurer {
  func start(_ subject: MeasurementSubject, _ conditions: Conditions) {}
  var reasonForNoTimings: String? { "nothing is timed" }
}
