/// Why a file cannot be read: which file, where in it, and what was expected there.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of thing went wrong, which decides the program's exit status.
  public enum Reason: Hashable, Sendable {
    case noSuchFile
    /// The system refused to read or write.
    case inputOutput
    /// The file does not hold what it should.
    case badData
  }

  public let file: String
  public let reason: Reason
  public let message: String

  /// Bad data.
  public init(_ file: String, _ message: String) { self.init(file, .badData, message) }

  public init(_ file: String, _ reason: Reason, _ message: String) {
    self.file = file
    self.reason = reason
    self.message = message
  }

  public var description: String { "\(file): \(message)" }
}
