import Canvas

/// A piece of text for a role.
struct Span: Hashable, Sendable {
  var text: String
  var role: Role

  init(_ text: String, _ role: Role = .text) {
    self.text = text
    self.role = role
  }
}

/// What sorting compares.
enum SortKey: Comparable, Sendable {
  case text(String)
  case number(Double)
  /// Nothing there: stands last whichever way the rows are ordered.
  case nothing

  /// True if this key comes before the other.
  func precedes(_ other: SortKey, descending: Bool) -> Bool {
    switch (self, other) {
    case (.number(let a), .number(let b)): descending ? a > b : a < b
    case (.nothing, _): false
    case (_, .nothing): true
    default: descending ? self > other : self < other
    }
  }
}

/// A column of a table of a certain subject: what stands in it, how wide it is, and when it gives way.
struct Column<Subject: Sendable, ID: Hashable & Sendable>: Sendable {
  enum Width: Hashable, Sendable {
    case fixed(Int)
    /// Takes what the others leave, at least so much. One column of a table is of this kind.
    case rest(least: Int)
    /// Between these widths, after the columns of fixed width have theirs.
    case range(Int, Int)
  }

  /// How `s` and typed commands call it.
  var name: String
  var title: @Sendable (Subject) -> String
  var width: Width
  var alignsRight = false
  /// Columns with a greater number give way first; 0 never does.
  var dropOrder: Int
  /// Nil where the rows cannot be ordered by it.
  var key: (@Sendable (Subject, ID) -> SortKey)?
  /// The column that a click on its title orders the rows by, where it is not itself.
  var sortedBy: String?
  /// True where the largest comes first when one starts to sort by it.
  var startsDescending = true
  /// The text in so many columns.
  var cell: @Sendable (Subject, TableRow<ID>, Int) -> [Span]
}

/// Where the columns of a table stand in a certain width.
struct ColumnLayout: Hashable, Sendable {
  struct Place: Hashable, Sendable {
    /// The index in the table's list of columns.
    var column: Int
    var start: Int
    var width: Int
  }

  var places: [Place]

  /// Drops columns in their order until the rest fits, then shares out what is left.
  init<Subject: Sendable, ID: Hashable & Sendable>(_ columns: [Column<Subject, ID>], width: Int) {
    func least(_ column: Column<Subject, ID>) -> Int {
      switch column.width {
      case .fixed(let width), .rest(let width), .range(let width, _): width
      }
    }
    var kept = Array(columns.indices)
    func needed() -> Int { kept.reduce(0) { $0 + least(columns[$1]) + 1 } - 1 }
    while needed() > width, let last = kept.max(by: { columns[$0].dropOrder < columns[$1].dropOrder }),
      columns[last].dropOrder > 0
    {
      kept.removeAll { $0 == last }
    }
    var spare = max(0, width - needed())
    var widths: [Int: Int] = [:]
    for index in kept {
      widths[index] = least(columns[index])
      if case .range(let low, let high) = columns[index].width {
        let more = min(spare / 2, high - low)
        widths[index] = low + more
        spare -= more
      }
    }
    for index in kept {
      if case .rest(let low) = columns[index].width { widths[index] = low + spare }
    }
    places = []
    var start = 0
    for index in kept {
      let room = max(0, min(widths[index] ?? 0, width - start))
      places.append(Place(column: index, start: start, width: room))
      start += room + 1
    }
  }
}
