import Foundation
import Measurement
import Testing

/// The list that is measured, and what it remembers.
@Suite("A list with times") struct ListTests {
  @Test("is remembered, and a file that cannot be read is ignored with one warning")
  func remembers() throws {
    let cache = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cache) }
    let environment = ["XDG_CACHE_HOME": cache.path]
    let blocks = ["list", "--family", "Building block", "--max-macs", "100k", "--threads", "1"]

    let measured = try Program.run(blocks + ["--time", "--passes", "1", "--format", "json"], environment: environment)
    #expect(measured.status == 0)
    #expect(measured.errors.contains("1 of "))
    let again = try Program.run(blocks + ["--time", "--format", "json"], environment: environment)
    #expect(again.output == measured.output)
    #expect(again.errors == "")
    #expect(again.output.contains("median_ms"))

    let sorted = try Program.run(blocks + ["--sort", "time", "--format", "csv"], environment: environment)
    let times = sorted.output.split(whereSeparator: \.isNewline).dropFirst().compactMap { line -> Double? in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return Double(fields[fields.count - 3])
    }
    #expect(times.count > 1 && times == times.sorted())

    let file = cache.appendingPathComponent("convscope/\(CatalogueTimes.file.fileName)")
    for text in [
      "{",
      try String(contentsOf: file, encoding: .utf8).replacingOccurrences(of: "\"engine\" : ", with: "\"engine\" : 9"),
    ] {
      try text.write(to: file, atomically: true, encoding: .utf8)
      let result = try Program.run(blocks + ["--sort", "time"], environment: environment)
      #expect(result.status == 0)
      let errors = result.errors.split(separator: "\n")
      #expect(errors.count == 2 && errors[0].contains("ignored") && errors[1].contains("--time does it"))
      #expect(!result.output.contains("Time"))
    }
  }

  @Test("keeps what it has when it is interrupted")
  func interrupted() throws {
    let cache = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cache) }
    let arguments = ["list", "--family", "Building block", "--threads", "1", "--format", "csv"]
    let environment = ["XDG_CACHE_HOME": cache.path]
    let stopped = try Program.run(
      arguments + ["--time", "--seconds", "0.2"], environment: environment, interruptedAt: "2 of ")
    #expect(stopped.status == 130)
    #expect(!stopped.errors.contains("4 of "))
    let kept = try Program.run(arguments + ["--sort", "time"], environment: environment)
    #expect(kept.status == 0 && kept.output == stopped.output && kept.output.contains("median_ms"))
  }

  @Test("keeps what is measured beside it")
  func together() async throws {
    let cache = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cache) }
    let measuring = ["list", "--threads", "1", "--time", "--passes", "1", "--max-macs"]
    let known = ["list", "--threads", "1", "--sort", "time", "--format", "csv", "--max-macs", "50M"]
    let environment = ["XDG_CACHE_HOME": cache.path]
    async let blocks = Program.run(measuring + ["100k", "--family", "Building block"], environment: environment)
    async let network = Program.run(measuring + ["50M", "--family", "ShuffleNet"], environment: environment)
    let statuses = try await [blocks.status, network.status]
    #expect(statuses == [0, 0])
    for (family, name) in [("Building block", "pointwise"), ("ShuffleNet", "shufflenet_v2_x0_5")] {
      let printed = try Program.run(known + ["--family", family], environment: environment).output
      #expect(printed.contains("median_ms"), "\(name)")
    }
  }

  @Test("draws the networks that no other outdoes")
  func scatter() throws {
    let plot = try Program.run(
      ["list", "--family", "ResNet", "--format", "plot", "--size", "60x14"],
      environment: ["XDG_CACHE_HOME": "/nonexistent"])
    #expect(plot.status == 0 && plot.output.contains("mult-adds ↑  params →"))
    #expect(plot.output.contains("○ none lies higher and further left"))
    #expect(!plot.output.contains("cursor"))
  }

  @Test("stands in the README as it is printed")
  func readme() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let lines = Set(page.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    let printed = try Program.run(["list"], environment: ["XDG_CACHE_HOME": "/nonexistent"]).output
    for line in printed.split(separator: "\n") {
      #expect(lines.contains(line.trimmingCharacters(in: .whitespaces)), "the README lacks: \(line)")
    }
  }
}
