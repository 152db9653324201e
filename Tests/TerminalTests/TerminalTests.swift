import Canvas
import Glibc
import Testing

@testable import Terminal

/// ncurses and signals belong to the whole process, so one test runs at a time.
@Suite(.serialized) struct TerminalTests {
  @Test(arguments: [
    ("j", [Key.character("j")]), ("é漢", [.character("é"), .character("漢")]),
    ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{1B}[Z", [.backTab]), ("\u{7F}", [.backspace]),
    ("\u{03}\u{06}", [.control("c"), .control("f")]),
    ("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", [.up, .down, .right, .left]),
    ("\u{1B}[5~\u{1B}[6~\u{1B}OH\u{1B}OF\u{1B}[3~", [.pageUp, .pageDown, .home, .end, .delete]),
    ("\u{1B}OP\u{1B}[24~", [.function(1), .function(12)]),
    ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}x", [.escape, .character("x")]),
    ("\u{1B}[99;7yj", [.character("j")]), ("\u{1B}[200~j", [.character("j")]),
    ("\u{1B}]11;rgb:ff/ff/ff\u{07}j", [.character("j")]), ("\u{1B}]52;c;eA==\u{1B}\\j", [.character("j")]),
    ("\u{1B}]", [.escape, .character("]")]),
  ])
  func `bytes become keys`(bytes: String, keys: [Key]) throws {
    let tty = try #require(PseudoTerminal())
    #expect(tty.events(of: bytes) == keys.map(InputEvent.key))
  }

  @Test func `a character may come in pieces`() throws {
    let tty = try #require(PseudoTerminal())
    for piece: [UInt8] in [[0xE6], [0xBC]] { #expect(tty.events(of: piece, timeout: 0) == []) }
    #expect(tty.events(of: [0xA2]) == [.key(.character("漢"))])
  }

  @Test(arguments: [[0xFF], [0xC3], [0xE6, 0xBC], [0xA9]] as [[UInt8]])
  func `bytes that are no character take nothing along`(bytes: [UInt8]) throws {
    let tty = try #require(PseudoTerminal())
    #expect(tty.events(of: bytes + [UInt8(ascii: "j")]) == [.key(.character("j"))])
    _ = tty.events(of: bytes, timeout: 0)
    #expect(tty.events(of: "\u{1B}OA") == [.key(.up)])
  }

  @Test(arguments: ["\u{1B}[<", "\u{1B}[<0;1", "\u{1B}[<0;10;"])
  func `a press of the mouse may come in pieces`(beginning: String) throws {
    let tty = try #require(PseudoTerminal())
    let press = "\u{1B}[<0;10;5M"
    tty.type(String(press.prefix(beginning.count)), thenAfterReading: String(press.dropFirst(beginning.count)))
    #expect(tty.events(of: "") == [.mouse(.click, column: 9, row: 4)])
  }

  @Test func `the mouse clicks, double-clicks and scrolls`() throws {
    let tty = try #require(PseudoTerminal())
    let click = "\u{1B}[<0;10;5M\u{1B}[<0;10;5m"
    #expect(
      tty.events(of: click + click + click + "\u{1B}[<64;1;1M\u{1B}[<65;1;1M") == [
        .mouse(.click, column: 9, row: 4), .mouse(.doubleClick, column: 9, row: 4), .mouse(.click, column: 9, row: 4),
        .mouse(.wheelUp, column: 0, row: 0), .mouse(.wheelDown, column: 0, row: 0),
      ])
  }

  @Test func `many turns of the wheel at once all arrive`() throws {
    let tty = try #require(PseudoTerminal())
    let turns = String(repeating: "\u{1B}[<65;2;3M", count: 40)
    #expect(tty.events(of: turns) == Array(repeating: .mouse(.wheelDown, column: 1, row: 2), count: 40))
  }

  @Test(arguments: ["xterm", "screen", "tmux-256color", "vt100"])
  func `the mouse speaks one language under every type`(type: String) throws {
    let tty = try #require(PseudoTerminal(type: type))
    #expect(tty.events(of: "\u{1B}[<0;120;5Mj") == [.mouse(.click, column: 119, row: 4), .key(.character("j"))])
  }

  @Test func `what is on the screen is not written again`() throws {
    let tty = try #require(PseudoTerminal())
    var canvas = Canvas(size: tty.terminal.size)
    canvas.put("layer1.0.conv1", row: 3, column: 0)
    tty.terminal.draw(canvas)
    #expect(tty.written().contains("layer1.0.conv1"))
    tty.terminal.draw(canvas)
    #expect(tty.written() == "")
    canvas.put("2", row: 3, column: 13)
    tty.terminal.draw(canvas)
    #expect((1..<40).contains(tty.written().utf8.count))
  }

  @Test func `a new size is told once, and any size can be drawn`() throws {
    let tty = try #require(PseudoTerminal())
    for size in [(20, 5), (1, 1), (200, 60), (80, 24)].map({ CellSize(columns: $0, rows: $1) }) {
      tty.resize(to: size)
      let events = tty.terminal.wait(timeout: 10_000)
      #expect(events.count { $0 == .input(.resize(size)) } == 1)
      #expect(tty.terminal.size == size)
      var canvas = Canvas(size: CellSize(columns: 100, rows: 30))
      canvas.box(Rect(canvas.size))
      tty.terminal.draw(canvas)
      _ = tty.written()
    }
  }

  @Test func `a terminal that tells no size, or one beyond all measure, has a usable one`() throws {
    let tty = try #require(PseudoTerminal(size: CellSize(columns: 0, rows: 0)))
    #expect(tty.terminal.size == CellSize(columns: 80, rows: 24))
    tty.resize(to: CellSize(columns: 65535, rows: 65535))
    #expect(tty.terminal.wait(timeout: 10_000).contains(.input(.resize(CellSize(columns: 1000, rows: 1000)))))
    tty.resize(to: CellSize(columns: 0, rows: 0))
    #expect(tty.terminal.wait(timeout: 10_000) == [.wake])
    #expect(tty.terminal.size == CellSize(columns: 1000, rows: 1000))
  }

  @Test func `a wide character is not cut in half at the border`() throws {
    let tty = try #require(PseudoTerminal())
    var canvas = Canvas(size: CellSize(columns: 81, rows: 24))
    canvas.put("漢字", row: 2, column: 77)
    tty.terminal.draw(canvas)
    let text = tty.written()
    #expect(text.contains("漢") && !text.contains("字"))
  }

  /// U+2E9A lies among the wide characters, and is none yet.
  @Test func `what the locale has no width for leaves the row where it is`() throws {
    let tty = try #require(PseudoTerminal())
    var canvas = Canvas(size: CellSize(columns: 80, rows: 24))
    canvas.put("a\u{2E9A}b", row: 2, column: 0)
    tty.terminal.draw(canvas)
    #expect(tty.written().contains("a? b"))
  }

  @Test func `a terminal that is gone asks to end`() throws {
    let tty = try #require(PseudoTerminal())
    tty.hangUp()
    #expect(tty.terminal.wait(timeout: 10_000) == [.terminate(signal: SIGHUP)])
    tty.terminal.draw(Canvas(size: tty.terminal.size))
  }

  @Test func `another thread ends the waiting`() throws {
    let tty = try #require(PseudoTerminal())
    let waker = tty.terminal.waker
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Waker>.fromOpaque(argument!).takeRetainedValue().wake()
        return nil
      }, Unmanaged.passRetained(waker).toOpaque())
    #expect(tty.terminal.wait(timeout: 10_000) == [.wake])
    pthread_join(thread, nil)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func `a signal asks to end`(signal: Int32) throws {
    let tty = try #require(PseudoTerminal())
    kill(getpid(), signal)
    #expect(tty.terminal.wait(timeout: 10_000) == [.terminate(signal: signal)])
  }

  @Test func `closing gives back echo and screen, once`() throws {
    let tty = try #require(PseudoTerminal())
    tty.terminal.draw(Canvas(size: tty.terminal.size))
    #expect(!tty.echoes)
    _ = tty.written()
    tty.terminal.close()
    #expect(tty.echoes)
    #expect(tty.written().contains("\u{1B}[?1049l"))
    tty.terminal.close()
    #expect(tty.written() == "")
  }

  @Test(arguments: [
    ("xterm-256color", ColorDepth.indexed256), ("xterm", .eight), ("vt100", .monochrome),
    ("linux", .eight), ("no-such-type", .indexed256),
  ])
  func `the type decides the colours`(type: String, depth: ColorDepth) throws {
    let tty = try #require(PseudoTerminal(type: type))
    #expect(tty.terminal.depth == depth)
  }

  @Test(arguments: [
    ("11;rgb:ffff/ffff/ffff\u{1B}\\", Theme.light), ("11;rgb:00/00/80\u{07}", .dark), ("11;rgba:0/0/0/0\u{07}", .dark),
    ("11;rgb:ffff/ffff\u{07}", .neutral), ("11;rgb:fffff/0/0\u{07}", .neutral), ("10;rgb:0/0/0\u{07}", .neutral),
  ])
  func `the background that the terminal answers decides the theme`(answer: String, theme: Theme) throws {
    let tty = try #require(PseudoTerminal(theme: nil))
    #expect(tty.greeting.contains("\u{1B}]11;?") && tty.terminal.theme == .neutral)
    var canvas = Canvas(size: tty.terminal.size)
    canvas.put("layer1", row: 3, column: 0, style: Style(.kind))
    tty.terminal.draw(canvas)
    _ = tty.written()
    #expect(tty.events(of: "\u{1B}]\(answer)j") == [.key(.character("j"))])
    #expect(tty.terminal.theme == theme)
    #expect(tty.written().contains("layer1") == (theme != .neutral))
  }

  @Test func `an answer that comes late is not left for the shell`() throws {
    let tty = try #require(PseudoTerminal(theme: nil))
    tty.type("\u{1B}]11;rgb:ffff/", thenAfterReading: "ffff/ffff\u{1B}\\")
    tty.terminal.close()
    #expect(tty.terminal.theme == .light && !tty.hasInput)
  }

  @Test(arguments: [("linux", true, Theme.dark), ("xterm", false, .neutral)])
  func `what cannot be asked, or has no colours, is not asked`(type: String, colors: Bool, theme: Theme) throws {
    let tty = try #require(PseudoTerminal(type: type, colors: colors, theme: nil))
    #expect(!tty.greeting.contains("\u{1B}]11") && tty.terminal.theme == theme)
  }

  @Test func `NO_COLOR is respected`() throws {
    let tty = try #require(PseudoTerminal(colors: false))
    #expect(tty.terminal.depth == .monochrome)
  }

  @Test(arguments: ["dumb", ""])
  func `a type that cannot address its cursor is no terminal`(type: String) {
    #expect(PseudoTerminal(type: type) == nil)
  }
}
