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
  /// The text of the lesson; nil where there is none.
  var lesson: Rect?

  /// The smallest terminal that has room for a picture of this size between header, message and footer: `60×19`.
  static func size(around picture: CellSize) -> String {
    let low = picture.rows + 3
    return "\(picture.columns)×\(low < highFrom ? low : low + 1)"
  }

  /// Rows from which on the header has two of them.
  private static let highFrom = 16

  /// Nil if the terminal is too small.
  init?(_ state: State, size: CellSize) {
    guard size.holds(Layout.least) else { return nil }
    let hasDifference = state.network?.baseline != nil && size.rows >= 10
    let headerRows = (size.rows >= Layout.highFrom ? 2 : 1) + (hasDifference ? 1 : 0)
    let messageRows = size.rows >= 8 ? 1 : 0
    let bodyRows = size.rows - headerRows - messageRows - 1
    header = Rect(row: 0, column: 0, rows: headerRows, columns: size.columns)
    footer = Rect(row: size.rows - 1, column: 0, rows: 1, columns: size.columns)
    message = messageRows == 0 ? nil : Rect(row: size.rows - 2, column: 0, rows: 1, columns: size.columns)
    hasTitles = bodyRows >= 6
    var body = Rect(row: headerRows, column: 0, rows: bodyRows, columns: size.columns)
    if let text = state.lesson, !text.isHidden {
      lesson = Layout.makeRoom(for: text, of: state, in: &body, size)
    }
    if let network = state.network, network.picture == nil {
      if body.columns >= 130 {
        let width = min(64, body.columns * 2 / 5)
        detail = Rect(
          row: body.row, column: body.column + body.columns - width, rows: body.rows, columns: width)
        body.columns -= width + 1
      } else if size.rows >= 34 {
        let rows = min(18, body.rows / 2)
        detail = Rect(row: body.row + body.rows - rows, column: body.column, rows: rows, columns: body.columns)
        body.rows -= rows
      } else if network.focus == .detail {
        let rows = body.rows >= 14 ? body.rows - 6 : body.rows
        detail = Rect(row: body.row + body.rows - rows, column: body.column, rows: rows, columns: body.columns)
        body.rows -= rows
      }
    }
    table = body
  }

  /// Takes the part for the lesson's text from what there is for the view; a single row where there is not enough.
  private static func makeRoom(
    for lesson: Lesson, of state: State, in body: inout Rect, _ size: CellSize
  ) -> Rect {
    let least = LessonPane.least
    var text = body
    if size.columns < least.columns || size.rows < least.rows {
      text.rows = min(1, body.rows)
    } else if size.columns >= LessonPane.wide || lesson.step.view.isNarrow {
      text.columns = max(least.columns / 2, min(60, size.columns * 2 / 5))
      body.column += text.columns
      body.columns -= text.columns
      return text
    } else {
      let needed = LessonPane.lines(
        lesson, of: state, fitting: CellSize(columns: size.columns - 1, rows: body.rows / 2))
      text.rows = needed.count + 1
    }
    body.row += text.rows
    body.rows = max(0, body.rows - text.rows)
    return text
  }

  /// True if the detail stands beside the table, and not below it.
  var isDetailBeside: Bool { detail.map { $0.column > table.column } ?? false }
  /// How many rows of the table can be seen.
  var visibleRows: Int { max(0, table.rows - (hasTitles ? 1 : 0)) }
  /// The first of them.
  var firstRow: Int { table.row + (hasTitles ? 1 : 0) }
}
