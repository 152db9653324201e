import Glibc

/// A file that cannot be written or read, and why.
public struct FileError: Error, CustomStringConvertible {
  public let description: String

  /// - Parameter attempt: what was tried, such as `cannot write`. The reason is the system's last error.
  init(_ attempt: String, _ path: String) {
    description = "\(attempt) \(path): \(String(cString: strerror(errno)))"
  }
}

/// Writing files without losing any.
public enum OutputFile {
  /// Writes the text to a new file.
  ///
  /// - Parameter replacing: whether a file of that name is replaced. Otherwise the first free one of `a.csv`, `a-1.csv`,
  ///   `a-2.csv` … is taken.
  /// - Returns: the name of the file.
  public static func write(_ text: String, to path: String, replacing: Bool) throws(FileError) -> String {
    if replacing {
      try write(text, to: path, descriptor: open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666))
      return path
    }
    let (name, descriptor) = try openNew(path)
    try write(text, to: name, descriptor: descriptor)
    return name
  }

  /// Makes an empty file for something else to write.
  ///
  /// - Returns: its name, the first free one of `a.onnx`, `a-1.onnx` …
  static func create(_ path: String) throws(FileError) -> String {
    let (name, descriptor) = try openNew(path)
    close(descriptor)
    return name
  }

  private static func openNew(_ path: String) throws(FileError) -> (name: String, descriptor: Int32) {
    var name = path
    var number = 0
    while true {
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (name, descriptor) }
      guard errno == EEXIST else { throw FileError("cannot write", name) }
      number += 1
      name = numbered(path, number)
    }
  }

  /// Writes the text to the end of a file.
  static func append(_ text: String, to path: String) throws(FileError) {
    try write(text, to: path, descriptor: open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666))
  }

  private static func write(_ text: String, to path: String, descriptor: Int32) throws(FileError) {
    guard descriptor >= 0 else { throw FileError("cannot write", path) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        let error = FileError("cannot write", path)
        close(descriptor)
        throw error
      }
    }
    guard close(descriptor) == 0 else { throw FileError("cannot write", path) }
  }

  /// `a/b.csv` with a number before its ending: `a/b-1.csv`.
  static func numbered(_ path: String, _ number: Int) -> String {
    let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[name...].lastIndex(of: "."), dot > name else { return "\(path)-\(number)" }
    return "\(path[..<dot])-\(number)\(path[dot...])"
  }
}
