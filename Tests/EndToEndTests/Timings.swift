import Glibc
import Testing

/// Timings for screens that shall be the same every time, measured once by the program itself.
enum Timings {
  /// The path of a file for `--timings`.
  static func ofResNet18() throws -> String { try #require(resNet18) }

  private static let resNet18: String? = {
    let path = shellOutput("mktemp").split(separator: "\n").joined()
    _ = shellOutput("\(TerminalSession.programFolder)/convscope bench resnet18 --passes 3 --format json > \(path)")
    return contents(of: path).isEmpty ? nil : path
  }()
}
