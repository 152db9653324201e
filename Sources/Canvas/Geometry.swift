/// A number of columns and rows of character cells.
public struct CellSize: Hashable, Sendable {
  /// No screen is larger either way. A terminal can say 65535, for which no memory would do.
  public static let greatestSide = 1000

  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// True if there is room for something of another size.
  public func holds(_ other: CellSize) -> Bool { columns >= other.columns && rows >= other.rows }
}

/// A cell's place, counted from 0 at the upper left.
public struct CellPosition: Hashable, Sendable {
  public var row: Int
  public var column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// A rectangle of cells. Its sizes are never negative.
public struct Rect: Hashable, Sendable {
  public var row: Int
  public var column: Int
  public var rows: Int
  public var columns: Int

  public init(row: Int, column: Int, rows: Int, columns: Int) {
    self.row = row
    self.column = column
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
  }

  /// The whole of a canvas of this size.
  public init(_ size: CellSize) {
    self.init(row: 0, column: 0, rows: size.rows, columns: size.columns)
  }

  public var size: CellSize { CellSize(columns: columns, rows: rows) }
  public var isEmpty: Bool { rows == 0 || columns == 0 }

  public func contains(row: Int, column: Int) -> Bool {
    (self.row..<self.row + rows).contains(row) && (self.column..<self.column + columns).contains(column)
  }

  /// The cells that both have; empty where they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let top = max(row, other.row)
    let left = max(column, other.column)
    return Rect(
      row: top, column: left,
      rows: min(row + rows, other.row + other.rows) - top,
      columns: min(column + columns, other.column + other.columns) - left)
  }
}
