import CNcurses
import Canvas
import Glibc

extension Terminal {
  /// Shows a canvas. Nothing is written for what is on the screen already.
  public func draw(_ canvas: Canvas) {
    let shown = canvas.drawn(with: glyphs)
    guard shown != drawn else { return }
    let size = size
    let rows = min(shown.screen.rows, size.rows)
    for row in 0..<rows where !isOnScreen(row, of: shown) {
      var cells = shown.row(row).prefix(size.columns)
      // A canvas of another size, as it comes while the window is being dragged, may be cut within a character.
      if shown.screen.columns > size.columns, let last = cells.last?.character, last.displayWidth > 1 {
        cells[cells.endIndex - 1].character = " "
      }
      put(cells, row: row)
    }
    drawn = shown
    placeCursor()
    refresh()
  }

  /// Draws every cell anew, for a terminal that something else has written on.
  public func redraw() {
    clearok(cn_curscr(), true)
    placeCursor()
    refresh()
  }

  private func refresh() {
    wrefresh(cn_stdscr())
  }

  private func isOnScreen(_ row: Int, of canvas: Canvas) -> Bool {
    guard let drawn, drawn.screen == canvas.screen else { return false }
    return drawn.row(row) == canvas.row(row)
  }

  private func placeCursor() {
    guard let cursor = drawn?.cursor, Rect(size).contains(row: cursor.row, column: cursor.column) else {
      curs_set(0)
      return
    }
    wmove(cn_stdscr(), Int32(cursor.row), Int32(cursor.column))
    curs_set(1)
  }

  private func put(_ cells: ArraySlice<Cell>, row: Int) {
    var line: [cchar_t] = []
    line.reserveCapacity(cells.count)
    for cell in cells {
      guard let character = cell.character else { continue }
      line += self.cells(character, theme.attributes(cell.style, depth: depth))
    }
    mvwadd_wchnstr(cn_stdscr(), Int32(row), 0, line, Int32(line.count))
  }

  /// A character for ncurses: its base and up to four marks. Where the locale gives it another width than the canvas
  /// did, so that the rest of the row would move, `?` stands in as many columns as it has on the canvas.
  private func cells(_ character: Character, _ attributes: Attributes) -> [cchar_t] {
    let scalars = character.unicodeScalars.prefix(5).map { wchar_t(bitPattern: $0.value) }
    let flags = cn_attributes(attributes.isBold, attributes.isDim, attributes.isUnderlined, attributes.isReversed)
    let color = attributes.foreground.map(pair) ?? 0
    if scalars[0] <= 0x7E || Int(cn_width(scalars[0])) == character.displayWidth {
      return [cn_cell(scalars + [0], flags, color)]
    }
    return "?".padded(to: character.displayWidth).unicodeScalars.map {
      cn_cell([wchar_t(bitPattern: $0.value), 0], flags, color)
    }
  }

  /// The pair of a colour on the terminal's own background, made when it is first asked for. The palette is never
  /// changed.
  private func pair(_ foreground: UInt8) -> Int32 {
    if let pair = pairs[foreground] { return pair }
    let pair = Int32(pairs.count + 1)
    guard pair < 64, init_extended_pair(pair, Int32(foreground), -1) == OK else { return 0 }
    pairs[foreground] = pair
    return pair
  }
}
