import Architectures
import Measurement
import NetworkGraph
import Testing

@testable import Reports

@Suite("Timings that are written and read again")
struct BenchReportTests {
  private let report = BenchReport(
    spec: NetworkSpec(
      entry: "resnet50", preset: "v1", settings: ["width": "64"], forms: ["layer1.0": .preActivation], path: "layer1"),
    input: .map(channels: 64, height: 56, width: 56),
    timings: Timings(
      conditions: Conditions(batch: 2, threads: 3, fused: false, exact: true, coldWeights: true), progress: .noisy,
      pass: distribution(1.0 / 3), quietMedian: nil, preempted: 4,
      steps: [
        StepTiming(
          owner: "conv1", covers: ["conv1", "bn1"], algorithm: "direct 6×64", multiplyAdds: 12345,
          time: distribution(0.1))
      ], sumOfSteps: 0.7, peakMemoryBytes: 1 << 28, plan: "c0ffee"),
    machine: MachineFacts(
      processor: "A \"fast\" one", isa: "avx2", threads: 4, peakOne: 100.5, peakAll: 200.25, bandwidthOne: 10,
      bandwidthAll: 20, caches: ["L2": 1 << 20]))

  private static func distribution(_ median: Double) -> Distribution {
    Distribution(
      passes: 21, minimum: median / 2, p10: median * 0.6, median: median, p90: median * 2,
      interval: median * 0.9...median * 1.1,
      recent: [median, median / 3])
  }

  @Test("nothing is lost")
  func roundTrip() throws {
    let text = try report.text(.json)
    let read = try #require(try TimingsFile.reports(from: text.utf8).first)
    #expect(read.spec == report.spec)
    #expect(read.input == report.input)
    #expect(read.timings == report.timings)
    #expect(read.machine == report.machine)
  }

  @Test("of few passes there is no 95 % interval")
  func fewPasses() throws {
    #expect(report.heading.joined().contains("95 % interval"))
    var timings = report.timings
    timings.pass = Distribution([3, 1, 2])
    let few = BenchReport(spec: report.spec, input: report.input, timings: timings, machine: report.machine)
    #expect(!few.heading.joined().contains("interval"))
    let text = try few.text(.json)
    #expect(text.contains("\"interval_ms\" : null"))
    #expect(try TimingsFile.reports(from: text.utf8).first?.timings == timings)
  }

  @Test("a file may hold several")
  func several() throws {
    let text = try report.text(.json)
    #expect(try TimingsFile.reports(from: " [\(text), \(text)]".utf8).map(\.spec) == [report.spec, report.spec])
    #expect(throws: TimingsFile.ReadingError.self) { try TimingsFile.reports(from: "[]".utf8) }
  }

  @Test(
    "what is wrong is told with its field",
    arguments: [
      ("\"batch\" : 2", "\"batch\" : \"2\"", "batch: expected a whole number"),
      ("\"batch\" : 2", "\"batch\" : 0", "batch: expected a whole number of at least 1"),
      ("\"batch\" : 2", "\"batch\" : 9223372036854775807", "batch: expected a whole number of at most 1048576"),
      ("\"threads\" : 3", "\"threads\" : 9223372036854775807", "threads: expected a whole number of at most 1024"),
      ("\"macs\" : 12345", "\"macs\" : -1", "layers[0].macs: expected a whole number of at least 0"),
      (
        "\"sum_of_layers_ms\" : ", "\"sum_of_layers_ms\" : 1.7e308, \"other\" : ",
        "sum_of_layers_ms: expected milliseconds from 0 to 1e12"
      ),
      ("\"median_ms\" : ", "\"median_ms\" : -1, \"other\" : ", "median_ms: expected milliseconds from 0 to 1e12"),
      ("\"1\" : 100.5", "\"1\" : 1e308", "machine.peak_gflops.1: expected a rate of 0, or from 1e-6 to 1e12"),
      ("\"all\" : 20\n", "\"all\" : 1e-308\n", "machine.bandwidth_gbs.all: expected a rate of 0, or from 1e-6 to 1e12"),
      ("\"plan\" : \"c0ffee\",", "", "plan: is missing"),
      ("\"algorithm\" : \"direct 6×64\"", "\"algorithm\" : []", "layers[0].algorithm: expected a text"),
      ("\"noisy\"", "\"loud\"", "progress: expected running, settled or noisy"),
      ("\"pre-activation\"", "\"sideways\"", "forms: expected every form to be post-activation or pre-activation"),
      ("\"p90_ms\" : 0.2", "\"p90_ms\" : 1.7e308", "layers[0].p90_ms: expected milliseconds from 0 to 1e12"),
      (
        "\"typical_ms\" : 0.1", "\"typical_ms\" : 1.7e308", "layers[0].typical_ms: expected milliseconds from 0 to 1e12"
      ),
      ("\"path\" : \"layer1\"", "\"path\" : null", "path: expected a text"),
    ])
  func badField(old: String, new: String, message: String) throws {
    let text = try report.text(.json)
    let broken = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    #expect(broken != text)
    let error = #expect(throws: TimingsFile.ReadingError.self) { try TimingsFile.reports(from: broken.utf8) }
    #expect(error?.description == message)
  }

  @Test("text that is no JSON is told")
  func noJSON() {
    let error = #expect(throws: TimingsFile.ReadingError.self) { try TimingsFile.reports(from: "{\"name\":".utf8) }
    #expect(error?.description.contains("JSON") == true)
  }
}
