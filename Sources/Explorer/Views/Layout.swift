import Canvas

/// Which part of the screen is for what, for a size and what is to be shown.
struct Layout: Hashable, Sendable {
  static let least = CellSize(columns: 20, rows: 5)

  var header: Rect
  /// The rows, under one row of titles where there is room for it.
  var table: Rect
  var hasTitles: Bool
  /// Explains the row under the cursor; nil where there is no room.
  var detail: Rect?
  /// One line about the row under the cursor, or the notice.
  var message: Rect?
  var footer: Rect

  /// Nil if the terminal is too small.
  init?(_ state: State, size: CellSize) {
    guard size.columns >= Layout.least.columns, size.rows >= Layout.least.rows else { return nil }
    let hasDifference = state.network?.baseline != nil && size.rows >= 10
    let headerRows = (size.rows >= 16 ? 2 : 1) + (hasDifference ? 1 : 0)
    let messageRows = size.rows >= 8 ? 1 : 0
    let bodyRows = size.rows - headerRows - messageRows - 1
    header = Rect(row: 0, column: 0, rows: headerRows, columns: size.columns)
    footer = Rect(row: size.rows - 1, column: 0, rows: 1, columns: size.columns)
    message = messageRows == 0 ? nil : Rect(row: size.rows - 2, column: 0, rows: 1, columns: size.columns)
    hasTitles = bodyRows >= 6
    var body = Rect(row: headerRows, column: 0, rows: bodyRows, columns: size.columns)
    if let network = state.network, network.picture == nil {
      if size.columns >= 130 {
        let width = min(64, size.columns * 2 / 5)
        detail = Rect(row: body.row, column: size.columns - width, rows: body.rows, columns: width)
        body.columns -= width + 1
      } else if size.rows >= 34 {
        let rows = min(18, bodyRows / 2)
        detail = Rect(row: body.row + body.rows - rows, column: 0, rows: rows, columns: size.columns)
        body.rows -= rows
      } else if network.focus == .detail {
        let rows = bodyRows >= 14 ? bodyRows - 6 : bodyRows
        detail = Rect(row: body.row + body.rows - rows, column: 0, rows: rows, columns: size.columns)
        body.rows -= rows
      }
    }
    table = body
  }

  /// How many rows of the table can be seen.
  var visibleRows: Int { max(0, table.rows - (hasTitles ? 1 : 0)) }
  /// The first of them.
  var firstRow: Int { table.row + (hasTitles ? 1 : 0) }
}
