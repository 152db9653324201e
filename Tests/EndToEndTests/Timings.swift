import Foundation
import Testing

/// Timings for screens that shall be the same every time, measured once by the program itself.
enum Timings {
  /// The path of a file for `--timings`.
  static func ofResNet18() throws -> String { try #require(resNet18) }

  private static let resNet18: String? = {
    let path = NSTemporaryDirectory() + "convscope-\(getpid()).json"
    let bench = try? Program.run(["bench", "resnet18", "--passes", "3", "--format", "json"])
    guard let bench, (try? bench.output.write(toFile: path, atomically: false, encoding: .utf8)) != nil else {
      return nil
    }
    return path
  }()
}
