import Engine

/// What was measured on this machine, remembered in a file of `$XDG_CACHE_HOME/convscope`, or `~/.cache/convscope`: one
/// for every processor and instruction set, which a home that several machines share keeps beside one another.
///
/// What a file says is taken only if it was written for the same ones by the same version of the engine; nothing else in
/// it is trusted.
public struct CacheFile<Content: Codable & Equatable & Sendable>: Sendable {
  private struct Envelope: Codable, Sendable {
    let processor: String
    let isa: String
    let engine: Int
    let content: Content
  }

  private let file: UserFile<Envelope>
  public let fileName: String

  /// - Parameter name: what is remembered, as a part of a file's name.
  public init(_ name: String) {
    fileName = "\(name)-\(InstructionSet.current.name)-\(MachineFacts.processorFingerprint).json"
    file = UserFile(fileName, in: .cache)
  }

  /// Where it lies; nil where the environment names no place.
  public var path: String? { file.path }

  /// What is remembered; nil if there is nothing.
  public func read() throws(UnusableFile) -> Content? {
    guard let envelope = try file.read() else { return nil }
    guard envelope.processor == MachineFacts.processorIdentity, envelope.isa == InstructionSet.current.name,
      envelope.engine == engineVersion
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
          processor: MachineFacts.processorIdentity, isa: InstructionSet.current.name, engine: engineVersion,
          content: content))
    }
  }
}
