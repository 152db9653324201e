import Glibc

/// A thread that does one thing and ends.
enum Worker {
  struct ThreadError: Error, CustomStringConvertible {
    let code: Int32
    var description: String { "the system gives no thread: \(String(cString: strerror(code)))" }
  }

  private final class Job {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  /// Signals go to the thread that owns the terminal; only those that a fault raises stay with the worker.
  static func run(_ work: @escaping @Sendable () -> Void) throws(ThreadError) {
    var blocked = sigset_t()
    var before = sigset_t()
    sigfillset(&blocked)
    for fault in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] { sigdelset(&blocked, fault) }
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let job = Unmanaged.passRetained(Job(work))
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
      }, job.toOpaque())
    guard code == 0 else {
      job.release()
      throw ThreadError(code: code)
    }
    pthread_detach(thread)
  }
}
