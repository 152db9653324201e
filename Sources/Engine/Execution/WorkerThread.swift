import Glibc

/// A thread that works in the background. Signals belong to the thread that owns the terminal: this one starts with all
/// of them blocked but those that tell of its own faults.
package struct WorkerThread: @unchecked Sendable {
  // A pthread's handle may be used from any thread.
  private let handle: pthread_t

  /// Starts the thread; nil if the system gives none.
  package init?(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    var blocked = sigset_t()
    var before = sigset_t()
    sigfillset(&blocked)
    for fault in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] { sigdelset(&blocked, fault) }
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let start = Unmanaged.passRetained(Body(body))
    let result = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    guard result == 0 else {
      start.release()
      return nil
    }
    handle = thread
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Waits until it has ended.
  package func join() { pthread_join(handle, nil) }
  /// Lets it end by itself.
  package func detach() { pthread_detach(handle) }
}
