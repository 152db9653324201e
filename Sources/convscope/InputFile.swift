import Glibc
import Reports

/// Files that are named on the command line.
enum InputFile {
  static func bytes(of path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno == ENOENT ? .unknown : .inputOutput) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw failure(path, .inputOutput)
      }
    }
  }

  /// Timings that `bench --format json` has written, one or an array of them.
  static func timings(of path: String) throws(Failure) -> [BenchReport] {
    let bytes = try bytes(of: path)
    do throws(TimingsFile.ReadingError) {
      return try TimingsFile.reports(from: bytes)
    } catch { throw Failure(.data, "\(path): \(error)") }
  }

  private static func failure(_ path: String, _ status: Failure.Status) -> Failure {
    Failure(status, "cannot read \(path): \(String(cString: strerror(errno)))")
  }
}
