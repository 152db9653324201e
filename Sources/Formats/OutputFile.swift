import Glibc

/// A file that is written from its beginning to its end, with a buffer before the system.
///
/// It takes its name when it is complete: until `finish` whatever was there stays.
final class OutputFile {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isOpen = true

  init(_ path: String) throws(FormatError) {
    self.path = path
    temporary = "\(path).\(getpid())"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FormatError.writing(path) }
    buffer.reserveCapacity(Self.room)
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(temporary)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    if buffer.count + bytes.count > Self.room { try flush() }
    if bytes.count < Self.room { buffer.append(contentsOf: bytes) } else { try send(bytes) }
  }

  func write(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { bytes throws(FormatError) in try write(UnsafeRawBufferPointer(bytes)) }
  }

  /// Writes what is left and gives the file its name.
  func finish() throws(FormatError) {
    try flush()
    isOpen = false
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let error = FormatError.writing(path)
      unlink(temporary)
      throw error
    }
  }

  private func flush() throws(FormatError) {
    try buffer.withUnsafeBufferPointer { bytes throws(FormatError) in try send(UnsafeRawBufferPointer(bytes)) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw FormatError.writing(path)
      }
    }
  }

  private static let room = 1 << 16
}

extension FormatError {
  fileprivate static func writing(_ path: String) -> FormatError {
    FormatError(path, .inputOutput, "cannot be written: \(String(cString: strerror(errno)))")
  }
}
