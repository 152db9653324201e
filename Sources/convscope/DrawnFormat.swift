import ArgumentParser
import Canvas
import Reports
import Terminal

/// How a result is written that can be drawn as well.
enum DrawnFormat<Kind: Report>: Hashable, Sendable, ExpressibleByArgument {
  case report(ReportFormat)
  /// A picture in the letters of the locale.
  case plot
  case svg

  init?(argument: String) {
    switch argument {
    case "plot": self = .plot
    case "svg": self = .svg
    default:
      guard let format = FormatOf<Kind>(argument: argument) else { return nil }
      self = .report(format.form)
    }
  }

  static var allValueStrings: [String] { FormatOf<Kind>.allValueStrings + ["plot", "svg"] }

  var defaultValueDescription: String {
    switch self {
    case .report(let format): format.rawValue
    case .plot: "plot"
    case .svg: "svg"
    }
  }

  var isPicture: Bool { self == .plot || self == .svg }
}

/// How such a result is written.
struct DrawnFormatOptions<Kind: Report>: ParsableArguments {
  @Option(help: "How the result is written; plot and svg draw it.")
  var format = DrawnFormat<Kind>.report(.table)

  @Option(help: ArgumentHelp("The size of a picture in cells. (default: 100x32)", valueName: "COLUMNSxROWS"))
  var size: String?

  @OptionGroup var theme: ThemeOption

  func validate() throws {
    guard !format.isPicture else { return }
    try refuse(
      names(given: ["--size": size != nil, "--theme": theme.theme != nil]),
      "is for pictures: it goes with --format plot or svg")
  }

  private var cells: CellSize {
    get throws(Failure) { try CellSize(option: size ?? "100x32") }
  }

  /// Refuses a picture that has no room, before anything is measured for it.
  func check(picture least: CellSize) throws(Failure) {
    guard format.isPicture else { return }
    try cells.check(holds: least, for: "picture")
    _ = try theme.forFile()
  }

  /// Writes the report, or the picture of it.
  func write(_ report: Kind, drawnBy draw: (inout Canvas) throws -> Void) throws {
    if case .report(let format) = format { return try Output.write(report, as: format) }
    var canvas = Canvas(size: try cells)
    try draw(&canvas)
    try Output.write(
      format == .svg ? canvas.svg(theme: try theme.forFile()) : canvas.drawn(with: CharacterLocale.glyphs).plainText)
  }
}

extension CellSize {
  /// The size that an option names.
  init(option text: String, such example: String = "100x32") throws(Failure) {
    guard let size = CellSize(parsing: text) else {
      throw Failure(.usage, "--size is '\(text)', expected COLUMNSxROWS such as \(example)")
    }
    self = size
  }

  /// Refuses a size in which a picture cannot be read.
  func check(holds least: CellSize, for picture: String) throws(Failure) {
    if !holds(least) {
      throw Failure(
        .usage, "--size is \(columns)x\(rows): the \(picture) needs \(least.columns)x\(least.rows)")
    }
  }
}
