import Architectures
import ArgumentParser
import Canvas
import Explorer
import Formats
import Measurement
import Reports
import Terminal

/// `convscope draw MODEL`
struct Draw: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ansi, svg }

  enum Kind: EnumerableFlag {
    case diagram, icicle, roofline, timeline

    static func help(for kind: Kind) -> ArgumentHelp? {
      switch kind {
      case .diagram: "The dataflow, the default."
      case .icicle: "Widths are costs, depth goes downwards."
      case .roofline: "What every step reaches, under what this machine can do."
      case .timeline: "One pass: what every thread is at, and the memory that is alive."
      }
    }

    var picture: Picture {
      switch self {
      case .diagram: .diagram
      case .icicle: .icicle
      case .roofline: .roofline
      case .timeline: .timeline
      }
    }
  }

  static let configuration = CommandConfiguration(
    abstract: "Draw the dataflow of a network or block, or another picture of it.",
    discussion: "What needs timings measures them, unless a file of timings is given.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Flag(help: "Which picture.")
  var picture = Kind.diagram

  @Option(help: "How many levels of blocks are open in a diagram. (default: 1)")
  var depth: Int?

  @Flag(help: "Draw with the characters of ASCII alone.")
  var ascii = false

  @Option(
    name: [.short, .long], help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: "What the widths of the icicle are. (default: time with --timings, else mult-adds)")
  var by: IcicleMeasure?

  @Option(
    help: ArgumentHelp(
      "The size of the picture in cells; a diagram has the rows that it needs. (default: 100x32, for a diagram all that it needs)",
      valueName: "COLUMNSxROWS"))
  var size: String?

  @Option(help: "How the picture is written.")
  var format = Format.text

  @Option(
    help: ArgumentHelp("Draw these timings, written by 'bench --format json'.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var timings: String?

  @OptionGroup var theme: ThemeOption
  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var limit: LimitOptions

  func validate() throws {
    if let depth, depth < 1 { throw ValidationError("--depth is \(depth), expected at least 1") }
    if depth != nil, picture != .diagram { throw ValidationError("--depth is for diagrams: \(picture) has no levels") }
    if by != nil, picture != .icicle { throw ValidationError("--by is for --icicle: \(picture) has no widths") }
    if timings != nil {
      try refuse(running.given + limit.given, "is for measuring: --timings draws what was measured")
    } else if !needsTimings {
      try refuse(limit.given, "is for measuring: this picture needs no timings")
    }
    if picture == .diagram {
      try refuse(
        names(given: ["--batch": running.givenBatch != nil]), "is for other pictures: a diagram is of one image")
    }
  }

  func run() throws {
    let size = try cells()
    let theme = try theme.forFile()
    var printed = PrintedPicture(picture.picture, of: try options.spec(of: model), running.conditions)
    if picture != .diagram { try size.check(holds: picture.picture.least, for: "\(picture)") }
    printed.convention = counting.count
    printed.widths = by
    printed.levels = depth ?? 1
    let network = try Catalogue.network(printed.spec.whole)
    if let timings {
      let report = try RecordedTimings([timings]).report(of: printed.spec.whole, input: network.inputShape)
      printed.timings = report.timings
      printed.machine = report.machine
    } else if needsTimings {
      printed.timings = try limit.measure([network], running.conditions).timings.first
      printed.machine = MachineFacts.measured()
    }
    let canvas: Canvas
    do { canvas = try printed.draw(size: size) } catch { throw Failure(error) }
    let isPlain = ascii || (format == .text && output == nil && CharacterLocale.glyphs == .ascii)
    let text = canvas.drawn(with: isPlain ? .ascii : .unicode).text(as: format, theme)
    guard let output else { return try Output.write(text) }
    do throws(FormatError) { try OutputFile.write(text, to: output) } catch { throw Failure(error) }
  }

  private func cells() throws(Failure) -> CellSize {
    guard let size else {
      return picture == .diagram
        ? CellSize(columns: .max, rows: CellSize.greatestSide) : CellSize(columns: 100, rows: 32)
    }
    return try CellSize(option: size)
  }

  private var needsTimings: Bool {
    switch picture {
    case .diagram: false
    case .icicle: by == .time
    case .roofline, .timeline: true
    }
  }
}

extension Canvas {
  fileprivate func text(as format: Draw.Format, _ theme: Theme) -> String {
    switch format {
    case .text: plainText
    case .ansi: ansi(depth: .indexed256, theme: theme)
    case .svg: svg(theme: theme)
    }
  }
}

extension IcicleMeasure: ExpressibleByArgument {}
