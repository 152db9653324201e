extension Canvas {
  /// The screen as a picture (SVG 1.1) in a fixed-width font, on a dark background in the theme for one.
  public func svg(theme: Theme = .neutral) -> String {
    let sheet = Palette.sheet(of: theme)
    let cell = (width: 8, height: 17, baseline: 13)
    let margin = 8
    let width = screen.columns * cell.width + 2 * margin
    let height = screen.rows * cell.height + 2 * margin
    var body = ""
    for row in 0..<screen.rows {
      for run in runs(inRow: row, theme) where run.text.contains(where: { $0 != " " }) || run.attributes.marksBlanks {
        let x = margin + run.column * cell.width
        let y = margin + row * cell.height
        let length = run.columns * cell.width
        var (ink, paper) = (run.attributes.foreground.map(Palette.hex) ?? sheet.ink, sheet.paper)
        if run.attributes.isReversed {
          swap(&ink, &paper)
          body += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(length)\" height=\"\(cell.height)\" fill=\"\(paper)\"/>\n"
        }
        var style = "fill=\"\(ink)\""
        if run.attributes.isBold { style += " font-weight=\"bold\"" }
        if run.attributes.isDim { style += " opacity=\"\(Palette.dimOpacity)\"" }
        if run.attributes.isUnderlined { style += " text-decoration=\"underline\"" }
        body += "<text x=\"\(x)\" y=\"\(y + cell.baseline)\" textLength=\"\(length)\" \(style)>"
        body += "\(run.text.escapedForXML)</text>\n"
      }
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">
      <rect width="100%" height="100%" rx="6" fill="\(sheet.paper)"/>
      <g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13" xml:space="preserve">
      \(body)</g>
      </svg>

      """
  }

  /// Neighbouring cells that look the same.
  private struct Run {
    var column: Int
    var columns = 0
    var text = ""
    var attributes: Attributes
  }

  private func runs(inRow row: Int, _ theme: Theme) -> [Run] {
    var runs: [Run] = []
    for (column, cell) in self.row(row).enumerated() {
      let attributes = theme.attributes(cell.style, depth: .indexed256)
      if runs.last?.attributes != attributes { runs.append(Run(column: column, attributes: attributes)) }
      runs[runs.count - 1].columns += 1
      if let character = cell.character { runs[runs.count - 1].text.append(character) }
    }
    return runs
  }
}

/// The colours of xterm's palette.
enum Palette {
  /// What stands for a terminal's own foreground and background.
  static func sheet(of theme: Theme) -> (ink: String, paper: String) {
    theme == .dark ? ("#d0d7de", "#0d1117") : ("#24292f", "#ffffff")
  }

  /// Of what is dim: still 4.5 times as bright as its sheet, or as dark.
  static let dimOpacity = 0.7

  /// Red, green and blue of an index, each from 0 to 255.
  static func components(_ index: UInt8) -> [Int] {
    switch Int(index) {
    case 4: return [0, 0, 238]
    case 12: return [92, 92, 255]
    case let basic where basic < 16:
      let level = basic < 8 ? 205 : 255
      return (0..<3).map { basic >> $0 & 1 == 1 ? level : 0 }
    case let cube where cube < 232:
      return [36, 6, 1].map { (cube - 16) / $0 % 6 }.map { $0 == 0 ? 0 : 55 + 40 * $0 }
    case let gray:
      return Array(repeating: 8 + 10 * (gray - 232), count: 3)
    }
  }

  static func hex(_ index: UInt8) -> String {
    components(index).reduce("#") { $0 + ($1 < 16 ? "0" : "") + String($1, radix: 16) }
  }
}

extension String {
  /// This text as XML 1.0 allows it, which counts scalars: a mark that combines with `<` leaves that what it is.
  fileprivate var escapedForXML: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      // What may stand in no document, escaped or not.
      case "\0"..<"\t", "\u{B}"..."\u{C}", "\u{E}"..<" ", "\u{FFFE}"..."\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
