import Canvas
import Diagrams
import Measurement

/// The help: every command with its keys, by groups, and the signs on the screen. It can be searched by typing.
enum HelpView {
  /// The columns that keys take.
  private static let keyWidth = 16

  static func lines(matching query: String) -> [[Span]] {
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
      lines += commands.map(line)
    }
    let found = signs.filter { needle.isIn($0.sign) || needle.isIn($0.meaning) }
    if !found.isEmpty {
      if !lines.isEmpty { lines.append([]) }
      lines.append([Span("Signs", .header)])
      lines += found.map { [Span("  " + $0.sign.padded(keyWidth), .key), Span($0.meaning)] }
    }
    return lines
  }

  private static func line(_ command: Command) -> [Span] {
    let keys = command.keys.map(\.label).joined(separator: " ")
    let name = ":" + command.name + (command.argument.map { " " + $0 } ?? "")
    return [Span("  " + keys.padded(keyWidth), .key), Span(command.help), Span("  " + name, .dim)]
  }

  private static let signs: [(sign: String, meaning: String)] = [
    (Figures.none, "not measured yet"), (Glyphs.within + " path", "runs inside the step of that layer"),
    (Glyphs.crosses, "behind a block's time: a step crosses its border"),
    (Glyphs.about, "before a difference of times: not larger than the spread"),
    (Glyphs.mark, "marked with m"),
    (Glyphs.changed + " " + Glyphs.moved + " " + Glyphs.added, "changed, moved or added by the last toggle"),
    (BlockDiagram.bracketGlyph, "in diagrams: the boxes beside it run as one step"),
    (Glyphs.frontPoint, "in the catalogue's plot: no network lies higher and further left"),
    ("!", "in the roofline: above what this machine can do, so its time or its roof is wrong"),
    ("'", "in the roofline: not bound by its roof, since it needs less work or memory than counted"),
  ]

  /// How many lines are seen at once.
  static func visibleLines(in size: CellSize) -> Int { max(1, size.rows - 4) }

  static func draw(_ help: Help, on canvas: inout Canvas) {
    let area = Rect(CellSize(columns: min(canvas.size.columns, 100), rows: canvas.size.rows))
    let frame = Rect(
      row: 0, column: (canvas.size.columns - area.columns) / 2, rows: area.rows, columns: area.columns)
    canvas.fill(frame)
    canvas.box(frame, title: "help: type to find, e writes it, Esc closes")
    let lines = lines(matching: help.query.text)
    canvas.inside(Rect(row: 1, column: frame.column + 1, rows: frame.rows - 2, columns: frame.columns - 2)) { canvas in
      let start = canvas.put("find: ", row: 0, column: 1, style: Style(.key))
      canvas.put(help.query.text, row: 0, column: 1 + start)
      canvas.placeCursor(row: 0, column: 1 + start + help.query.cursor)
      if lines.isEmpty { canvas.put("no command matches", row: 1, column: 1, style: Style(.dim)) }
      for (offset, line) in lines.dropFirst(help.top).prefix(max(0, canvas.size.rows - 1)).enumerated() {
        canvas.put(line, row: offset + 1, column: 1, width: canvas.size.columns - 2)
      }
    }
  }
}

extension String {
  /// With blanks behind it, to so many columns.
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - displayWidth)) }
}
