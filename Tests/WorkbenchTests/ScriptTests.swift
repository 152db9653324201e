import Canvas
import Testing

@testable import Workbench

@Suite("Scripts of keys")
struct ScriptTests {
  private func steps(_ text: String) throws -> [Script.Step] { try Script(parsing: text).steps.map(\.step) }
  private func typed(_ text: String) -> [Script.Step] { text.map { .input(.key(.character($0))) } }

  @Test("words are names of keys, or text")
  func words() throws {
    #expect(
      try steps("Down C-d F1 jj\n/conv3 Enter\n") == [
        .input(.key(.down)), .input(.key(.control("d"))), .input(.key(.function(1))),
      ] + typed("jj/conv3") + [.input(.key(.enter))])
  }

  @Test("a word that is written like a name but is none is an error that tells the names")
  func unknownNames() throws {
    for word in ["Excape", "Pgdn", "F13", "C-xy", "Click@3"] {
      let error = #expect(throws: Script.LineError.self) { try steps("Down\n\(word)") }
      #expect(error?.description.contains("line 2: no key is called '\(word)'") ?? false)
      #expect(error?.description.contains("Up, Down") ?? false)
    }
    #expect(try steps("Escape") == steps("Esc"))
    #expect(try steps("P GG \"Excape\"") == typed("PGGExcape"))
  }

  @Test("quoted text is typed as it stands")
  func quotes() throws { #expect(try steps("\"Down x\" Up") == typed("Down x") + [.input(.key(.up))]) }

  @Test("comments and empty lines are left out, and lines are counted")
  func lines() throws {
    let script = try Script(parsing: "# a comment\n\n  # another\nq\n")
    #expect(script.steps.map(\.line) == [4])
  }

  @Test("a colon begins a command that is typed, or one of the script's own")
  func commands() throws {
    #expect(try steps(":open resnet18") == typed(":open resnet18") + [.input(.key(.enter))])
    #expect(
      try steps(":resize 40x10\n:wait settled\n:save-display a.svg") == [
        .input(.resize(CellSize(columns: 40, rows: 10))), .waitSettled, .saveDisplay("a.svg"),
      ])
    #expect(try Script(parsing: ":wait settled").waits)
  }

  @Test("the mouse")
  func mouse() throws {
    #expect(
      try steps("Click@10,5 WheelDown@0,0") == [
        .input(.mouse(.click, column: 10, row: 5)), .input(.mouse(.wheelDown, column: 0, row: 0)),
      ])
  }

  @Test("what cannot be read is told with its line", arguments: [":wait", ":resize 0x5", ":resize", ":save-display"])
  func errors(line: String) {
    let error = #expect(throws: Script.LineError.self) { try Script(parsing: "q\n" + line) }
    #expect(error?.line == 2)
  }
}
