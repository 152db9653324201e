import CNcurses
import Canvas
import Glibc

/// What can happen while the program waits.
public enum TerminalEvent: Hashable, Sendable {
  case input(InputEvent)
  /// Another thread has called `Waker.wake`. It may also come by itself.
  case wake
  /// A signal asks the program to end, or the terminal is gone (SIGHUP). To obey, `close` and call `Terminal.die`.
  case terminate(signal: Int32)
}

/// The terminal as a screen of cells, keys and a mouse.
///
/// It belongs to one thread. From `init` to `close` the terminal is in raw mode on its alternate screen; whichever way
/// the process ends meanwhile, the terminal is given back as it was and the status tells the signal.
public final class Terminal {
  /// Ends `wait` from any thread.
  public let waker: Waker
  /// The colours in use.
  public let depth: ColorDepth
  /// The colours' theme: the one asked for, or else the one for the terminal's background once that is known.
  public internal(set) var theme: Theme
  /// The characters that the locale can say.
  public let glyphs: GlyphSet

  let input: Int32
  let output: Int32
  var reader: InputReader
  var drawn: Canvas?
  var pairs: [UInt8: Int32] = [:]
  /// The size has changed since `wait` last told it.
  var hasNewSize = false
  var clicks = ClickTimer()
  /// Nil unless the terminal has been asked for its background and may still answer.
  var backgroundQuery: BackgroundQuery?

  private let screen: OpaquePointer
  private let files: Files
  private let originalModes: termios
  private var errors = KeptErrors()
  private var isOpen = true
  private let hasMouse: Bool
  private let resetSequence: String

  /// Presses and releases of buttons and the wheel (xterm's mode 1000), in decimal numbers (1006).
  private static let mouseOn = "\u{1B}[?1000h\u{1B}[?1006h"
  private static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"

  /// Takes over the terminal, or returns nil where there is none that can show cells: then the program writes text.
  /// `CharacterLocale.adopt` must have been called.
  ///
  /// - Parameters:
  ///   - mouse: whether the mouse is reported. Without it the terminal's own selection of text works.
  ///   - theme: the theme of the colours; nil takes the one for the terminal's background if it tells, without waiting
  ///     for its answer.
  ///   - input: a terminal to read from.
  ///   - output: the terminal to draw on.
  public convenience init?(
    mouse: Bool = true, theme: Theme? = nil, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO
  ) {
    self.init(mouse: mouse, theme: theme, input: input, output: output, environment: .current)
  }

  init?(mouse: Bool, theme: Theme?, input: Int32, output: Int32, environment: Environment) {
    var modes = termios()
    guard isatty(input) == 1, tcgetattr(output, &modes) == 0, let type = environment.usableType(descriptor: output),
      let waker = Waker(), let files = Files(input: input, output: output)
    else { return nil }
    // Before newterm, which installs handlers of its own where it finds none.
    cn_signals_catch(waker.writeEnd)
    guard let screen = Self.open(type, files) else {
      cn_signals_release()
      files.close()
      return nil
    }
    guard let reader = InputReader() else {
      endwin()
      delscreen(screen)
      cn_signals_release()
      files.close()
      return nil
    }
    raw()
    noecho()
    nonl()
    if !environment.hasEscapeDelay { set_escdelay(25) }
    let hasColor = !environment.isWithoutColor && start_color() == OK && use_default_colors() == OK
    self.waker = waker
    self.input = input
    self.output = output
    self.screen = screen
    self.reader = reader
    self.files = files
    originalModes = modes
    hasMouse = mouse && cn_capability("kmous") != nil
    resetSequence = Self.resetSequence()
    depth = hasColor ? ColorDepth(colors: Int(cn_colors())) : .monochrome
    // The console of Linux has a black background and cannot be asked.
    let isConsole = type.hasPrefix("linux")
    self.theme = theme ?? (isConsole ? .dark : .neutral)
    glyphs = CharacterLocale.glyphs
    enter()
    adoptSize()
    hasNewSize = false
    if theme == nil, hasColor, !isConsole { askForBackground() }
  }

  deinit { close() }

  /// The number of cells at present.
  public var size: CellSize {
    CellSize(columns: Int(getmaxx(cn_stdscr())), rows: Int(getmaxy(cn_stdscr())))
  }

  /// Gives the terminal back as it was. A second call does nothing.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    leave()
    cn_signals_release()
    reader.close()
    delscreen(screen)
    files.close()
  }

  /// Gives the terminal to the shell and stops until the shell brings the program back; then draws all anew.
  public func suspend() {
    guard isOpen else { return }
    leave()
    cn_signals_stop()
    // In the background this stops the process again, before anything is written.
    reset_prog_mode()
    enter()
    resume()
    // So that the next `wait` tells of a new size.
    if hasNewSize { waker.wake() }
  }

  /// Ends the process by a signal, so that the status is 128 + its number. The terminal must have been closed.
  public static func die(of signal: Int32) -> Never {
    cn_signals_die(signal)
  }

  /// Takes the screen back from whatever has used it meanwhile: modes, size and cells.
  func resume() {
    reset_prog_mode()
    adoptSize()
    redraw()
  }

  /// Takes the size that the terminal has now; `wait` reports it. A terminal that does not tell keeps the one of its
  /// type.
  func adoptSize() {
    var window = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else { return }
    let greatest = Int32(CellSize.greatestSide)
    let (rows, columns) = (min(Int32(window.ws_row), greatest), min(Int32(window.ws_col), greatest))
    guard is_term_resized(rows, columns) else { return }
    resizeterm(rows, columns)
    drawn = nil
    hasNewSize = true
  }

  /// The streams that ncurses reads and writes, which are its own to close.
  private struct Files {
    let input, output: UnsafeMutablePointer<FILE>

    init?(input: Int32, output: Int32) {
      guard let reading = fdopen(fcntl(input, F_DUPFD_CLOEXEC, 3), "r") else { return nil }
      guard let writing = fdopen(fcntl(output, F_DUPFD_CLOEXEC, 3), "w") else {
        fclose(reading)
        return nil
      }
      (self.input, self.output) = (reading, writing)
    }

    func close() {
      fclose(input)
      fclose(output)
    }
  }

  private static func open(_ type: String, _ files: Files) -> OpaquePointer? {
    // The size is asked for later, where any answer is dealt with.
    use_env(false)
    use_tioctl(false)
    if let screen = newterm(type, files.output, files.input) { return screen }
    // A type without a size of its own, such as the console of Linux, cannot do without the terminal's.
    use_tioctl(true)
    return newterm(type, files.output, files.input)
  }

  /// What brings the terminal back to its usual state without ncurses.
  private static func resetSequence() -> String {
    let names: [String] = ["sgr0", "op", "rmkx", "rmcup", "cnorm"]
    return names.reduce(into: "") { sequence, name in
      if let capability = cn_capability(name) { sequence += withoutPadding(String(cString: capability)) }
    }
  }

  /// A capability without the pauses, written `$<5>`, that only tputs understands.
  private static func withoutPadding(_ capability: String) -> String {
    capability.split(separator: "$<", omittingEmptySubsequences: false).enumerated().reduce(into: "") { text, part in
      text += part.offset == 0 ? part.element : part.element.drop { $0 != ">" }.dropFirst()
    }
  }

  private func enter() {
    errors.begin()
    var modes = originalModes
    cn_restoration_arm(output, &modes, (hasMouse ? Self.mouseOff : "") + resetSequence, errors.file, errors.original)
    if hasMouse { send(Self.mouseOn) }
  }

  private func leave() {
    awaitBackground()
    if hasMouse { send(Self.mouseOff) }
    endwin()
    // Without an alternate screen, endwin leaves the cursor on the last line, where the shell goes on.
    if cn_capability("rmcup") == nil, let clear = cn_capability("ed") {
      send("\r" + Self.withoutPadding(String(cString: clear)))
    }
    var modes = originalModes
    cn_set_modes(output, &modes)
    cn_restoration_disarm()
    errors.end()
  }

  /// Writes what ncurses knows nothing of. It keeps nothing back between refreshes, so the order is right.
  func send(_ sequence: String) {
    cn_write_all(output, sequence, sequence.utf8.count)
  }
}
