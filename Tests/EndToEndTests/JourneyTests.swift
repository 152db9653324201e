import Foundation
import Testing

/// What people do, from the shell's prompt back to it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct JourneyTests {
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
    try session.waitFor("Δtime")
    session.type("q")
    try session.waitFor("q quit")
    try session.leave()
  }

  @Test func `the whole lesson, left and taken up again`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let session = try TerminalSession(environment: ["XDG_STATE_HOME=\(folder.path)"])
    session.run("convscope lesson")
    let answers = [
      ["2"], ["2"], [":set stride=2"], ["p"], ["1"], [":input 256x8x8", ":set out=64"], ["1"], ["2"], ["1", "2", "3"],
      ["3"],
      ["3"], ["3"], ["2"], ["p"],
    ]
    for (index, keys) in answers.enumerated() {
      let screen = try session.waitFor("\(index + 1) of \(answers.count)")
      if screen.contains(where: { $0.contains("Work is not time") }) { try session.waitFor("B − A ") }
      for key in keys {
        session.type(key)
        if key.hasPrefix(":") { session.press("Enter") }
      }
      try session.waitFor("✓")
      session.type(">")
    }
    try session.waitFor("this was the last step")
    try session.leave()
    session.run("clear; convscope lesson")
    try session.waitFor("14 of 14")
    try session.waitFor("✓")
    session.type("<")
    try session.waitFor("13 of 14")
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

  @Test func `suspended and sent to the background, it leaves the terminal alone`() throws {
    let session = try TerminalSession()
    let settings = session.settings
    let before = try session.explore()
    session.press("C-z")
    try session.waitFor("Stopped")
    // It goes on, meets the terminal, and is stopped again.
    session.run("bg; wait -n; jobs")
    try session.waitUntil("the second stop") { rows in rows.count { $0.contains("Stopped") } == 2 }
    #expect(session.modes == TerminalSession.ordinaryModes)
    #expect(session.settings == settings)
    session.run("fg")
    try session.waitUntil("the screen as before") { $0 == before }
    try session.leave()
  }

  @Test func `the mouse selects, opens, scrolls and sorts`() throws {
    let session = try TerminalSession(rows: 17)
    let screen = try session.explore()
    let row = try #require(screen.firstIndex { $0.contains("▸ layer2") })
    session.click(column: 8, row: row)
    try session.waitUntil("the cursor on layer2") { _ in session.cursorRow == row }

    let other = try #require(screen.firstIndex { $0.contains("▸ layer3") })
    session.click(column: 8, row: other)
    session.click(column: 8, row: other)
    let open = try session.waitFor("▾ layer3")
    #expect(open[row].contains("▸ layer2"))

    session.turnWheel(.down)
    try session.waitUntil("other rows") { $0[row] != open[row] }
    session.turnWheel(.up)
    try session.waitUntil("the rows from before") { $0 == open }

    let titles = try #require(open.firstIndex { $0.contains("params  mult-adds") })
    let title = try #require(open[titles].range(of: "params"))
    session.click(column: open[titles].distance(from: open[titles].startIndex, to: title.lowerBound), row: titles)
    let sorted = try session.waitUntil("the mark of the order") { $0[titles] != open[titles] }
    let first = try #require(sorted.firstIndex { $0.contains("layer4") })
    #expect(try first < #require(sorted.firstIndex { $0.contains("layer1") }))
    try session.leave()
  }

  @Test(arguments: [("", true), ("--no-mouse", false)])
  func `the mouse can be left to the terminal`(option: String, isReported: Bool) throws {
    let session = try TerminalSession()
    try session.explore(option)
    #expect(session.reportsMouse == isReported)
    try session.leave()
  }
}

extension TerminalSession {
  /// Opens a network in the explorer, with the same timings every time.
  @discardableResult
  func explore(_ options: String = "") throws -> Screen {
    run("convscope resnet18 --timings $TIMINGS \(options)")
    // The timings may come after the first frame.
    return try waitUntil("the explorer with timings") { rows in
      ["settled", "q quit"].allSatisfy { text in rows.contains { $0.contains(text) } }
    }
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
