import Foundation
import Testing

/// A shell in a real terminal, with the program of this package first in its path.
///
/// Each has a tmux server of its own, so that tests cannot meet. Nothing here sleeps for a time that is hoped to be
/// long enough: `waitUntil` looks again and again until what it waits for is there.
final class TerminalSession {
  /// What the screen shows: its rows, without the blanks at their ends.
  typealias Screen = [String]

  /// Something did not come to pass in time, and what was on the screen instead.
  struct TimedOut: Error, CustomStringConvertible {
    var expectation: String
    var screen: Screen

    var description: String { "\(expectation) did not come. On the screen:\n" + screen.joined(separator: "\n") }
  }

  /// The socket of the tmux server.
  private let socket: String
  private static let prompt = "ready$"

  /// - Parameters:
  ///   - environment: variables for the shell, as `NAME=VALUE`.
  ///   - background: the colour that the terminal tells; nil tells none.
  init(columns: Int = 80, rows: Int = 24, environment: [String] = [], background: String? = nil) throws {
    socket = NSTemporaryDirectory() + "convscope-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let timings = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Screens/resnet18.json"
    let variables = ["TERM=xterm-256color", "LC_ALL=C.UTF-8", "TIMINGS=\(quoted(timings))"] + environment
    tmux(
      "new-session -d -x \(columns) -y \(rows)",
      "env -u TMUX -u NO_COLOR \(variables.joined(separator: " ")) \"PATH=\(Program.path.deletingLastPathComponent().path):$PATH\"",
      "\"PS1=\(Self.prompt) \" bash --norc --noprofile")
    if let background { tmux("set-option -g window-style bg=\(background)") }
    try waitForPrompt()
  }

  deinit { close() }

  /// Takes the terminal away from whatever runs in it.
  func close() {
    tmux("kill-server")
    unlink(socket)
  }

  /// Types a line at the shell's prompt.
  func run(_ command: String) {
    type(command)
    press("Enter")
  }

  /// Types characters.
  func type(_ text: String) {
    tmux("send-keys -l --", quoted(text))
  }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `C-z`, `Up` …
  func press(_ keys: String...) {
    tmux("send-keys", keys.joined(separator: " "))
  }

  /// What a wheel turns by one notch, in xterm's numbers of buttons.
  enum Wheel: Int {
    case up = 64
    case down = 65
  }

  /// Presses and releases the left button of the mouse at a cell, counted from 0.
  func click(column: Int, row: Int) {
    sendMouse(0, "M", column: column, row: row)
    sendMouse(0, "m", column: column, row: row)
  }

  func turnWheel(_ wheel: Wheel, column: Int = 8, row: Int = 8) {
    sendMouse(wheel.rawValue, "M", column: column, row: row)
  }

  /// What a terminal sends in xterm's mode 1006. tmux takes the bytes in hexadecimal.
  private func sendMouse(_ button: Int, _ action: String, column: Int, row: Int) {
    let bytes = "\u{1B}[<\(button);\(column + 1);\(row + 1)\(action)".utf8
    tmux("send-keys -H", bytes.map { String($0, radix: 16) }.joined(separator: " "))
  }

  /// Whether the program asks for the mouse.
  var reportsMouse: Bool { tmux("display-message -p '#{mouse_any_flag}'").trimmed == "1" }

  func resize(columns: Int, rows: Int) {
    tmux("resize-window -x \(columns) -y \(rows)")
  }

  var screen: Screen {
    tmux("capture-pane -p").split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Waits for something on the screen, and until the screen has been drawn to its end: it must look the same twice.
  @discardableResult
  func waitUntil(
    _ expectation: String, within limit: Duration = .seconds(10), _ isThere: (Screen) -> Bool
  ) throws -> Screen {
    var (last, previous): (Screen, Screen?) = (screen, nil)
    let hasCome = Self.looks(within: limit) {
      (previous, last) = (last, screen)
      return isThere(last) && last == previous
    }
    guard hasCome else { throw TimedOut(expectation: expectation, screen: last) }
    return last
  }

  /// Looks again and again, with a millisecond in between, whether something has come about that another process does
  /// and does not tell; false if it has not within the limit.
  static func looks(within limit: Duration = .seconds(10), until isDone: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !isDone() {
      guard ContinuousClock.now < deadline else { return false }
      usleep(1000)
    }
    return true
  }

  /// Waits until a text stands somewhere on the screen.
  @discardableResult
  func waitFor(_ text: String, within limit: Duration = .seconds(10)) throws -> Screen {
    try waitUntil("'\(text)'", within: limit) { $0.contains { $0.contains(text) } }
  }

  /// Whether a text stands somewhere on the screen.
  func shows(_ text: String) -> Bool { screen.contains { $0.contains(text) } }

  /// Waits until the shell asks for the next command.
  @discardableResult
  func waitForPrompt() throws -> Screen {
    try waitUntil("the prompt") { $0.last { !$0.isEmpty } == Self.prompt }
  }

  /// Whether any cell on the screen has a colour.
  var hasColors: Bool {
    let cells = coloredScreen
    return (0...8).contains { cells.contains("\u{1B}[3\($0)") }
  }

  /// The screen with its colours, as SGR sequences.
  var coloredScreen: String { tmux("capture-pane -p -e") }

  /// `modes` while no program has changed them.
  static let ordinaryModes = "0 1 0 0"

  /// Alternate screen, cursor and mouse reporting as the terminal has them.
  var modes: String {
    tmux("display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}'").trimmed
  }

  /// The terminal's settings, such as echo, in the form of `stty -g`.
  var settings: String {
    shellOutput("stty -g -F \(tmux("display-message -p '#{pane_tty}'").trimmed)").trimmed
  }

  /// The row of the terminal's cursor, from 0.
  var cursorRow: Int? { Int(tmux("display-message -p '#{cursor_y}'").trimmed) }

  /// The process that the shell has started last and waits for.
  func foregroundProcess() throws -> Int32 {
    let shell = tmux("display-message -p '#{pane_pid}'").trimmed
    let children = contents(of: "/proc/\(shell)/task/\(shell)/children").split(separator: " ")
    return try #require(children.last.flatMap { Int32($0) })
  }

  /// Copies everything that is written to the terminal from now on to a file.
  func record(to path: String) {
    tmux("pipe-pane", quoted("cat > \(path)"))
  }

  @discardableResult
  private func tmux(_ arguments: String...) -> String {
    shellOutput("tmux -u -S \(socket) -f /dev/null \(arguments.joined(separator: " "))")
  }
}

/// What a shell command prints.
func shellOutput(_ command: String) -> String {
  guard let pipe = popen("\(command) 2>/dev/null", "r") else { return "" }
  defer { pclose(pipe) }
  return contents(of: pipe)
}

/// A file's text; none if it cannot be read.
func contents(of path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  return contents(of: file)
}

private func contents(of file: UnsafeMutablePointer<FILE>) -> String {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 14)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
  return String(decoding: bytes, as: UTF8.self)
}

/// Words for a shell that mean only themselves.
private func quoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

extension String {
  /// Without the newline at its end.
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
