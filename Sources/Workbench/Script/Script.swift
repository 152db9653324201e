import Canvas

/// Keys to feed to the program without a terminal.
///
/// Each line holds words with blanks between them. A word is the name of a key (`Down`, `Enter`, `PgUp`, `C-d`), a
/// mouse action (`Click@10,5`), or text that is typed letter by letter (`jj`, `/conv3`). A word that is
/// written like a name but is none is an error. Text in double quotes is typed as it stands. A line that begins with a colon is typed as a command, followed by Enter, but for three of them:
///
///     :wait settled         waits until the timings have settled
///     :resize 40x10         gives the terminal another size
///     :save-display FILE    writes the cells to FILE: as text, or by the endings .ansi (.16.ansi and .8.ansi with so
///                           many colours) and .svg. What the script has written there before stays above
///
/// Empty lines and lines that begin with `#` are left out.
public struct Script: Sendable {
  public enum Step: Hashable, Sendable {
    case input(InputEvent)
    case waitSettled
    case saveDisplay(String)
  }

  /// The steps, each with the number of its line.
  public let steps: [(line: Int, step: Step)]

  /// True if it waits for timings, so that there must be some.
  public var waits: Bool { steps.contains { $0.step == .waitSettled } }

  /// A line that cannot be read, or whose step fails.
  public struct LineError: Error, CustomStringConvertible {
    public let line: Int
    public let reason: String
    public var description: String { "line \(line): \(reason)" }
  }

  public init(parsing text: String) throws(LineError) {
    var steps: [(line: Int, step: Step)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      do throws(Reason) {
        let parsed = first.hasPrefix(":") ? try Script.command(words) : try Script.keys(line)
        steps += parsed.map { (index + 1, $0) }
      } catch { throw LineError(line: index + 1, reason: error.text) }
    }
    self.steps = steps
  }

  private struct Reason: Error { let text: String }

  private static func command(_ words: [String]) throws(Reason) -> [Step] {
    switch (words[0], words.count) {
    case (":wait", 2) where words[1] == "settled": return [.waitSettled]
    case (":wait", _): throw Reason(text: "expected ':wait settled'")
    case (":resize", 2):
      guard let size = CellSize(parsing: words[1]) else { break }
      return [.input(.resize(size))]
    case (":save-display", 2): return [.saveDisplay(words[1])]
    case (":save-display", _): throw Reason(text: "expected ':save-display FILE'")
    case (":resize", _): break
    default: return typed(words.joined(separator: " ")) + [.input(.key(.enter))]
    }
    throw Reason(text: "expected ':resize COLUMNSxROWS'")
  }

  private static func keys(_ line: Substring) throws(Reason) -> [Step] {
    var steps: [Step] = []
    for (index, part) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if !index.isMultiple(of: 2) {
        steps += typed(String(part))
        continue
      }
      for word in part.split(whereSeparator: \.isWhitespace).map(String.init) {
        if let event = InputEvent(scriptWord: word) {
          steps.append(.input(event))
        } else if word.looksLikeName {
          throw Reason(text: "no key is called '\(word)' (text goes in quotes): \(InputEvent.scriptWords)")
        } else {
          steps += typed(word)
        }
      }
    }
    return steps
  }

  private static func typed(_ text: String) -> [Step] { text.map { .input(.key(.character($0))) } }
}

extension String {
  /// True if it is written like the name of a key: a capital, and then more than capitals.
  fileprivate var looksLikeName: Bool {
    (first?.isUppercase ?? false) && dropFirst().contains { !$0.isUppercase }
  }
}

extension CellSize {
  /// Reads `80x24`, with at least one column and one row and at most `greatestSide` of each.
  public init?(parsing text: String) {
    let lengths = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard lengths.count == 2, let columns = lengths[0], let rows = lengths[1],
      (1...Self.greatestSide).contains(columns),
      (1...Self.greatestSide).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }
}
