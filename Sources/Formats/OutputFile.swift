import Glibc

/// A file that is written from its beginning to its end, with a buffer before the system.
///
/// It takes its name when it is complete: until `finish` whatever was there stays. A regular file is replaced by one
/// with its owner and permissions, and symbolic links go on leading to it. What is no regular file, such as a device or
/// a pipe, is written to as it is, and so is a file in a folder that takes no new ones.
public final class OutputFile {
  private let path: String
  private let descriptor: Int32
  /// The name that it has until it is complete, and the one that it takes; nil for what is written as it is.
  private let names: (temporary: String, final: String)?
  private var buffer: [UInt8] = []
  private var isOpen = true

  public convenience init(_ path: String) throws(FormatError) {
    var present = stat()
    let isThere = stat(path, &present) == 0
    guard let final = isThere ? Self.regularFile(path, present) : Self.newFile(path) else {
      try self.init(path, open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC | (isThere ? 0 : O_CREAT), 0o666))
      return
    }
    guard !isThere || access(final, W_OK) == 0 else { throw FormatError.writing(path) }
    let (temporary, descriptor) = Self.openNew { "\(final).\(getpid())-\($0)" }
    // A folder may let nobody add files to it, and yet hold one that may be written.
    if descriptor < 0, errno == EACCES, isThere {
      try self.init(path, open(final, O_WRONLY | O_TRUNC | O_CLOEXEC))
      return
    }
    try self.init(path, descriptor, names: (temporary, final))
    guard isThere else { return }
    // Only the superuser can give a file away; for others it is theirs.
    _ = fchown(descriptor, present.st_uid, present.st_gid)
    guard fchmod(descriptor, present.st_mode & 0o7777) == 0 else { throw FormatError.writing(path) }
  }

  private init(
    _ path: String, _ descriptor: Int32, names: (temporary: String, final: String)? = nil
  ) throws(FormatError) {
    self.path = path
    self.descriptor = descriptor
    self.names = names
    guard descriptor >= 0 else {
      isOpen = false
      throw FormatError.writing(path)
    }
    buffer.reserveCapacity(Self.room)
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    if let names { unlink(names.temporary) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    if buffer.count + bytes.count > Self.room { try flush() }
    if bytes.count < Self.room { buffer.append(contentsOf: bytes) } else { try send(bytes) }
  }

  public func write(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { bytes throws(FormatError) in try write(UnsafeRawBufferPointer(bytes)) }
  }

  /// Writes what is left and gives the file its name.
  public func finish() throws(FormatError) {
    try flush()
    isOpen = false
    let isClosed = close(descriptor) == 0
    guard isClosed, names.map({ rename($0.temporary, $0.final) == 0 }) ?? true else {
      let error = FormatError.writing(path)
      if let names { unlink(names.temporary) }
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

extension OutputFile {
  /// Writes the text in place of what the file holds.
  public static func write(_ text: String, to path: String) throws(FormatError) {
    let file = try OutputFile(path)
    try file.write(Array(text.utf8))
    try file.finish()
  }

  /// Writes the text behind what the file holds.
  public static func append(_ text: String, to path: String) throws(FormatError) {
    let file = try OutputFile(path, open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666))
    try file.write(Array(text.utf8))
    try file.finish()
  }

  /// Writes a new file, by the first of `a.csv`, `a-1.csv`, `a-2.csv` … that is free.
  ///
  /// - Parameter write: writes the file of this name, which is there and empty. Where it fails none is left.
  /// - Returns: the name of the file.
  public static func writeNew(_ path: String, _ write: (String) throws -> Void) throws -> String {
    let (name, descriptor) = openNew { $0 == 0 ? path : numbered(path, $0) }
    guard descriptor >= 0 else { throw FormatError.writing(name) }
    close(descriptor)
    do { try write(name) } catch {
      unlink(name)
      throw error
    }
    return name
  }

  /// `a/b.csv` with a number before its ending: `a/b-1.csv`.
  static func numbered(_ path: String, _ number: Int) -> String {
    let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[name...].lastIndex(of: "."), dot > name else { return "\(path)-\(number)" }
    return "\(path[..<dot])-\(number)\(path[dot...])"
  }
}

extension OutputFile {
  /// Where a file of this path is written, by one name for all paths that lead there.
  public static func place(of path: String) -> String {
    if let place = resolved(path) { return place }
    let name = path.split(separator: "/").last ?? ""
    let folder = path.contains("/") ? String(path.dropLast(name.count)) : "."
    return resolved(folder).map { "\($0)/\(name)" } ?? path
  }

  /// The path past all links; nil where nothing is there.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Opens a file by the first name, of those for 0, 1, 2 …, that nothing has.
  ///
  /// - Returns: a negative descriptor where the system refuses.
  private static func openNew(_ name: (Int) -> String) -> (name: String, descriptor: Int32) {
    var number = 0
    while true {
      let name = name(number)
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 || errno != EEXIST { return (name, descriptor) }
      number += 1
    }
  }

  /// Where what is present at this path lies, past all links; nil unless that is a regular file.
  private static func regularFile(_ path: String, _ present: stat) -> String? {
    present.st_mode & S_IFMT == S_IFREG ? resolved(path) : nil
  }

  /// The path, where nothing is present; nil for a link that leads nowhere yet, and for a path that the system refuses.
  private static func newFile(_ path: String) -> String? {
    var link = stat()
    return lstat(path, &link) != 0 && errno == ENOENT ? path : nil
  }
}

extension FormatError {
  /// Why a file could not be written, by the system's last error.
  fileprivate static func writing(_ path: String) -> FormatError {
    FormatError(path, .inputOutput, "cannot be written: \(String(cString: strerror(errno)))")
  }
}
