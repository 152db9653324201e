import CNcurses
import Glibc

/// Keeps what is written to standard error from the screen until the terminal is given back. A standard error that is
/// not the terminal is left alone.
struct KeptErrors {
  /// A file without a name that has the text so far, or -1.
  private(set) var file: Int32 = -1
  /// The standard error as it was, or -1.
  private(set) var original: Int32 = -1

  mutating func begin() {
    guard file < 0, isatty(STDERR_FILENO) == 1, let temporary = tmpfile() else { return }
    defer { fclose(temporary) }
    file = fcntl(fileno(temporary), F_DUPFD_CLOEXEC, 3)
    original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    if file < 0 || original < 0 || dup2(file, STDERR_FILENO) < 0 { end() }
  }

  /// Puts standard error back and writes the kept text to it.
  mutating func end() {
    if original >= 0 { dup2(original, STDERR_FILENO) }
    if file >= 0 {
      lseek(file, 0, SEEK_SET)
      var bytes = [UInt8](repeating: 0, count: 4096)
      while case let count = read(file, &bytes, bytes.count), count > 0 { cn_write_all(STDERR_FILENO, bytes, count) }
    }
    for descriptor in [file, original] where descriptor >= 0 { close(descriptor) }
    (file, original) = (-1, -1)
  }
}
