import Formats
import Glibc

/// Something that one thread sleeps on until others raise it: the mailbox of a program without a terminal wakes it.
public final class WakeSignal: Sendable {
  private let reader: Int32
  private let writer: Int32

  public init() throws(FormatError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw FormatError("a pipe", .inputOutput, "cannot be opened: \(String(cString: strerror(errno)))")
    }
    (reader, writer) = (ends[0], ends[1])
    // A full pipe is as good as one more byte in it, so that writing need not wait.
    _ = fcntl(writer, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// May be called on any thread; never blocks.
  public func raise() {
    var byte: UInt8 = 0
    _ = write(writer, &byte, 1)
  }

  /// Sleeps until the signal has been raised, and takes it back.
  func wait() {
    var bytes = [UInt8](repeating: 0, count: 64)
    _ = read(reader, &bytes, bytes.count)
  }
}
