import Architectures
import Engine
import Explorer
import Measurement
import Synchronization

/// Measures on this machine, on threads of its own.
///
/// Before the first measurement the machine itself is measured, so that rates can be told as a share of its peak.
final class EngineMeasurer: Measurer, Sendable {
  private enum Machine { case unknown, beingMeasured, known }

  private struct Current {
    var machine = Machine.unknown
    var session: MeasurementSession?
    /// Counts what has been started and stopped, so that a sweep sees that it is no longer wanted.
    var wish = 0
    /// Whether measuring is to begin once the machine is known. A sweep has begun already.
    var waitsForMachine = false
  }

  private let mailbox: Mailbox
  private let current = Mutex(Current())

  init(_ mailbox: Mailbox) { self.mailbox = mailbox }

  func start(_ subject: MeasurementSubject, _ conditions: Conditions) throws {
    let networks = try subject.specs.map { try Catalogue.build($0) }
    let mailbox = mailbox
    // Two networks share no weights of a file: they are generated.
    let weights = subject.specs.count == 1 ? try Catalogue.weights(of: subject.specs[0]) : nil
    let session = MeasurementSession(networks, conditions, weights: weights) { update in
      switch update {
      case .progress(let report), .finished(let report):
        if let event = subject.event(report.timings, report.difference) { mailbox.post(event) }
      case .failed(let reason): mailbox.post(subject.failure(conditions, reason))
      }
    }
    let needsMachine = current.withLock { current in
      current.session?.cancel()
      current.session = session
      current.wish += 1
      current.waitsForMachine = current.machine != .known
      switch current.machine {
      case .known: session.start()
      case .beingMeasured: break
      case .unknown:
        current.machine = .beingMeasured
        return true
      }
      return false
    }
    if needsMachine { startWithMachine(subject, conditions) }
  }

  func sweep(_ run: SweepRun, _ mailbox: Mailbox) {
    let wish = current.withLock { current in
      current.session?.cancel()
      current.wish += 1
      current.waitsForMachine = false
      return current.wish
    }
    sweepNext(run, at: 0, wish)
  }

  /// Measures one point, and at its end the next. Stopping, or starting something else, ends it.
  private func sweepNext(_ run: SweepRun, at index: Int, _ wish: Int) {
    guard current.withLock({ $0.wish == wish }) else { return }
    guard index < run.count else {
      mailbox.post(.swept(run.specs, run.range, nil))
      return
    }
    do {
      let (_, network, conditions) = try run.subject(at: index)
      let session = MeasurementSession([network], conditions, seconds: SweepRun.patience) { [self] update in
        switch update {
        case .progress: return
        case .finished(let report):
          if let timings = report.timings.first, let point = try? run.point(at: index, network, timings) {
            mailbox.post(.swept(run.specs, run.range, point))
          }
        case .failed(let reason): mailbox.post(run.failure(at: index, reason))
        }
        sweepNext(run, at: index + 1, wish)
      }
      let isWanted = current.withLock { current in
        if current.wish == wish { current.session = session }
        return current.wish == wish
      }
      // Without the lock: where there is no thread for it, it fails at once, and the next point follows.
      if isWanted { session.start() }
    } catch {
      mailbox.post(run.failure(at: index, "\(error)"))
      sweepNext(run, at: index + 1, wish)
    }
  }

  func findDeviation(_ spec: NetworkSpec, _ conditions: Conditions, _ mailbox: Mailbox) {
    let worker = WorkerThread {
      let result = Result {
        try deviationFromExact(Catalogue.build(spec), conditions, weights: Catalogue.weights(of: spec))
      }
      mailbox.post(.deviation(spec, conditions, result.mapError { Refusal("\($0)") }))
    }
    guard let worker else { return mailbox.post(.deviation(spec, conditions, .failure(EngineMeasurer.noThread))) }
    worker.detach()
  }

  private static let noThread = Refusal("the system gives no thread to measure on")

  func pause() { current.withLock { $0.session?.pause() } }
  func resume() { current.withLock { $0.session?.resume() } }

  func stop() {
    current.withLock { current in
      current.session?.cancel()
      current.session = nil
      current.wish += 1
    }
  }

  var reasonForNoTimings: String? { nil }

  private func startWithMachine(_ subject: MeasurementSubject, _ conditions: Conditions) {
    let worker = WorkerThread { [self] in
      mailbox.post(.machine(MachineFacts.measured()))
      current.withLock { current in
        current.machine = .known
        if current.waitsForMachine { current.session?.start() }
        current.waitsForMachine = false
      }
    }
    guard let worker else {
      current.withLock { $0.machine = .unknown }
      return mailbox.post(subject.failure(conditions, EngineMeasurer.noThread.reason))
    }
    worker.detach()
  }
}
