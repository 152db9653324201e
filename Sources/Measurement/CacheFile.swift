import Engine
import FoundationEssentials

/// What was measured on this machine, remembered in a file of `$XDG_CACHE_HOME/convscope`, or `~/.cache/convscope`, for
/// one processor, instruction set, number of threads and version of the engine.
///
/// What a file says is taken only if it was written for the same ones; nothing else in it is trusted.
public struct CacheFile<Content: Codable & Sendable>: Sendable {
  private struct Envelope: Codable {
    let processor: String
    let isa: String
    let threads: Int
    let engine: Int
    let content: Content
  }

  /// Where it lies; nil where the environment names no place.
  public let path: String?
  private let threads: Int

  /// - Parameter name: what is remembered, as a part of a file's name.
  public init(_ name: String, threads: Int) {
    self.threads = threads
    let environment = ProcessInfo.processInfo.environment
    // A relative path is to be ignored (XDG Base Directory Specification).
    let folder =
      environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
    path = folder.map { "\($0)/convscope/\(name)-\(threads).json" }
  }

  /// Why what lies there is not used.
  public struct Unusable: Error, CustomStringConvertible {
    public let description: String
  }

  /// What is remembered; nil if there is nothing.
  public func read() throws(Unusable) -> Content? {
    guard let path, FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path),
      let envelope = try? JSONDecoder().decode(Envelope.self, from: data)
    else { throw Unusable(description: "\(path) cannot be read and is ignored") }
    guard envelope.processor == MachineFacts.processorName, envelope.isa == InstructionSet.current.name,
      envelope.threads == threads, envelope.engine == engineVersion
    else {
      throw Unusable(description: "\(path) was measured on another machine or by another version, and is ignored")
    }
    return envelope.content
  }

  /// Remembers this in place of what was there, whole or not at all.
  public func write(_ content: Content) throws(Unusable) {
    guard let path else { throw Unusable(description: "there is no folder to remember results in: HOME is not set") }
    let envelope = Envelope(
      processor: MachineFacts.processorName, isa: InstructionSet.current.name, threads: threads, engine: engineVersion,
      content: content)
    do {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: "/" + folder, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(envelope).write(to: URL(filePath: path), options: .atomic)
    } catch { throw Unusable(description: "cannot write \(path)") }
  }
}
