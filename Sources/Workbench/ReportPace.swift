import Explorer
import Glibc

/// How often the progress of a measurement is shown: so seldom that taking it in and drawing it stays under 2 % of one
/// core, whatever the network, the view and the terminal cost.
struct ReportPace {
  /// The part of one core that may be spent on reports that are shown; waking for those that are not takes the rest.
  static let share = 0.01

  /// From when on the next report may be taken in; nil if none has been.
  private var due: ContinuousClock.Instant?
  /// What the thread had used when it began with the report that is being shown.
  private var begin: Duration?

  mutating func begin(used: Duration = Self.processorTime()) { begin = used }

  /// Ends the report that is being shown, now that it is on the screen.
  mutating func end(used: Duration = Self.processorTime(), now: ContinuousClock.Instant = .now) {
    guard let begin else { return }
    due = now + (used - begin) / Self.share
    self.begin = nil
  }

  /// How long the next report has to wait.
  func remaining(now: ContinuousClock.Instant = .now) -> Duration { max(.zero, due.map { $0 - now } ?? .zero) }

  /// What this thread has used of the processor.
  static func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension Event {
  /// True for a report of a measurement that goes on: the next one says all that it says.
  var isPassing: Bool {
    switch self {
    case .timings(_, let timings): timings.progress == .running
    case .pair(_, _, let a, let b, _): a.progress == .running || b.progress == .running
    default: false
    }
  }
}
