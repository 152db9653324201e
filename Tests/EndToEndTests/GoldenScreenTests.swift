import Foundation
import Testing

/// Journeys through the real program, whose screens are compared with those in `Screens`.
///
/// Each file `NAME.keys` is a script whose first line is a comment with the arguments it runs with. The screens that it
/// saves are compared with the files of the same names. After an intended change, `make screens` records them anew, and
/// `git diff` shows what has changed.
@Suite("Golden screens")
struct GoldenScreenTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Screens")
  private static let scripts = (try? files(in: folder))?.filter { $0.hasSuffix(".keys") } ?? []
  private static let isRecording = ProcessInfo.processInfo.environment["RECORD_SCREENS"] == "1"

  private static func files(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("there are some")
  func some() { #expect(!Self.scripts.isEmpty) }

  @Test("every screen is as it was", arguments: scripts)
  func screens(script: String) throws {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }

    let keys = Self.folder.appendingPathComponent(script)
    let arguments = try #require(try String(contentsOf: keys, encoding: .utf8).split(separator: "\n").first)
      .split(separator: " ").dropFirst().map(String.init)
    // Words such as LC_ALL=C set the environment; files of timings lie beside the script.
    let settings = arguments.prefix { $0.contains("=") }.map { $0.split(separator: "=").map(String.init) }
    let result = try Program.run(
      arguments.dropFirst(settings.count).map {
        $0.hasSuffix(".json") ? Self.folder.appendingPathComponent($0).path : $0
      } + ["--script", keys.path],
      environment: Dictionary(uniqueKeysWithValues: settings.map { ($0[0], $0[1]) }), folder: scratch)
    #expect(result.errors == "")
    #expect(result.status == 0)

    let saved = try Self.files(in: scratch)
    #expect(!saved.isEmpty)
    for name in saved {
      let actual = try Data(contentsOf: scratch.appendingPathComponent(name))
      let golden = Self.folder.appendingPathComponent(name)
      if Self.isRecording {
        try actual.write(to: golden)
      } else {
        let expected = try? Data(contentsOf: golden)
        #expect(expected == actual, "\(name) differs:\n\(String(decoding: actual, as: UTF8.self))")
      }
    }
  }
}
