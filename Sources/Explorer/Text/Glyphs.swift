/// The signs that stand for something, in one place. Every one is a single column wide.
enum Glyphs {
  static let mark = "◆"
  /// Points of a scatter: the one under the cursor, and those that no other outdoes.
  static let selectedPoint = "●"
  static let frontPoint = "○"
  /// The edge of a cell that is too narrow to be told from its neighbours.
  static let narrow = "·"
  /// The cell of a picture that is under the cursor.
  static let pointer = "▸"
  static let changed = "~"
  static let moved = "⇅"
  static let added = "+"
  static let removed = "-"
  static let within = "→"
  /// Before an answer that is right, and one that is not.
  static let right = "✓"
  static let wrong = "✗"
  static let cut = "…"
  /// Behind the time of a block: a step of it also runs layers outside, or one outside runs layers of it.
  static let crosses = "*"
  /// Before a difference that is not larger than the spread.
  static let about = "≈"
  static let ascending = "▲"
  static let descending = "▼"

  static func disclosure<ID>(_ disclosure: TableRow<ID>.Disclosure) -> String {
    switch disclosure {
    case .none: " "
    case .closed: "▸"
    case .open: "▾"
    }
  }
}
