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
      (["show", "resnet50", "--plan", "--format", "torchinfo"], 64, "markdown"),
      (["show", "resnet50", "--seconds", "1"], 64, "--plan"),
      (["show", "resnet50", "--batch", "1"], 64, "--plan"),
      (["show", "resnet50", "--threads", "2"], 64, "--plan"),
      (["show", "resnet50", "--unfused"], 64, "--plan"),
      (["show", "resnet50", "--exact"], 64, "--plan"),
      (["show", "resnet50", "--cold-weights"], 64, "--plan"),
      (["show", "resnet50", "--plan", "--depth", "1"], 64, "--depth"),
      (["show", "resnet50", "--plan", "--flops"], 64, "--flops"),
      (["show", "resnet50", "--plan", "--count", "strict"], 64, "--count"),
      (["list", "--batch", "2"], 64, "--time"),
      (["list", "--size", "80x24"], 64, "--format plot or svg"),
      (["compare", "residual", "bottleneck", "--exact"], 64, "--time"),
      (["compare", "residual", "bottleneck", "--time", "--theme", "dark"], 64, "--format plot or svg"),
      (["draw", "resnet18", "--passes", "1"], 64, "--passes"),
      (["draw", "resnet18", "--batch", "2"], 64, "--batch"),
      (["draw", "resnet18", "--icicle", "--by", "params", "--seconds", "1"], 64, "--seconds"),
      (["draw", "resnet18", "--timeline", "--timings", "f.json", "--threads", "1"], 64, "--timings"),
      (["resnet18", "--timings", "f.json", "--exact"], 64, "--timings"),
      (["list", "--afresh"], 64, "--time"),
      (["list", "--passes", "3"], 64, "--time"),
      (["compare", "residual", "bottleneck", "--seconds", "1"], 64, "--time"),
      (["draw", "resnet18", "--by", "params"], 64, "--icicle"),
      (["draw", "resnet18", "--icicle", "--depth", "2"], 64, "--depth"),
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

  @Test("whatever else people read is ASCII there too", arguments: [["lesson", "--print"], ["show", "résnet"]])
  func asciiText(arguments: [String]) throws {
    let result = try Program.run(arguments, environment: ["LC_ALL": "C"])
    #expect(!(result.output + result.errors).contains { !$0.isASCII })
    #expect(!(result.output + result.errors).isEmpty)
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

  @Test("there is completion for every shell", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let result = try Program.run(["--generate-completion-script", shell])
    #expect(result.status == 0)
    #expect(result.output.contains("max-params"))
  }

  @Test(
    "completion knows the catalogue, and files with the folders on the way to them",
    arguments: [
      ("incep", ["inception_v3", "inception_resnet_v2"]), ("mod", ["model.onnx", "models/"]),
      ("models/", ["models/a.onnx"]), ("oth", []),
    ])
  func completedNames(typed: String, expected: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("completion-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("models"), withIntermediateDirectories: true)
    for file in ["model.onnx", "models/a.onnx", "other.txt"] {
      try Data().write(to: folder.appendingPathComponent(file))
    }
    let script = try Program.run(["--generate-completion-script", "bash"]).output
    let asking = """
      cd '\(folder.path)'; PATH='\(Program.path.deletingLastPathComponent().path)':$PATH
      COMP_WORDS=(convscope show '\(typed)'); COMP_CWORD=2; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      _convscope convscope '\(typed)' show; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let file = folder.appendingPathComponent("ask.bash")
    try (script + "\n" + asking).write(to: file, atomically: true, encoding: .utf8)
    let offered = shellOutput("bash '\(file.path)'").split(separator: "\n").map(String.init)
    #expect(Set(expected).isSubset(of: offered) && (offered.isEmpty == expected.isEmpty), "\(offered)")
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

  @Test("timings of something else are not drawn")
  func otherTimings() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("timings-\(getpid()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let timings = try Program.run(["bench", "residual", "--passes", "1", "--threads", "1", "--format", "json"])
    try timings.output.write(to: file, atomically: true, encoding: .utf8)
    let drawn = ["draw", "residual", "--timeline", "--timings", file.path]
    #expect(try Program.run(drawn).status == 0)
    for other in [["draw", "bottleneck"] + drawn.dropFirst(2), drawn + ["--input", "3x16x16"]] {
      let result = try Program.run(other)
      #expect(result.status == 65 && result.output.isEmpty)
      #expect(result.errors.contains(file.path) && result.errors.contains("residual with 3×32×32"))
    }
  }

  @Test("recorded times are printed, of what they were measured on")
  func printedTimings() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (file, options) in [
      ("own.json", ["residual"]), ("small.json", ["residual", "--input", "3x16x16"]),
      ("pair.json", ["pointwise", "--batch", "2"]),
    ] {
      let bench = ["bench"] + options + ["--passes", "1", "--threads", "1", "--format", "json"]
      try Program.run(bench).output.write(
        to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
    }
    func printed(_ arguments: String...) throws -> Program.Result { try Program.run(arguments, folder: folder) }
    #expect(try printed("residual", "--timings", "own.json").output.contains("Median time"))
    let other = try printed("residual", "--timings", "small.json")
    #expect(other.status == 65 && other.errors.contains("residual with 3×16×16"))
    // The catalogue has times of its networks at their own inputs, in the conditions of the first file.
    func times(_ files: String...) throws -> Int {
      let options = files.flatMap { ["--timings", $0] } + ["--format", "json"]
      return try Program.run(options, folder: folder).output.split(separator: "\n").count { $0.contains("median_ms") }
    }
    #expect(try times("own.json") == 1 && times("small.json") == 0 && times("small.json", "own.json") == 1)
    #expect(try times("pair.json") == 1 && times("pair.json", "own.json") == 1)
  }

  @Test("what is printed does not ask how the explorer is set")
  func settings() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("convscope/config")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try "colour = x".write(to: file, atomically: true, encoding: .utf8)
    #expect(try Program.run(["residual"], environment: ["XDG_CONFIG_HOME": folder.path]).status == 0)
  }

  @Test("a file that cannot be written whole stays as it was")
  func fullDisk() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.svg")
    try "old".write(to: file, atomically: true, encoding: .utf8)
    let draw = "'\(Program.path.path)' draw resnet18 --format svg -o '\(file.path)'"
    #expect(shellOutput("bash -c \"ulimit -f 1; \(draw); echo \\$?\"") == "74\n")
    #expect(contents(of: file.path) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.svg"])
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
