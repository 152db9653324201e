import Glibc

/// A file in memory, read by the system where it is touched.
///
/// It must not be made shorter while it is open.
public final class MappedFile: Sendable {
  public let path: String
  /// The file's bytes, valid as long as this object.
  // Unsafe only in name: the mapping is private and read-only, and ends with the object.
  public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Does not wait for a pipe's other end.
  ///
  /// - Throws: `FormatError` for a file that is not there, is no regular file or cannot be mapped.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path, "cannot be read") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be read") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FormatError(path, .inputOutput, "is not a regular file") }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw .system(path, "cannot be mapped")
    }
    bytes = UnsafeRawBufferPointer(start: base, count: Int(status.st_size))
  }

  /// Gives back the memory of the pages that lie between these bytes alone, as they have been read and are not needed soon.
  /// They stay what they are: who touches them again reads them from the file.
  func release(_ part: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, let first = part.baseAddress else { return }
    let page = Int(getpagesize())
    let begin = (first - base + page - 1) / page * page
    let end = (first - base + part.count) / page * page
    if begin < end { madvise(UnsafeMutableRawPointer(mutating: base + begin), end - begin, MADV_DONTNEED) }
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}

extension FormatError {
  /// The system's last error.
  static func system(_ path: String, _ what: String) -> FormatError {
    let code = errno
    return FormatError(
      path, code == ENOENT ? .noSuchFile : .inputOutput, "\(what): \(String(cString: strerror(code)))")
  }
}
