import Canvas
import Glibc

extension Workbench {
  /// Feeds a script to the program and draws after each step, as a terminal would.
  ///
  /// - Parameter signal: what the mailbox wakes.
  public func run(_ script: Script, waitingFor signal: WakeSignal) throws {
    for (line, step) in script.steps {
      switch step {
      case .input(let event): handle(.input(event))
      case .saveDisplay(let path): _ = try saveDisplay(to: path, replacing: true)
      case .waitSettled:
        handleMail()
        while state.isMeasuring {
          if let reason = reasonForNoTimings { throw Script.LineError(line: line, reason: reason) }
          signal.wait()
          handleMail()
        }
      }
      handleMail()
      if exitStatus != nil { return }
    }
  }
}

/// Something that one thread waits for and others raise: a pipe, so that it can be waited for together with a terminal.
public final class WakeSignal: Sendable {
  /// What becomes readable when the signal is raised.
  public let descriptor: Int32
  private let writer: Int32

  public init() throws(FileError) {
    var ends: [Int32] = [0, 0]
    guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw FileError("cannot open", "a pipe") }
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(writer)
  }

  /// May be called on any thread. A full pipe is as good as one more byte in it.
  public func raise() {
    var byte: UInt8 = 0
    _ = write(writer, &byte, 1)
  }

  /// Sleeps until the signal is raised, and takes it back.
  func wait() {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&waiting, 1, -1)
    clear()
  }

  private func clear() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }
}
