import Canvas
import Foundation

@testable import Terminal

/// A terminal whose other side, where keys come from and the screen is seen, is in the test's hands.
final class PseudoTerminal {
  let terminal: Terminal
  /// What was written before anything was drawn.
  private(set) var greeting = ""
  private let primary: Int32
  private let secondary: Int32

  /// - Parameters:
  ///   - type: the value of `TERM`.
  ///   - colors: whether `NO_COLOR` is unset.
  ///   - theme: nil for the one of the background.
  init?(
    type: String = "xterm-256color", colors: Bool = true, theme: Theme? = .neutral,
    size: CellSize = CellSize(columns: 80, rows: 24)
  ) {
    var sides: (primary: Int32, secondary: Int32) = (-1, -1)
    var window = Self.window(size)
    guard openpty(&sides.primary, &sides.secondary, nil, nil, &window) == 0 else { return nil }
    (primary, secondary) = sides
    setlocale(LC_CTYPE, "C.UTF-8")
    let environment = Environment(term: type, isWithoutColor: !colors, hasEscapeDelay: false)
    guard
      let terminal = Terminal(mouse: true, theme: theme, input: secondary, output: secondary, environment: environment)
    else {
      return nil
    }
    self.terminal = terminal
    greeting = written()
  }

  deinit {
    terminal.close()
    close(primary)
    close(secondary)
  }

  /// What these bytes from the keyboard become.
  func events(of bytes: String) -> [InputEvent] { events(of: Array(bytes.utf8)) }

  /// - Parameter timeout: how long to wait for an event, in milliseconds.
  func events(of bytes: [UInt8], timeout: Int32 = 10_000) -> [InputEvent] {
    _ = write(primary, bytes, bytes.count)
    return terminal.wait(timeout: timeout).compactMap { event in
      if case .input(let input) = event { input } else { nil }
    }
  }

  /// Types bytes, and more of them from another thread as soon as those have been read.
  func type(_ bytes: String, thenAfterReading rest: String) {
    let (primary, secondary) = (primary, secondary)
    _ = write(primary, bytes, bytes.utf8.count)
    Thread.detachNewThread {
      var unread: Int32 = 1
      while ioctl(secondary, UInt(FIONREAD), &unread) == 0, unread > 0 { sched_yield() }
      _ = write(primary, rest, rest.utf8.count)
    }
  }

  /// Whether there are bytes that nobody has read.
  var hasInput: Bool {
    var available: Int32 = 0
    return ioctl(secondary, UInt(FIONREAD), &available) == 0 && available > 0
  }

  /// Closes the other side for good.
  func hangUp() { close(primary) }

  /// What has been written to the screen since the last time. A mark that is written behind it tells where it ends.
  func written() -> String {
    let mark = UInt8(ascii: "\u{07}")
    _ = write(secondary, [mark], 1)
    var text: [UInt8] = []
    while text.last != mark {
      var source = pollfd(fd: primary, events: Int16(POLLIN), revents: 0)
      guard poll(&source, 1, 1000) == 1 else { break }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(primary, &bytes, bytes.count)
      text += bytes.prefix(max(count, 0))
    }
    return String(decoding: text.dropLast(), as: UTF8.self)
  }

  /// Gives the window another size, as dragging its corner does.
  func resize(to size: CellSize) {
    var window = Self.window(size)
    _ = ioctl(primary, UInt(TIOCSWINSZ), &window)
    kill(getpid(), SIGWINCH)
  }

  private static func window(_ size: CellSize) -> winsize {
    winsize(ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: 0, ws_ypixel: 0)
  }

  /// Whether the terminal echoes what is typed.
  var echoes: Bool {
    var modes = termios()
    tcgetattr(secondary, &modes)
    return modes.c_lflag & tcflag_t(ECHO) != 0
  }
}
