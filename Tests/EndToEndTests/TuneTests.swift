import Foundation
import Measurement
import Testing

/// Tuning, and what it remembers.
@Suite("Tuning") struct TuneTests {
  @Test("tune remembers what it measured, and a file that cannot be read is ignored with one warning")
  func remembers() throws {
    let cache = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cache) }
    let environment = ["XDG_CACHE_HOME": cache.path]
    let tuned = try Program.run(["tune", "bottleneck", "--threads", "1"], environment: environment)
    #expect(tuned.status == 0)
    #expect(tuned.output.contains(" changed: ") || tuned.output.contains("nothing is faster"))
    #expect(tuned.errors.contains("0 of 8"))

    let file = cache.appendingPathComponent("convscope/\(TuningFile.file.fileName)")
    let before = try? Data(contentsOf: file)
    let stopped = try Program.run(
      ["tune", "resnet18", "--threads", "2"], environment: environment, interruptedAt: "0 of 8")
    #expect(stopped.status == 130 && stopped.output.isEmpty)
    #expect((try? Data(contentsOf: file)) == before)

    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try "{".write(to: file, atomically: true, encoding: .utf8)
    let shown = try Program.run(["bench", "bottleneck", "--passes", "1", "--threads", "1"], environment: environment)
    #expect(shown.status == 0)
    #expect(shown.errors.split(separator: "\n").count == 1 && shown.errors.contains("ignored"))
  }
}
