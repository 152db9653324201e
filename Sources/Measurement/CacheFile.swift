import Engine

/// What was measured on this machine, remembered in a file of `$XDG_CACHE_HOME/convscope`, or `~/.cache/convscope`, for
/// one processor, instruction set, number of threads and version of the engine.
///
/// What a file says is taken only if it was written for the same ones; nothing else in it is trusted.
public struct CacheFile<Content: Codable & Equatable & Sendable>: Sendable {
  private struct Envelope: Codable, Sendable {
    let processor: String
    let isa: String
    let threads: Int
    let engine: Int
    let content: Content
  }

  private let file: UserFile<Envelope>
  private let threads: Int

  /// - Parameter name: what is remembered, as a part of a file's name.
  public init(_ name: String, threads: Int) {
    self.threads = threads
    file = UserFile("\(name)-\(threads).json", in: .cache)
  }

  /// Where it lies; nil where the environment names no place.
  public var path: String? { file.path }

  /// What is remembered; nil if there is nothing.
  public func read() throws(UnusableFile) -> Content? {
    guard let envelope = try file.read() else { return nil }
    guard envelope.processor == MachineFacts.processorName, envelope.isa == InstructionSet.current.name,
      envelope.threads == threads, envelope.engine == engineVersion
    else {
      throw UnusableFile(
        description: "\(path ?? "") was measured on another machine or by another version, and is ignored")
    }
    return envelope.content
  }

  /// Changes what is remembered, whole or not at all, and loses nothing that another process remembers meanwhile.
  ///
  /// - Parameter nothing: what is changed where there is nothing yet, or nothing of use.
  public func update(_ nothing: Content, _ change: (inout Content) -> Void) throws(UnusableFile) {
    try file.locked { () throws(UnusableFile) in
      let known = (try? read()) ?? nothing
      var content = known
      change(&content)
      guard content != known else { return }
      try file.write(
        Envelope(
          processor: MachineFacts.processorName, isa: InstructionSet.current.name, threads: threads,
          engine: engineVersion, content: content))
    }
  }
}
