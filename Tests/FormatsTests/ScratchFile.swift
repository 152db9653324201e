import Foundation

/// A file of the test's own that goes with it.
final class ScratchFile {
  let path: String

  init(_ bytes: [UInt8] = []) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("convscope-\(UUID().uuidString)").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var bytes: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
  }
}
