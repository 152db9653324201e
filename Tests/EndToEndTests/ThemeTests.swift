import Foundation
import Testing

/// Whose word counts for the colours: the option's, the environment's, the configuration file's.
@Suite struct ThemeTests {
  private static let darkPaper = "#0d1117"

  /// The program's answer to drawing a block as SVG under a configuration file.
  private func draw(
    configuration: String, _ options: [String] = [], environment: [String: String] = [:]
  ) throws -> Program.Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("convscope"), withIntermediateDirectories: true)
    try configuration.write(to: folder.appendingPathComponent("convscope/config"), atomically: true, encoding: .utf8)
    return try Program.run(
      ["draw", "residual", "--format", "svg"] + options,
      environment: environment.merging(["XDG_CONFIG_HOME": folder.path]) { $1 })
  }

  @Test func `the file is obeyed, the environment before it, and the option before both`() throws {
    let file = "# colours\n\ntheme = dark # at night\nmouse=off\n"
    #expect(try draw(configuration: file).output.contains(Self.darkPaper))
    let light = ["CONVSCOPE_THEME": "light"]
    #expect(try !draw(configuration: file, environment: light).output.contains(Self.darkPaper))
    #expect(try draw(configuration: "", ["--theme", "dark"], environment: light).output.contains(Self.darkPaper))
  }

  @Test(arguments: [
    ("theme = drak", "line 1: theme is 'drak', expected one of neutral, dark, light, colour-blind, monochrome"),
    ("\nmouse = maybe", "line 2: mouse is 'maybe', expected on or off"),
    ("color = red", "line 1: there is no setting 'color', expected theme or mouse"),
    ("dark", "line 1: 'dark' is no setting, expected such as theme = dark"),
  ])
  func `a bad line is told`(configuration: String, complaint: String) throws {
    let result = try draw(configuration: configuration)
    #expect(result.status == 65 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("convscope: /") && result.errors.hasSuffix("/convscope/config, \(complaint)\n"))
  }

  @Test func `a theme of the environment that does not exist is told`() throws {
    let result = try draw(configuration: "", environment: ["CONVSCOPE_THEME": "drak"])
    #expect(result.status == 64 && result.errors.hasPrefix("convscope: CONVSCOPE_THEME is 'drak', expected one of"))
  }
}
