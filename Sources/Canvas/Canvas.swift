/// A number of columns and rows of character cells.
public struct CellSize: Hashable, Sendable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// One character with its style. A character that is two columns wide is followed by a cell that holds nil.
public struct Cell: Hashable, Sendable {
  public var character: Character?
  public var style: Style

  public init(_ character: Character? = " ", style: Style = .plain) {
    self.character = character
    self.style = style
  }
}
