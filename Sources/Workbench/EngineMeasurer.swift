import Architectures
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
  }

  private let mailbox: Mailbox
  private let current = Mutex(Current())

  init(_ mailbox: Mailbox) { self.mailbox = mailbox }

  func start(_ subject: MeasurementSubject, _ conditions: Conditions) throws {
    let networks = try subject.specs.map { try Catalogue.build($0) }
    let mailbox = mailbox
    let session = MeasurementSession(networks, conditions) { update in
      switch update {
      case .progress(let report), .finished(let report):
        if let event = subject.event(report.timings, report.difference) { mailbox.post(event) }
      case .failed(let reason): mailbox.post(subject.failure(conditions, reason))
      }
    }
    let needsMachine = current.withLock { current in
      current.session?.cancel()
      current.session = session
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

  func pause() { current.withLock { $0.session?.pause() } }
  func resume() { current.withLock { $0.session?.resume() } }

  func stop() {
    current.withLock { current in
      current.session?.cancel()
      current.session = nil
    }
  }

  var reasonForNoTimings: String? { nil }

  private func startWithMachine(_ subject: MeasurementSubject, _ conditions: Conditions) {
    do {
      try Worker.run { [self] in
        mailbox.post(.machine(MachineFacts.measured()))
        current.withLock { current in
          current.machine = .known
          current.session?.start()
        }
      }
    } catch {
      current.withLock { $0.machine = .unknown }
      mailbox.post(subject.failure(conditions, "\(error)"))
    }
  }
}
