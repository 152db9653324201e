import Architectures
import Canvas
import Engine
import Explorer
import Formats
import Measurement
import NetworkGraph

/// The explorer at work, without a screen: owns the state, lets events happen to it, and carries out what it asks for.
///
/// Everything but the mailbox belongs to one thread. A terminal, a script or a test puts events in and looks at the
/// screen; workers leave theirs in the mailbox.
public final class Workbench {
  /// What only the owner of a terminal can do.
  public enum TerminalRequest: Hashable, Sendable { case suspend, redraw }

  public private(set) var state: State
  /// The status to end with, once the person has quit.
  public private(set) var exitStatus: Int32?
  /// Why files could not be written that were not whole yet when the person quit.
  public private(set) var lateFailures: [String] = []
  /// True if something has happened since the screen was last drawn.
  public private(set) var needsDrawing = true

  /// The colours in which the screen is kept as SVG or ANSI.
  public var theme: Theme

  private let mailbox: Mailbox
  private let measurer: any Measurer
  private let glyphs: GlyphSet
  private let lessonFile: UserFile<LessonProgress>?
  /// Threads that write files.
  private var writers: [WorkerThread] = []
  private var terminalRequests: [TerminalRequest] = []
  private var pace = ReportPace()
  /// A report of a measurement that goes on, until it is due.
  private var heldReport: Event?

  /// - Parameter lessonFile: where it is kept how far somebody has come in the lesson; nil keeps nothing.
  public init(
    state: State, timings: TimingSource, glyphs: GlyphSet, mailbox: Mailbox, theme: Theme = .neutral,
    lessonFile: UserFile<LessonProgress>? = nil
  ) {
    self.theme = theme
    self.lessonFile = lessonFile
    self.state = state
    self.mailbox = mailbox
    self.glyphs = glyphs
    measurer = timings.measurer(mailbox)
  }

  /// Lets an event happen, with everything that follows from it.
  public func handle(_ event: Event) {
    var pending = [event]
    while !pending.isEmpty, exitStatus == nil {
      for effect in update(&state, pending.removeFirst()) {
        if let result = carryOut(effect) { pending.append(result) }
      }
    }
    needsDrawing = true
  }

  /// Lets happen what the workers have left in the mailbox, but for reports that are not due yet.
  public func handleMail() {
    for event in mailbox.take() {
      if exitStatus != nil {
        if case .notWritten(let reason) = event { lateFailures.append(reason) }
      } else if event.isPassing {
        heldReport = event
      } else {
        takeReport()
        handle(event)
      }
    }
    if pace.remaining() == .zero { takeReport() }
  }

  private func takeReport() {
    guard let report = heldReport, exitStatus == nil else { return }
    heldReport = nil
    pace.begin()
    handle(report)
  }

  /// After how many milliseconds the mail is to be looked after again; nil if nothing is held. To be asked once the
  /// screen has been drawn.
  public func millisecondsUntilReport() -> Int32? {
    pace.end()
    return heldReport.map { _ in Int32((pace.remaining() / .milliseconds(1)).rounded(.up)) }
  }

  /// Waits until the files that are being written are whole, and lets happen what comes of it.
  public func finishWriting() {
    for writer in writers { writer.join() }
    writers = []
    handleMail()
  }

  /// The screen as it is now.
  public func draw() -> Canvas {
    needsDrawing = false
    return screen
  }

  /// What the terminal is asked for since this was last called.
  public func takeTerminalRequests() -> [TerminalRequest] {
    defer { terminalRequests = [] }
    return terminalRequests
  }

  /// Writes the screen to a file in the format that its ending names: `.svg`, `.ansi` (`.16.ansi` and `.8.ansi` with so
  /// many colours), else text. Whatever the file holds is replaced.
  func saveDisplay(to path: String) throws(FormatError) {
    try OutputFile.write(screen.text(forEndingOf: path, theme), to: path)
  }

  /// Writes the screen to the end of a file, in the format that its ending names.
  func appendDisplay(to path: String) throws(FormatError) {
    try OutputFile.append(screen.text(forEndingOf: path, theme), to: path)
  }

  /// Why no further timings will come although the state waits for some; nil if they will.
  var reasonForNoTimings: String? { measurer.reasonForNoTimings }

  private var screen: Canvas { Explorer.draw(state, size: state.size).drawn(with: glyphs) }

  /// - Returns: what came of it, where that is known at once.
  private func carryOut(_ effect: Effect) -> Event? {
    switch effect {
    case .measure(let spec, let conditions): return start(.one(spec), conditions)
    case .measurePair(let a, let b, let conditions): return start(.pair(a, b), conditions)
    case .sweep(let specs, let conditions, let range):
      measurer.sweep(
        SweepRun(specs: specs, conditions: conditions, range: range, convention: state.convention), mailbox)
    case .findDeviation(let spec, let conditions): measurer.findDeviation(spec, conditions, mailbox)
    case .pause: measurer.pause()
    case .resume: measurer.resume()
    case .stop: measurer.stop()
    case .exportNetwork(let spec, let convention, let timings, let format, let path):
      return wrote {
        try Export.write(.network(spec, convention, timings), as: format, to: path)
      }
    case .exportModel(let spec, let path):
      // A large network's weights take their time, while the explorer goes on.
      let writer = WorkerThread { [mailbox] in
        do { mailbox.post(.done("wrote \(try Export.writeModel(spec, to: path))")) } catch {
          mailbox.post(.notWritten("\(error)"))
        }
      }
      guard let writer else { return .failed("the system gives no thread to write on") }
      writers.append(writer)
    case .exportCatalogue(let convention, let format, let path):
      return wrote { try Export.write(.catalogue(convention), as: format, to: path) }
    case .exportComparison(let a, let b, let convention, let timings, let format, let path):
      return wrote { try Export.write(.comparison(a, b, convention, timings), as: format, to: path) }
    case .exportSweep(let points, let range, let convention, let format, let path):
      return wrote { try Export.write(.sweep(points, range, convention), as: format, to: path) }
    case .openFile(let spec):
      do {
        try NetworkFile.open(spec.entry)
        return .open(spec)
      } catch { return .failed("\(error)") }
    case .saveDisplay(let path): return wrote { try OutputFile.writeNew(path, saveDisplay) }
    case .saveHelp(let path):
      return wrote {
        try OutputFile.writeNew(path) {
          try OutputFile.write(drawHelp().drawn(with: glyphs).text(forEndingOf: $0, theme), to: $0)
        }
      }
    case .recallLesson:
      return .openLesson((try? lessonFile?.read()) ?? LessonProgress())
    case .rememberLesson(let progress):
      do throws(UnusableFile) { try lessonFile?.write(progress) } catch { return .failed(error.description) }
    case .suspend: terminalRequests.append(.suspend)
    case .redraw: terminalRequests.append(.redraw)
    case .quit(let status):
      measurer.stop()
      exitStatus = status
    }
    return nil
  }

  private func start(_ subject: MeasurementSubject, _ conditions: Conditions) -> Event? {
    do {
      try measurer.start(subject, conditions)
      return nil
    } catch { return subject.failure(conditions, "\(error)") }
  }

  private func wrote(_ work: () throws -> String) -> Event {
    do { return .done("wrote \(try work())") } catch { return .failed("\(error)") }
  }
}

extension Canvas {
  fileprivate func text(forEndingOf path: String, _ theme: Theme) -> String {
    if path.hasSuffix(".svg") { return svg(theme: theme) }
    let depths: [(ending: String, depth: ColorDepth)] = [
      (".16.ansi", .sixteen), (".8.ansi", .eight), (".ansi", .indexed256),
    ]
    guard let depth = depths.first(where: { path.hasSuffix($0.ending) })?.depth else { return plainText }
    return ansi(depth: depth, theme: theme)
  }
}
