import Glibc
import Synchronization

/// ^C while something long runs that ends in its own way.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether the person has asked to stop.
  static var hasCome: Bool { flag.load(ordering: .relaxed) }

  private static let handler: @convention(c) (Int32) -> Void = { _ in flag.store(true, ordering: .relaxed) }

  /// Runs it; an interrupt is only noted meanwhile, also where whoever started this program held interrupts back.
  static func noted<Result>(during work: () throws -> Result) rethrows -> Result {
    let before = signal(SIGINT, handler)
    var interrupts = sigset_t()
    sigemptyset(&interrupts)
    sigaddset(&interrupts, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupts, nil)
    defer { signal(SIGINT, before) }
    return try work()
  }
}
