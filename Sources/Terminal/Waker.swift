import Glibc

/// Ends the terminal's waiting from any thread.
public final class Waker: Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Makes the next or present `Terminal.wait` return. It never blocks; several calls may count as one.
  public func wake() {
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }

  /// Takes in all that has been written, and says whether there was any.
  func drain() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 256)
    var isWoken = false
    while read(readEnd, &bytes, bytes.count) > 0 { isWoken = true }
    return isWoken
  }
}
