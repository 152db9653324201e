import Canvas
import Measurement
import NetworkGraph

/// One value of a table: written with units for people, exactly for programs.
public enum Entry: Hashable, Sendable {
  case text(String)
  /// A node of a tree: its name moved to the right by its depth where people read it, its whole path elsewhere.
  case node(path: String, name: String, depth: Int)
  /// Layers beside one: people read them as seen from the innermost block that holds them all.
  case layers([NodePath], beside: NodePath)
  /// Lengths of a shape or window: `3×224×224` for people, `3x224x224` for programs.
  case lengths([Int])
  /// A number of things, such as parameters: `25.56 M`.
  case count(Int)
  /// A plain whole number, such as a year.
  case integer(Int)
  case flag(Bool)
  case milliseconds(Double)
  case bytes(Int)
  /// A part of a whole: `12.3 %`.
  case share(Double)
  /// A number in the unit that the column's title names.
  case number(Double)
  /// How many more: `+128`, `±0`.
  case countDifference(Int)
  /// How much longer, in milliseconds: `+0.31 ms`.
  case timeDifference(Double)
  case none

  /// With units and a few significant digits.
  public var forPeople: String {
    switch self {
    case .text(let text): text
    case .node(_, let name, let depth): String(repeating: "  ", count: depth) + name
    case .layers(let paths, let owner): paths.seen(from: owner).map(\.dotted).joined(separator: " ")
    case .lengths(let lengths): lengths.map(String.init).joined(separator: "×")
    case .count(let value): Figures.count(value)
    case .integer(let value): String(value)
    case .flag(let value): value ? "yes" : "no"
    case .milliseconds(let value): Figures.time(value)
    case .bytes(let value): Figures.bytes(value)
    case .share(let value): Figures.percent(value)
    case .number(let value): Figures.significant(value, digits: 4)
    case .countDifference(let value): Figures.countDifference(value)
    case .timeDifference(let value): Figures.timeDifference(value)
    case .none: ""
    }
  }

  /// Every digit, without units.
  public var exact: String {
    switch self {
    case .text(let text): text
    case .node(let path, _, _): path
    case .layers(let paths, _): paths.map(\.dotted).joined(separator: " ")
    case .lengths(let lengths): lengths.map(String.init).joined(separator: "x")
    case .count(let value), .integer(let value), .bytes(let value), .countDifference(let value): String(value)
    case .flag(let value): String(value)
    case .milliseconds(let value), .number(let value), .share(let value), .timeDifference(let value): "\(value)"
    case .none: ""
    }
  }

  /// As for people, but with the whole path of a node, since Markdown swallows leading blanks.
  var forMarkdown: String {
    if case .node(let path, let name, _) = self { path.isEmpty ? name : path } else { forPeople }
  }
}

extension [NodePath] {
  /// Seen from the innermost block that holds them and their owner, and in which none has a mere number for a name.
  fileprivate func seen(from owner: NodePath) -> [NodePath] {
    var block = owner.enclosing
    func isClear(_ path: NodePath) -> Bool {
      path.isInside(block) && path.relative(to: block).dotted.first?.isNumber == false
    }
    while !block.isRoot, !allSatisfy(isClear) { block = block.enclosing }
    return map { $0.relative(to: block) }
  }
}

/// Columns and rows of a report.
public struct ReportTable: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    public enum Alignment: Hashable, Sendable { case left, right }

    /// The name that programs know the column by, where it can also be found in the JSON.
    public var key: String
    /// The name for people.
    public var title: String
    public var alignment: Alignment

    public init(_ key: String, _ title: String, _ alignment: Alignment = .left) {
      self.key = key
      self.title = title
      self.alignment = alignment
    }
  }

  public var columns: [Column]
  /// As many entries each as there are columns.
  public var rows: [[Entry]]

  public init(columns: [Column], rows: [[Entry]]) {
    self.columns = columns
    self.rows = rows
  }

  /// A line for the titles and one for each row; as wide as it needs to be.
  var aligned: [String] {
    let lines = [columns.map(\.title)] + rows.map { $0.map(\.forPeople) }
    let widths = columns.indices.map { column in lines.map { $0[column].displayWidth }.max() ?? 0 }
    return lines.map { line in
      var text = ""
      for (index, entry) in line.enumerated() {
        if index > 0 { text += "  " }
        let isLeft = columns[index].alignment == .left
        text += isLeft ? entry.padded(to: widths[index]) : entry.rightAligned(in: widths[index])
      }
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// A header of the keys and one record for each row, with CR LF behind each (RFC 4180).
  var csv: String {
    ([columns.map(\.key)] + rows.map { $0.map(\.exact) })
      .map { $0.map(csvField).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A pipe table.
  var markdown: [String] {
    func line(_ entries: [String]) -> String { "| " + entries.joined(separator: " | ") + " |" }
    return [
      line(columns.map { markdownEscaped($0.title) }),
      line(columns.map { $0.alignment == .left ? "---" : "---:" }),
    ] + rows.map { line($0.map { markdownEscaped($0.forMarkdown) }) }
  }
}

/// In quotes where it holds a separator, a quote or a line end.
private func csvField(_ text: String) -> String {
  guard text.utf8.contains(where: { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }) else { return text }
  let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }
  return "\"" + doubled.joined() + "\""
}

/// Without anything that Markdown would take for markup or for the end of a table's cell, whatever combines with it.
func markdownEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "|", "\\", "`", "*", "_", "<", "[", "]": result += "\\" + String(scalar)
    case _ where Character(scalar).isNewline: result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
