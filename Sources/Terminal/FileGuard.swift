import CNcurses
import Glibc

/// What happens when a file that is mapped is made shorter while it is read.
public enum FileGuard {
  /// Ends the process with a line and a status then, with the terminal given back, in place of a fault.
  public static func install(line: String, status: Int32) {
    // Kept for as long as the process runs.
    cn_guard_files(strdup(line), status)
  }
}
