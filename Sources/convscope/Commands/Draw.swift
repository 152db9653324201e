import Architectures
import ArgumentParser
import Canvas
import Explorer
import Measurement
import Reports
import Terminal

/// `convscope draw MODEL`
struct Draw: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ansi, svg }

  static let configuration = CommandConfiguration(
    abstract: "Print a picture of a network or block.",
    discussion: "What needs timings measures them, unless a file of timings is given.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Flag(help: "Which picture.")
  var picture: Picture

  @Option(help: "What the widths of the icicle are. (default: time with --timings, else mult-adds)")
  var by: IcicleMeasure?

  @Option(help: ArgumentHelp("The size of the picture in cells.", valueName: "COLUMNSxROWS"))
  var size = "100x32"

  @Option(help: "How the picture is written.")
  var format = Format.text

  @Option(
    help: ArgumentHelp("Draw these timings, written by 'bench --format json'.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var timings: String?

  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var limit: LimitOptions

  func run() throws {
    guard let size = CellSize(parsing: size) else {
      throw Failure(.usage, "--size is '\(size)', expected COLUMNSxROWS such as 100x32")
    }
    var printed = PrintedPicture(picture, of: try options.spec(of: model), running.conditions)
    printed.convention = counting.count
    printed.widths = by
    if let timings {
      let report = try InputFile.timings(of: timings)
      printed.timings = report.timings
      printed.machine = report.machine
    } else if needsTimings {
      let network = try Catalogue.network(printed.spec.whole)
      printed.timings = try limit.measure([network], running.conditions).timings.first
      printed.machine = MachineFacts.measured()
    }
    let canvas: Canvas
    do { canvas = try printed.draw(size: size) } catch { throw Failure(error) }
    try Output.write(canvas.drawn(with: format == .text ? CharacterLocale.glyphs : .unicode).text(as: format))
  }

  private var needsTimings: Bool {
    switch picture {
    case .icicle: by == .time
    case .roofline, .timeline: true
    }
  }
}

extension Canvas {
  fileprivate func text(as format: Draw.Format) -> String {
    switch format {
    case .text: plainText
    case .ansi: ansi(depth: .indexed256)
    case .svg: svg
    }
  }
}

extension Picture: EnumerableFlag {
  public static func help(for picture: Picture) -> ArgumentHelp? {
    switch picture {
    case .icicle: "Widths are costs, depth goes downwards."
    case .roofline: "What every step reaches, under what this machine can do."
    case .timeline: "One pass: what every thread is at, and the memory that is alive."
    }
  }
}

extension IcicleMeasure: ExpressibleByArgument {}
