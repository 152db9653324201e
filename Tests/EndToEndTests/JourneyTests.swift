import Testing

/// What people do, from the shell's prompt back to it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct JourneyTests {
  @Test func `browse and search`() throws {
    let session = try TerminalSession()
    try session.explore()
    session.type("/layer3.0.conv2")
    session.press("Enter")
    let screen = try session.waitFor("1 of 1")
    let row = try #require(session.cursorRow)
    #expect(screen[row].contains("conv2"))
    session.press("Escape")
    try session.waitUntil("the end of the search") { rows in !rows.contains { $0.contains("1 of 1") } }
    try session.leave()
  }

  @Test func `toggle a block and undo`() throws {
    let session = try TerminalSession(columns: 100, rows: 40)
    try session.explore()
    session.type("/layer3.0")
    session.press("Enter", "Escape", "l")
    let before = try session.waitFor("downsample")
    session.type("p")
    try session.waitFor("post-activation → pre-activation")
    try session.waitFor("params -768")
    session.type("U")
    let after = try session.waitUntil("the tree as it was") { rows in
      rows.filter { $0.contains("▾") || $0.contains("bn1") } == before.filter { $0.contains("▾") || $0.contains("bn1") }
    }
    #expect(!after.contains { $0.contains("params -768") })
    try session.leave()
  }

  @Test func `compare and leave`() throws {
    let session = try TerminalSession()
    try session.explore()
    session.type("/layer3.0")
    session.press("Enter", "Escape")
    session.type("c")
    try session.waitFor("A resnet18#layer3.0")
    try session.waitFor("B−A")
    session.type("q")
    try session.waitFor("q quit")
    try session.leave()
  }

  @Test func `a storm of sizes ends where it began`() throws {
    let session = try TerminalSession()
    let before = try session.explore()
    for (columns, rows) in [(200, 60), (20, 5), (40, 10), (1, 1), (160, 50), (10, 40), (3, 2), (80, 24)] {
      session.resize(columns: columns, rows: rows)
    }
    try session.waitUntil("the screen as before") { $0 == before }
    try session.leave()
  }

  @Test func `suspend, and come back to another size`() throws {
    let session = try TerminalSession()
    let settings = session.settings
    let before = try session.explore()
    session.press("C-z")
    try session.waitFor("Stopped")
    #expect(session.modes == TerminalSession.ordinaryModes)
    #expect(session.settings == settings)
    session.run("fg")
    try session.waitUntil("the screen as before") { $0 == before }
    session.press("C-z")
    try session.waitFor("Stopped")
    session.resize(columns: 60, rows: 15)
    session.run("fg")
    try session.waitUntil("a screen of the new size") { $0.count == 15 && $0[14].hasPrefix("Enter") }
    try session.leave()
  }
}

extension TerminalSession {
  /// Opens a network in the explorer, with the same timings every time.
  @discardableResult
  func explore() throws -> Screen {
    run("convscope resnet18 --timings \(try Timings.ofResNet18())")
    return try waitFor("q quit")
  }

  /// Leaves by `q` and looks at what is left behind.
  func leave() throws {
    type("q")
    try waitForPrompt()
    #expect(modes == Self.ordinaryModes)
    run("echo status $?")
    try waitFor("status 0")
  }
}
