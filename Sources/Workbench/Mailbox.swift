import Explorer
import Synchronization

/// Where worker threads leave events for the thread that owns the state.
public final class Mailbox: Sendable {
  private let events = Mutex<[Event]>([])
  private let wake: @Sendable () -> Void

  /// - Parameter wake: called on the worker's thread after something has been left.
  public init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  func post(_ event: Event) {
    events.withLock { $0.append(event) }
    wake()
  }

  /// Everything that has been left, oldest first.
  func take() -> [Event] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
