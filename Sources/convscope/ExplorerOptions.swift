import Architectures
import ArgumentParser
import Canvas
import Explorer
import Formats
import Glibc
import Measurement
import NetworkGraph
import Reports
import Terminal
import Workbench

/// How the explorer is shown, and what it shows in place of measuring; and its loop.
struct ExplorerOptions: ParsableArguments {
  @OptionGroup var running: RunOptions

  @OptionGroup var counting: CountOptions

  @Option(
    help: ArgumentHelp(
      "Show these timings, written by 'bench --format json', and measure nothing. Repeatable.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var timings: [String] = []

  @Flag(help: "Leave the mouse to the terminal, for selecting text.")
  var noMouse = false

  @OptionGroup var theme: ThemeOption

  @Option(help: .hidden) var script: String?
  @Option(help: .hidden) var size: String?

  func validate() throws {
    if !timings.isEmpty { try refuse(running.given, "is for measuring: --timings shows what was measured") }
  }

  /// The file that keeps how far somebody has come in the lesson.
  static let lessonFile = UserFile<LessonProgress>("lesson.json", in: .state)

  /// The timings of the files that are named; nil if none is.
  func recorded() throws(Failure) -> RecordedTimings? { timings.isEmpty ? nil : try RecordedTimings(timings) }

  /// Shows the explorer until the person leaves it, or feeds it the script.
  ///
  /// - Parameters:
  ///   - showsCatalogue: whether the times of the catalogue's networks are looked up.
  ///   - mayOpen: false where something is to be printed unless there is a script.
  ///   - recorded: what is shown in place of measuring, if there is any.
  ///   - first: what happens first.
  /// - Returns: false if there is no terminal to show it on.
  func explore(
    showsCatalogue: Bool, mayOpen: Bool = true, _ recorded: RecordedTimings?, _ first: Event
  ) throws -> Bool {
    // Before the screen is taken over, so that a warning can be read.
    let times = showsCatalogue ? catalogueTimes(recorded) : [:]
    if let script {
      try run(scriptFile: script, first, recorded, times)
      return true
    }
    guard mayOpen, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return false }
    let settings = try Settings.read()
    let chosen = try theme.forTerminal(settings)
    guard let terminal = Terminal(mouse: settings.mouse && !noMouse, theme: chosen) else { return false }
    try run(on: terminal, first, recorded, times)
    return true
  }

  /// Shows the explorer until the person leaves it or a signal ends it.
  private func run(
    on terminal: Terminal, _ first: Event, _ recorded: RecordedTimings?, _ times: [String: Milliseconds]
  ) throws {
    let workbench = Workbench(
      state: state(size: terminal.size, recorded, times), timings: recorded.map { .recorded($0.reports) } ?? .engine,
      glyphs: terminal.glyphs, mailbox: Mailbox(wake: terminal.waker.wake), lessonFile: Self.lessonFile)
    workbench.handle(first)
    while workbench.exitStatus == nil {
      if workbench.needsDrawing { terminal.draw(workbench.draw()) }
      let events = terminal.wait(timeout: workbench.millisecondsUntilReport())
      workbench.theme = terminal.theme
      for event in events {
        switch event {
        case .input(let event): workbench.handle(.input(event))
        case .wake: break
        case .terminate(let signal):
          terminal.close()
          Terminal.die(of: signal)
        }
      }
      workbench.handleMail()
      for request in workbench.takeTerminalRequests() {
        switch request {
        case .suspend: terminal.suspend()
        case .redraw: terminal.redraw()
        }
      }
    }
    terminal.close()
    try end(workbench)
  }

  /// Feeds the keys of a file to the explorer. Nothing is measured unless the script waits for it.
  private func run(
    scriptFile path: String, _ first: Event, _ recorded: RecordedTimings?, _ times: [String: Milliseconds]
  ) throws {
    let size = try CellSize(option: size ?? "80x24", such: "80x24")
    let text = String(decoding: try InputFile.bytes(of: path), as: UTF8.self)
    do {
      let script = try Script(parsing: text)
      let signal = try WakeSignal()
      let workbench = Workbench(
        state: state(size: size, recorded, times),
        timings: recorded.map { .recorded($0.reports) } ?? (script.waits ? .engine : .none),
        glyphs: CharacterLocale.glyphs, mailbox: Mailbox(wake: signal.raise), theme: try theme.forFile())
      workbench.handle(first)
      try workbench.run(script, waitingFor: signal)
      try end(workbench)
    } catch let error as Script.LineError {
      throw Failure(.data, "\(path): \(error)")
    } catch let error as FormatError {
      throw Failure(error)
    }
  }

  /// The times of the catalogue's networks: those that are shown instead of measuring, or else those remembered here.
  private func catalogueTimes(_ recorded: RecordedTimings?) -> [String: Milliseconds] {
    recorded?.catalogueMedians ?? CatalogueMeasuring.remembered().medians(running.conditions)
  }

  /// Ends with the status that the person has quit with, once all files are whole.
  private func end(_ workbench: Workbench) throws {
    workbench.finishWriting()
    guard workbench.lateFailures.isEmpty else {
      throw Failure(.inputOutput, workbench.lateFailures.joined(separator: "; "))
    }
    if let status = workbench.exitStatus, status != EXIT_SUCCESS { throw ExitCode(status) }
  }

  /// The explorer before anything is opened. Recorded timings are shown under the conditions that they were taken in.
  private func state(size: CellSize, _ recorded: RecordedTimings?, _ times: [String: Milliseconds]) -> State {
    State(
      size: size, conditions: recorded?.conditions ?? running.conditions, convention: counting.count,
      catalogueTimes: times)
  }
}
