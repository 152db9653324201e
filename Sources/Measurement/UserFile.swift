import FoundationEssentials
import Glibc

/// Why what lies in a file is not used, or cannot be kept there.
public struct UnusableFile: Error, CustomStringConvertible {
  public let description: String
}

/// The folders that a program keeps things in for the person who runs it (XDG Base Directory Specification).
public enum UserFolder: Sendable {
  /// What can be found out again: `$XDG_CACHE_HOME`, or `~/.cache`.
  case cache
  /// What a person has settled: `$XDG_CONFIG_HOME`, or `~/.config`.
  case configuration
  /// What is to last from one run to the next: `$XDG_STATE_HOME`, or `~/.local/state`.
  case state

  /// Where the program's file of this name lies; nil where the environment names no place.
  public func path(of name: String) -> String? { path.map { "\($0)/convscope/\(name)" } }

  private var path: String? {
    let (variable, usual) =
      switch self {
      case .cache: ("XDG_CACHE_HOME", ".cache")
      case .configuration: ("XDG_CONFIG_HOME", ".config")
      case .state: ("XDG_STATE_HOME", ".local/state")
      }
    let environment = ProcessInfo.processInfo.environment
    // The specification wants relative paths ignored.
    func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    return folder(variable) ?? folder("HOME").map { "\($0)/\(usual)" }
  }
}

/// What is kept as JSON in a file of a person's folders.
public struct UserFile<Content: Codable & Sendable>: Sendable {
  /// Where it lies; nil where the environment names no place.
  public let path: String?

  public init(_ name: String, in folder: UserFolder) { path = folder.path(of: name) }

  /// What lies there; nil if there is nothing.
  public func read() throws(UnusableFile) -> Content? {
    guard let path, FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path),
      let content = try? JSONDecoder().decode(Content.self, from: data)
    else { throw UnusableFile(description: "\(path) cannot be read and is ignored") }
    return content
  }

  /// Keeps this in place of what was there, whole or not at all.
  public func write(_ content: Content) throws(UnusableFile) {
    let (path, _) = try place()
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(content).write(to: URL(filePath: path), options: .atomic)
    } catch { throw UnusableFile(description: "cannot write \(path)") }
  }

  /// Does this while no other process does it with a file of the same folder.
  func locked(_ work: () throws(UnusableFile) -> Void) throws(UnusableFile) {
    let (path, folder) = try place()
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw UnusableFile(description: "cannot write \(path)") }
    // The lock goes with the descriptor. Where a file system has no locks, only the lock is missing.
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
    try work()
  }

  /// Where it lies, and its folder, which is made if it is missing.
  private func place() throws(UnusableFile) -> (path: String, folder: String) {
    guard let path else {
      throw UnusableFile(description: "there is no folder to remember anything in: HOME is not set")
    }
    let folder = "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw UnusableFile(description: "cannot write \(path)")
    }
    return (path, folder)
  }
}
