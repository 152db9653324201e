import Architectures
import Formats
import Glibc
import NetworkGraph

/// Why the program ends without having done what it was asked: one line for a person, and a status for a program.
struct Failure: Error {
  enum Status: Int32 {
    /// Wrong use, or an impossible value.
    case usage = 64
    /// A file does not hold what it should.
    case data = 65
    /// There is no such file or name.
    case unknown = 66
    /// Reading or writing failed.
    case inputOutput = 74
  }

  let status: Status
  let message: String

  init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  init(_ error: CatalogueError) {
    switch error {
    case .unknownName, .unknownPreset, .unknownPath: self.init(.unknown, error.description)
    case .badFile: self.init(.data, error.description)
    default: self.init(.usage, error.description)
    }
  }

  init(_ error: FormatError) {
    switch error.reason {
    case .noSuchFile: self.init(.unknown, error.description)
    case .inputOutput: self.init(.inputOutput, error.description)
    case .badData: self.init(.data, error.description)
    }
  }

  /// More than anybody reads; names in a file may be longer.
  private static let longest = 2_000

  /// Writes the message to standard error, as one line, and ends the program.
  func end() -> Never {
    let line = message.prefix(Self.longest).split(whereSeparator: \.isNewline).joined(separator: " ")
    try? Output.tell("convscope: \(line)\n", to: STDERR_FILENO)
    exit(status.rawValue)
  }
}
