import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test(
    "an error is one line, with its status",
    arguments: [
      (["show"], 64, "model"),
      (["show", "resnet50", "--input", "0x3x3"], 64, "0x3x3"),
      (["show", "resnet50", "--input", "3x1000000000x1000000000"], 64, "too large"),
      (["show", "googlenet", "--input", "3x-1x8"], 64, "3x-1x8"),
      (["show", "resnet50", "--count", "keras"], 64, "torchvision"),
      (["show", "resnet50", "--format", "trace"], 64, "torchinfo"),
      (["list", "--format", "torchinfo"], 64, "timm"),
      (["list", "--max-params", "ten"], 64, "--max-params"),
      (["list", "--family", "nonesuch"], 66, "ResNet"),
      (["show", "bottleneck", "--set", "with=64"], 64, "width"),
      (["show", "bottleneck", "--set", "width=-1"], 64, "width"),
      (["show", "bottleneck", "--set", "width"], 64, "KEY=VALUE"),
      (["bench", "resnet50", "--batch", "0"], 64, "--batch"),
      (["bench", "resnet50", "--batch", "1000000"], 64, "GiB"),
      (["bench", "resnet50", "--batch", "99999999999999999999"], 64, "--batch"),
      (["bench", "resnet50", "--threads", "1000000000"], 64, "--threads"),
      (["bench", "resnet50", "--seconds", "nan"], 64, "--seconds"),
      (["bench", "resnet50", "--seconds", "1", "--passes", "1"], 64, "contradict"),
      (["sweep", "resnet18", "--over", "input"], 64, "KEY="),
      (["sweep", "resnet18", "--over", "batch=8:1"], 64, "FROM:TO"),
      (["draw", "resnet18", "--icicle", "--size", "0x3"], 64, "--size"),
      (["list", "--format", "plot", "--size", "10x3"], 64, "the picture needs 40x10"),
      (["compare", "residual", "bottleneck", "--format", "svg", "--size", "40"], 64, "--size"),
      (["sweep", "residual", "--over", "batch=1,2", "--format", "trace"], 64, "markdown"),
      (["draw", "resnet18", "--depth", "0"], 64, "--depth is 0"),
      (["show", "inception_v3", "--input", "3x8x8"], 64, "does not fit"),
      (["draw", "resnet50", "--depth", "0"], 64, "--depth"),
      (["draw", "resnet50#layer9"], 66, "layer9"),
      (["show", "resnte50"], 66, "resnet50"),
      (["resnte50"], 66, "resnet50"),
      (["show", "resnet50:v2"], 66, "v1"),
      (["show", "resnet50#layre3.0"], 66, "layer3.0"),
      (["resnet50", "--timings", "/nowhere.json"], 66, "/nowhere.json"),
      (["resnet50", "--timings", "/dev/null"], 65, "/dev/null"),
      (["resnet50", "--script", "/dev/null", "--size", "0x24"], 64, "--size"),
      (["show", "resnet50\n\u{1B}[2J"], 66, "no network"),
    ])
  func error(arguments: [String], status: Int32, hint: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == status)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("convscope: "))
    #expect(result.errors.contains(hint))
    #expect(result.errors.hasSuffix("\n") && result.errors.dropLast().allSatisfy { !$0.isNewline && $0 != "\u{1B}" })
  }

  @Test("without a terminal a model is shown and the catalogue listed", arguments: ["xterm-256color", "dumb", ""])
  func noTerminal(term: String) throws {
    for (explored, printed) in [(["resnet18"], ["show", "resnet18"]), ([], ["list"])] {
      let result = try Program.run(explored, environment: ["TERM": term])
      let expected = try Program.run(printed)
      #expect(result.status == 0)
      #expect(result.output == expected.output)
    }
  }

  @Test("tables are ASCII in the C locale", arguments: [["list"], ["show", "resnet18"]])
  func ascii(arguments: [String]) throws {
    let result = try Program.run(arguments, environment: ["LC_ALL": "C"])
    #expect(!result.output.contains { !$0.isASCII })
    #expect(result.output.contains("3x224x224"))
  }

  @Test("a locale that this machine lacks counts by its encoding", arguments: ["xx_XX.UTF-8", "xx_XX.utf8@none"])
  func missingLocale(name: String) throws {
    let result = try Program.run(["show", "resnet18"], environment: ["LC_ALL": name])
    #expect(result.output.contains("3×224×224"))
  }

  @Test(
    "help and version are not errors", arguments: [["--help"], ["--version"], ["show", "--help"], ["help", "bench"]])
  func help(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 0)
    #expect(result.output != "" && result.errors == "")
    #expect(!result.output.contains("--script"))
  }

  @Test("completion knows the catalogue", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let result = try Program.run(["--generate-completion-script", shell])
    #expect(result.status == 0)
    #expect(result.output.contains("inception_v3"))
  }

  @Test("bench gives the keys that programs rely on")
  func bench() throws {
    let result = try Program.run(["bench", "residual", "--passes", "5", "--threads", "1", "--format", "json"])
    #expect(result.status == 0)
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let report = try #require(json as? [String: Any])
    for key in [
      "name", "batch", "threads", "passes", "min_ms", "median_ms", "p90_ms", "quiet_median_ms", "preempted",
      "peak_memory_bytes", "sum_of_layers_ms",
      "plan", "machine", "layers",
    ] { #expect(report[key] != nil, "\(key)") }
    let layers = try #require(report["layers"] as? [[String: Any]])
    for key in ["path", "covers", "algorithm", "min_ms", "median_ms", "typical_ms", "gflops"] {
      #expect(layers.allSatisfy { $0[key] != nil }, "\(key)")
    }
  }

  @Test("a comparison in time says whether it is significant")
  func compare() throws {
    let result = try Program.run([
      "compare", "residual", "preact_residual", "--time", "--passes", "5", "--format", "json",
    ])
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let report = try #require(json as? [String: Any])
    #expect(report["significant"] is Bool)
    #expect((report["ci95"] as? [Double])?.count == 2)
  }
}
