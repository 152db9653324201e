/// One character with its style. A character that is two columns wide is followed by a cell that holds nil.
public struct Cell: Hashable, Sendable {
  public var character: Character?
  public var style: Style

  public init(_ character: Character? = " ", style: Style = .plain) {
    self.character = character
    self.style = style
  }
}

/// A screenful of cells, and what a view draws on.
///
/// Everything is clipped: drawing outside is allowed and leaves no trace. `inside` narrows the canvas to a part of
/// itself, so that a view draws in its own coordinates and cannot reach beyond them.
public struct Canvas: Hashable, Sendable {
  /// The size of the whole screen.
  public let screen: CellSize
  /// The cells of the whole screen, row by row.
  public private(set) var cells: [Cell]
  /// Where the terminal's cursor stands, in the coordinates of the whole screen; nil hides it.
  public internal(set) var cursor: CellPosition?
  /// The part of the screen that is drawn on at present.
  private var area: Rect

  public init(size: CellSize) {
    screen = CellSize(columns: max(size.columns, 0), rows: max(size.rows, 0))
    cells = Array(repeating: Cell(), count: screen.columns * screen.rows)
    area = Rect(screen)
  }

  /// The size of the part that is drawn on: the whole screen, but within `inside`.
  public var size: CellSize { area.size }

  /// Lets `draw` see only the given part, whose upper left becomes row 0, column 0.
  ///
  /// A part that reaches over the border is cut off there, and its `size` says so.
  public mutating func inside(_ part: Rect, draw: (inout Canvas) -> Void) {
    let outer = area
    let moved = Rect(
      row: outer.row + part.row, column: outer.column + part.column, rows: part.rows, columns: part.columns)
    area = moved.intersection(outer)
    draw(&self)
    area = outer
  }

  /// Puts the terminal's cursor on a cell; outside the canvas it stays where it is.
  public mutating func placeCursor(row: Int, column: Int) {
    guard Rect(size).contains(row: row, column: column) else { return }
    cursor = CellPosition(row: area.row + row, column: area.column + column)
  }

  /// A row of the whole screen.
  public func row(_ row: Int) -> ArraySlice<Cell> {
    cells[row * screen.columns..<(row + 1) * screen.columns]
  }

  /// The cell at a place of the part that is drawn on, nil outside it.
  public subscript(row row: Int, column column: Int) -> Cell? {
    index(row: row, column: column).map { cells[$0] }
  }

  /// Changes the style of the cells of a part and leaves their characters.
  public mutating func restyle(_ part: Rect, _ change: (inout Style) -> Void) {
    let visible = part.intersection(Rect(size))
    for row in visible.row..<visible.row + visible.rows {
      for column in visible.column..<visible.column + visible.columns {
        guard let index = index(row: row, column: column) else { continue }
        change(&cells[index].style)
      }
    }
  }

  /// Writes one character of the given width, whole or not at all, and blanks the remains of wide ones below it.
  mutating func write(_ character: Character, width: Int, row: Int, column: Int, style: Style) {
    guard let first = index(row: row, column: column), index(row: row, column: column + width - 1) != nil else {
      return
    }
    blankHalf(at: first)
    blankHalf(at: first + width)
    cells[first] = Cell(character, style: style)
    for trailing in 1..<max(width, 1) { cells[first + trailing] = Cell(nil, style: style) }
  }

  /// The same canvas with other cells, one for one.
  func mapCells(_ transform: (Cell) -> Cell) -> Canvas {
    var result = self
    result.cells = cells.map(transform)
    return result
  }

  /// Where a wide character is about to be cut between `index - 1` and `index`, both halves become blanks.
  private mutating func blankHalf(at index: Int) {
    guard index < cells.count, cells[index].character == nil else { return }
    cells[index].character = " "
    if index > 0 { cells[index - 1].character = " " }
  }

  private func index(row: Int, column: Int) -> Int? {
    guard Rect(size).contains(row: row, column: column) else { return nil }
    return (area.row + row) * screen.columns + area.column + column
  }
}
