extension Canvas {
  /// Writes text from a column to the right and returns how many columns it took.
  ///
  /// - Parameter limit: the columns it may take, by default all up to the border. What does not fit is cut and ends
  ///   in `…`.
  @discardableResult
  public mutating func put(
    _ text: String, row: Int, column: Int, limit: Int? = nil, style: Style = .plain
  ) -> Int {
    let room = size.columns - column
    var next = column
    for character in text.truncated(to: min(limit ?? room, room)) {
      let width = character.displayWidth
      guard width > 0 else { continue }
      write(character.printable, width: width, row: row, column: next, style: style)
      next += width
    }
    return next - column
  }

  /// Writes text whose last column is the one before `end`, and returns how many columns it took.
  ///
  /// - Parameter limit: the columns it may take, by default all from column 0.
  @discardableResult
  public mutating func put(
    _ text: String, row: Int, endingBefore end: Int, limit: Int? = nil, style: Style = .plain
  ) -> Int {
    let fitting = text.truncated(to: min(limit ?? end, end))
    return put(fitting, row: row, column: end - fitting.displayWidth, style: style)
  }

  /// Fills a part with one character of one column.
  public mutating func fill(_ part: Rect, with character: Character = " ", style: Style = .plain) {
    let visible = part.intersection(Rect(size))
    for row in visible.row..<visible.row + visible.rows {
      for column in visible.column..<visible.column + visible.columns {
        write(character, width: 1, row: row, column: column, style: style)
      }
    }
  }

  /// Draws a row as selected, whatever stands in it.
  public mutating func select(row: Int) {
    restyle(Rect(row: row, column: 0, rows: 1, columns: size.columns)) { $0.isSelected = true }
  }

  /// A line to the right of a cell.
  public mutating func horizontalLine(row: Int, column: Int, columns: Int, style: Style = Style(.dim)) {
    fill(Rect(row: row, column: column, rows: 1, columns: columns), with: "─", style: style)
  }

  /// A line down from a cell.
  public mutating func verticalLine(row: Int, column: Int, rows: Int, style: Style = Style(.dim)) {
    fill(Rect(row: row, column: column, rows: rows, columns: 1), with: "│", style: style)
  }

  /// A frame along the border of a part, and a title in its upper edge.
  public mutating func box(_ part: Rect, title: String = "", style: Style = Style(.dim)) {
    guard part.rows >= 2, part.columns >= 2 else { return }
    let right = part.column + part.columns - 1
    let bottom = part.row + part.rows - 1
    for row in [part.row, bottom] {
      horizontalLine(row: row, column: part.column + 1, columns: part.columns - 2, style: style)
    }
    for column in [part.column, right] {
      verticalLine(row: part.row + 1, column: column, rows: part.rows - 2, style: style)
    }
    write("┌", width: 1, row: part.row, column: part.column, style: style)
    write("┐", width: 1, row: part.row, column: right, style: style)
    write("└", width: 1, row: bottom, column: part.column, style: style)
    write("┘", width: 1, row: bottom, column: right, style: style)
    guard !title.isEmpty else { return }
    put(" \(title) ", row: part.row, column: part.column + 2, limit: part.columns - 4, style: Style(.title))
  }
}
