import Canvas

extension TableScreen {
  /// Draws titles and rows into the whole of the canvas, and puts the terminal's cursor on the selected row.
  func drawTable(on canvas: inout Canvas, titles: Bool, hasFocus: Bool) {
    let layout = ColumnLayout(columns, width: canvas.size.columns)
    let firstRow = titles ? 1 : 0
    let height = max(0, canvas.size.rows - firstRow)
    if titles { drawTitles(on: &canvas, layout) }
    let top = table.visibleTop(height: height)
    for offset in 0..<height where table.rows.indices.contains(top + offset) {
      let row = table.rows[top + offset]
      for place in layout.places {
        let column = columns[place.column]
        canvas.put(
          column.cell(self, row, place.width), row: firstRow + offset, column: place.start, width: place.width,
          alignsRight: column.alignsRight)
      }
      guard top + offset == table.cursor else { continue }
      canvas.select(row: firstRow + offset)
      if hasFocus { canvas.placeCursor(row: firstRow + offset, column: 0) }
    }
    if table.rows.isEmpty {
      canvas.put("  nothing matches", row: firstRow, column: 0, style: Style(.dim))
    }
  }

  private func drawTitles(on canvas: inout Canvas, _ layout: ColumnLayout) {
    for place in layout.places {
      let column = columns[place.column]
      var (title, start, width) = (column.title(self), place.start, place.width)
      if let sorting = table.sorting, sorting.column == column.sortedBy ?? column.name {
        let sign = sorting.descending ? Glyphs.descending : Glyphs.ascending
        title = column.alignsRight ? sign + title.trimmed : title.trimmedEnd + sign
        // A title that fills its column leaves the sign the gap before it.
        if column.alignsRight, title.displayWidth > width { (start, width) = (start - 1, width + 1) }
      }
      canvas.put([Span(title, .header)], row: 0, column: start, width: width, alignsRight: column.alignsRight)
    }
    canvas.restyle(Rect(row: 0, column: 0, rows: 1, columns: canvas.size.columns)) { $0.role = .header }
  }

  /// The column whose title stands there.
  func column(at position: Int, width: Int) -> Int? {
    ColumnLayout(columns, width: width).places.first {
      ($0.start..<$0.start + $0.width).contains(position)
    }?.column
  }
}

extension Canvas {
  /// Writes pieces of text one after the other into so many columns.
  mutating func put(_ spans: [Span], row: Int, column: Int, width: Int, alignsRight: Bool = false) {
    let length = spans.reduce(0) { $0 + $1.text.displayWidth }
    var next = alignsRight ? column + max(0, width - length) : column
    for span in spans {
      let room = column + width - next
      guard room > 0 else { return }
      next += put(span.text, row: row, column: next, limit: room, style: Style(span.role))
    }
  }
}

extension String {
  var trimmedEnd: String {
    var result = self[...]
    while result.last == " " { result.removeLast() }
    return String(result)
  }

  var trimmed: String { String(trimmedEnd.drop { $0 == " " }) }
}
