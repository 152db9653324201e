import Canvas
import Diagrams
import Measurement

/// The help: every command with its keys, by groups, and the signs on the screen. It can be searched by typing.
enum HelpView {
  /// The columns that keys take.
  private static let keyWidth = 16

  /// - Parameter width: the columns that a line may take; what is longer goes on in the next.
  static func lines(matching query: String, width: Int) -> [[Span]] {
    let needle = Needle(query)
    var lines: [[Span]] = []
    for group in Command.Group.allCases {
      let commands = Commands.all.filter { command in
        command.group == group
          && (needle.isIn(command.name) || needle.isIn(command.help) || command.keys.contains { $0.label == query })
      }
      guard !commands.isEmpty else { continue }
      if !lines.isEmpty { lines.append([]) }
      lines.append([Span(group.rawValue, .header)])
      for command in commands { lines += self.lines(of: command, width: width) }
    }
    let found = signs.filter { needle.isIn($0.sign) || needle.isIn($0.meaning) }
    if !found.isEmpty {
      if !lines.isEmpty { lines.append([]) }
      lines.append([Span("Signs", .header)])
      for sign in found { lines += line(beside: sign.sign, sign.meaning, width: width) }
    }
    return lines
  }

  private static func lines(of command: Command, width: Int) -> [[Span]] {
    let keys = command.keys.map(\.label).joined(separator: " ")
    let name = ":" + command.name + (command.argument.map { " " + $0 } ?? "")
    var lines = line(beside: keys, command.help, width: width)
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

  private static let signs: [(sign: String, meaning: String)] = [
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
  static func visibleLines(in size: CellSize) -> Int { max(1, size.rows - 4) }

  static func draw(_ help: Help, on canvas: inout Canvas) {
    let width = width(in: canvas.size)
    let columns = boxColumns(in: canvas.size)
    let frame = Rect(row: 0, column: (canvas.size.columns - columns) / 2, rows: canvas.size.rows, columns: columns)
    canvas.fill(frame)
    canvas.box(frame, title: "help: / finds, e writes it, Esc closes")
    let lines = lines(matching: help.query.text, width: width)
    canvas.inside(Rect(row: 1, column: frame.column + 1, rows: frame.rows - 2, columns: frame.columns - 2)) { canvas in
      let start = 1 + canvas.put("find: ", row: 0, column: 1, style: Style(.key))
      let query = help.query.visible(in: max(1, canvas.size.columns - start - 1))
      canvas.put(query.text, row: 0, column: start)
      canvas.placeCursor(row: 0, column: start + query.cursor)
      if lines.isEmpty { canvas.put("no command matches", row: 1, column: 1, style: Style(.dim)) }
      for (offset, line) in lines.dropFirst(help.top).prefix(max(0, canvas.size.rows - 1)).enumerated() {
        canvas.put(line, row: offset + 1, column: 1, width: width)
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
