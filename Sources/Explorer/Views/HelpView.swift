import Canvas
import Diagrams
import Measurement

/// The help: every command with its keys, by groups, and the titles and signs on the screen. Those that do not apply
/// where it is asked for stand last.
enum HelpView {
  /// The columns that keys take.
  private static let keyWidth = 16

  /// - Parameters:
  ///   - place: where it is asked for; nil for all places alike.
  ///   - width: the columns that a line may take; what is longer goes on in the next.
  static func lines(matching query: String, in place: Place? = nil, width: Int) -> [[Span]] {
    let needle = Needle(query)
    var lines: [[Span]] = []
    func add(_ title: String, _ part: [[Span]]) {
      guard !part.isEmpty else { return }
      lines += (lines.isEmpty ? [] : [[]]) + [[Span(title, .header)]] + part
    }
    func explained(_ words: [(word: String, meaning: String)]) -> [[Span]] {
      words.filter { needle.isIn($0.word) || needle.isIn($0.meaning) }
        .flatMap { line(beside: $0.word, $0.meaning, width: width) }
    }
    let commands = Commands.all.filter { command in
      needle.isIn(command.name) || needle.isIn(command.help) || command.keys.contains { $0.label == query }
    }
    func applies(_ command: Command) -> Bool { place.map(command.places.contains) ?? true }
    for group in Command.Group.allCases {
      let here = commands.filter { $0.group == group && applies($0) }
      add(group.rawValue, here.flatMap { self.lines(of: $0, width: width) })
    }
    add("Titles", explained(titles))
    add("Signs", explained(signs))
    let elsewhere = commands.filter { !applies($0) }
    add("Not here, but on other screens", elsewhere.flatMap { self.lines(of: $0, .dim, width: width) })
    return lines
  }

  private static func lines(of command: Command, _ role: Role = .text, width: Int) -> [[Span]] {
    let keys = command.keys.map(\.label).joined(separator: " ")
    let name = ":" + command.name + (command.argument.map { " " + $0 } ?? "")
    var lines = line(beside: keys, command.help, role, width: width)
    let used = lines[lines.count - 1].reduce(0) { $0 + $1.text.displayWidth }
    if used + 2 + name.displayWidth <= width {
      lines[lines.count - 1].append(Span("  " + name, .dim))
    } else {
      lines += line(beside: "", name, .dim, width: width)
    }
    return lines
  }

  /// Text behind a key or a sign, folded.
  private static func line(beside key: String, _ text: String, _ role: Role = .text, width: Int) -> [[Span]] {
    let indent = keyWidth + 2
    return text.wrapped(to: max(1, width - indent)).enumerated().map { index, part in
      [Span("  " + (index == 0 ? key : "").padded(keyWidth), .key), Span(String(part), role)]
    }
  }

  private static let titles: [(word: String, meaning: String)] = [
    ("k/s", "behind a kind: kernel and stride, 7×7/2, and g32 for so many groups"),
    ("params", "learned values; the running statistics of batch norms are not among them"),
    ("madds", "mult-adds: multiply-adds, or what :count says is counted"),
    ("% time, % work", "of the block around it; of its work until there are times"),
    ("share", "bars: against the largest of the rows beside it"),
    ("BN fold", "batch norms whose factors go into the convolution before them, so that they cost nothing"),
    ("activ", "elements that pass an activation; among memory columns the bytes of all outputs"),
    ("peak", "bytes that are alive at once at the most"),
    ("traffic", "bytes read and written if every layer runs by itself"),
    ("FLOP/B", "arithmetic intensity: floating-point operations for each byte of traffic"),
    ("sees", "receptive field: so many pixels of the image, square, reach one value; all: the whole image"),
    ("step", "how far apart in the image what neighbouring values see lies"),
  ]

  private static let signs: [(word: String, meaning: String)] = [
    (Figures.none, "not measured yet"), (Glyphs.within + " path", "runs inside the step of that layer"),
    (Glyphs.crosses, "behind a block's time: a step crosses its border"),
    (Glyphs.about, "before a difference of times: not larger than the spread"),
    (Glyphs.mark, "marked with m"),
    (Glyphs.changed + " " + Glyphs.moved + " " + Glyphs.added, "changed, moved or added by the last edit"),
    (BlockDiagram.bracketGlyph, "in diagrams: the boxes beside it run as one step"),
    (Glyphs.frontPoint, "in the catalogue's plot: no network lies higher and further left"),
    ("!", "in the roofline: above what this machine can do, so its time or its roof is wrong"),
    ("'", "in the roofline: not bound by its roof, since it needs less work or memory than counted"),
  ]

  /// The columns of the box that it stands in.
  private static func boxColumns(in size: CellSize) -> Int { min(size.columns, 100) }

  /// The columns of its lines.
  static func width(in size: CellSize) -> Int { boxColumns(in: size) - 4 }

  /// How many lines are seen at once.
  static func visibleLines(of help: Help, in size: CellSize) -> Int {
    max(1, size.rows - (help.query == nil ? 2 : 3))
  }

  static func draw(_ help: Help, in place: Place?, on canvas: inout Canvas) {
    let width = width(in: canvas.size)
    let columns = boxColumns(in: canvas.size)
    let frame = Rect(row: 0, column: (canvas.size.columns - columns) / 2, rows: canvas.size.rows, columns: columns)
    canvas.fill(frame)
    let keys = help.query == nil ? "/ finds, e writes it, Esc closes" : "Esc ends the search"
    canvas.box(frame, title: "help: " + keys)
    let lines = lines(matching: help.query?.text ?? "", in: place, width: width)
    canvas.inside(Rect(row: 1, column: frame.column + 1, rows: frame.rows - 2, columns: frame.columns - 2)) { canvas in
      var first = 0
      if let query = help.query {
        let start = 1 + canvas.put("find: ", row: 0, column: 1, style: Style(.key))
        let line = query.visible(in: max(1, canvas.size.columns - start - 1))
        canvas.put(line.text, row: 0, column: start)
        canvas.placeCursor(row: 0, column: start + line.cursor)
        first = 1
      }
      if lines.isEmpty { canvas.put("nothing matches", row: first, column: 1, style: Style(.dim)) }
      for (offset, line) in lines.dropFirst(help.top).prefix(max(0, canvas.size.rows - first)).enumerated() {
        canvas.put(line, row: first + offset, column: 1, width: width)
      }
    }
  }

  /// The whole of it, without a box around it.
  static func page() -> Canvas {
    let width = 96
    let lines = lines(matching: "", width: width)
    var canvas = Canvas(size: CellSize(columns: width, rows: lines.count))
    for (row, line) in lines.enumerated() { canvas.put(line, row: row, column: 0, width: width) }
    return canvas
  }
}

extension String {
  /// With blanks behind it, to so many columns.
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - displayWidth)) }
}
