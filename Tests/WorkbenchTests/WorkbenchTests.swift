import Architectures
import Canvas
import Explorer
import Formats
import Foundation
import Measurement
import NetworkGraph
import Reports
import Testing

@testable import Workbench

@Suite("The explorer without a screen")
struct WorkbenchTests {
  private let conditions = Conditions(batch: 1, threads: 2)

  private func makeWorkbench(_ signal: WakeSignal, _ timings: TimingSource = .none) -> Workbench {
    Workbench(
      state: State(size: CellSize(columns: 100, rows: 30), conditions: conditions), timings: timings, glyphs: .unicode,
      mailbox: Mailbox(wake: signal.raise))
  }

  private func run(_ workbench: Workbench, _ script: String, _ signal: WakeSignal) throws {
    try workbench.run(Script(parsing: script), waitingFor: signal)
  }

  /// A folder of its own for a test's files.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func recording(of name: String, median: Double) throws -> BenchReport {
    let spec = try NetworkSpec(parsing: name)
    let network = try Catalogue.build(spec)
    let time = Distribution(
      passes: 20, minimum: median, p10: median, median: median, p90: median, interval: median...median, recent: [median]
    )
    let timings = Timings(
      conditions: conditions, progress: .settled, pass: time, quietMedian: median, preempted: 0, steps: [],
      sumOfSteps: median, peakMemoryBytes: 0, plan: "")
    let machine = MachineFacts(
      processor: "", isa: "", threads: 2, peakOne: 1, peakAll: 2, bandwidthOne: 1, bandwidthAll: 2, caches: [:])
    return BenchReport(spec: spec, input: network.inputShape, timings: timings, machine: machine)
  }

  @Test("quitting gives the status and ends the script")
  func quitting() throws {
    let signal = try WakeSignal()
    let workbench = makeWorkbench(signal)
    workbench.handle(.openCatalogue)
    try run(workbench, "C-c q", signal)
    #expect(workbench.exitStatus == 130)
  }

  @Test("recorded timings are shown where they were taken, and nowhere else")
  func recorded() throws {
    let signal = try WakeSignal()
    let workbench = makeWorkbench(signal, .recorded([try recording(of: "resnet18", median: 12.3)]))
    workbench.handle(.open(try NetworkSpec(parsing: "resnet18")))
    try run(workbench, ":wait settled", signal)
    #expect(workbench.draw().plainText.contains("12.3 ms"))
    #expect(throws: Script.LineError.self) { try run(workbench, ":open resnet34\n:wait settled", signal) }
    #expect(!workbench.draw().plainText.contains("12.3 ms"))
    #expect(workbench.draw().plainText.contains("no timings of resnet34 run like this are given"))
    try run(workbench, "P", signal)
    #expect(workbench.draw().plainText.contains("resnet34 → resnet34:preact; no timings of this are given"))
  }

  @Test("two recordings make a comparison")
  func recordedPair() throws {
    let signal = try WakeSignal()
    let reports = [try recording(of: "resnet18", median: 12), try recording(of: "resnet18:preact", median: 15)]
    let workbench = makeWorkbench(signal, .recorded(reports))
    workbench.handle(.open(try NetworkSpec(parsing: "resnet18")))
    try run(workbench, "c\n:wait settled", signal)
    #expect(workbench.draw().plainText.contains("3.00 ms"))
  }

  @Test("a network that is turned has its recorded times, with what it was if that was recorded too")
  func recordedToggle() throws {
    let (before, after) = (try recording(of: "resnet18", median: 12), try recording(of: "resnet18:preact", median: 15))
    for reports in [[after], [before, after]] {
      let signal = try WakeSignal()
      let workbench = makeWorkbench(signal, .recorded(reports))
      workbench.handle(.open(try NetworkSpec(parsing: "resnet18")))
      try run(workbench, "P\n:wait settled", signal)
      #expect(workbench.draw().plainText.contains("15.0 ms"))
      #expect(workbench.draw().plainText.contains("time +3.00 ms (+25.0 %)") == (reports.count == 2))
    }
  }

  @Test("waiting without timings is an error")
  func noTimings() throws {
    let signal = try WakeSignal()
    let workbench = makeWorkbench(signal)
    workbench.handle(.open(try NetworkSpec(parsing: "resnet18")))
    #expect(throws: Script.LineError.self) { try run(workbench, ":wait settled", signal) }
  }

  @Test("this machine measures a block until it has settled")
  func measured() throws {
    let signal = try WakeSignal()
    let workbench = makeWorkbench(signal, .engine)
    workbench.handle(.open(try NetworkSpec(parsing: "pointwise")))
    try run(workbench, ":wait settled", signal)
    #expect(!workbench.state.isMeasuring)
    #expect(workbench.draw().plainText.contains(" µs"))
    // The other form, which is measured in turn with this one.
    workbench.handle(.open(try NetworkSpec(parsing: "residual")))
    try run(workbench, "p\n:wait settled", signal)
    #expect(workbench.draw().plainText.contains("both timed in turn"))
    try run(workbench, "y", signal)
    #expect(workbench.draw().plainText.contains("thread 1"))
  }

  @Test("the deviation from the exact plan is told on request, and the timing goes on")
  func deviation() throws {
    let signal = try WakeSignal()
    let workbench = makeWorkbench(signal, .engine)
    workbench.handle(.open(try NetworkSpec(parsing: "pointwise")))
    try run(workbench, "D", signal)
    while workbench.draw().plainText.contains("running this plan and the exact one") {
      signal.wait()
      workbench.handleMail()
    }
    #expect(workbench.draw().plainText.contains("largest deviation from the exact plan: "))
    try run(workbench, ":wait settled", signal)
    #expect(!workbench.state.isMeasuring)
  }

  @Test(
    "an export never replaces a file, and says where it went",
    arguments: [
      "json", "csv", "md", "torchinfo.txt", "timm.csv", "model-explorer.json", "svg", "txt", "ansi",
    ])
  func exporting(ending: String) throws {
    try withFolder { folder in
      let signal = try WakeSignal()
      let workbench = makeWorkbench(signal)
      workbench.handle(.open(try NetworkSpec(parsing: "resnet18")))
      for _ in 0..<2 { try run(workbench, ":export \(folder)/a.\(ending)", signal) }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.count == 2 && files.contains("a.\(ending)"))
      #expect(workbench.draw().plainText.contains("wrote "))
    }
  }

  @Test("a turned network is written with its weights, and opens as what it is")
  func exportingAModel() throws {
    try withFolder { folder in
      let signal = try WakeSignal()
      let workbench = makeWorkbench(signal)
      workbench.handle(.open(try NetworkSpec(parsing: "resnet18#layer1.0")))
      // What is being written when the script ends is written to its end.
      try run(workbench, "p\n:export \(folder)/a.onnx", signal)
      #expect(workbench.draw().plainText.contains("wrote "))
      let model = try ONNXModel("\(folder)/a.onnx")
      let network = try Network(name: "a", input: model.input, building: model.network(input: model.input))
      #expect(network.block(at: "layer1.0")?.form == .preActivation)
      #expect(network.block(at: "layer1.1")?.form == .postActivation)
    }
  }

  @Test("an export that fails says why, and the explorer goes on")
  func failedExport() throws {
    let signal = try WakeSignal()
    let workbench = makeWorkbench(signal)
    workbench.handle(.open(try NetworkSpec(parsing: "resnet18")))
    try run(workbench, ":export /nowhere/a.json", signal)
    #expect(workbench.draw().plainText.contains("No such file or directory"))
    #expect(workbench.exitStatus == nil)
  }
}
