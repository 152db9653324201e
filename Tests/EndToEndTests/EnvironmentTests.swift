import Testing

/// What the environment says about the terminal is respected.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EnvironmentTests {
  @Test func `in the C locale everything is ASCII`() throws {
    let session = try TerminalSession(environment: ["LC_ALL=C"])
    let screen = try session.explore()
    for row in screen { #expect(row.allSatisfy { $0.isASCII }, "\(row)") }
  }

  @Test(arguments: [["NO_COLOR=1"], ["TERM=vt100"]])
  func `without colours none is sent`(environment: [String]) throws {
    let session = try TerminalSession(environment: environment)
    try session.explore()
    #expect(!session.hasColors)
  }

  @Test(arguments: ["TERM=xterm-256color", "TERM=xterm", "TERM=no-such-terminal", "NO_COLOR="])
  func `the types that are known have colours, and so have those that are not`(environment: String) throws {
    let session = try TerminalSession(environment: [environment])
    try session.explore()
    #expect(session.hasColors)
  }

  /// What kinds of layers are written in on light and on dark backgrounds.
  @Test(arguments: [("colour231", "38;5;24m"), ("colour16", "38;5;80m")])
  func `the terminal's background is asked for`(background: String, color: String) throws {
    let session = try TerminalSession(background: background)
    try session.explore()
    try session.waitUntil("the colour \(color)") { _ in session.coloredScreen.contains(color) }
    session.type("q")
    #expect(try session.waitForPrompt().count { $0.contains("rgb:") } == 0)
  }

  @Test func `a dumb terminal gets text`() throws {
    let session = try TerminalSession(columns: 160, rows: 50, environment: ["TERM=dumb"])
    session.run("convscope resnet18; echo status $?")
    try session.waitFor("status 0")
    #expect(session.modes == TerminalSession.ordinaryModes)
    #expect(session.screen.contains { $0.contains("layer4") })
  }
}
