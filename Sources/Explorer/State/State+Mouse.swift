import Canvas

/// What the mouse does: a click selects, on a title sorts, on an arrow or twice opens, on the footer runs a command.
extension State {
  mutating func mouse(_ action: InputEvent.MouseAction, column: Int, row: Int) -> [Effect] {
    guard let layout = Layout(self, size: size), !screens.isEmpty else { return [] }
    notice = nil
    if case .help? = overlay {
      switch action {
      case .wheelUp: return pressInOverlay(.up)
      case .wheelDown: return pressInOverlay(.down)
      case .click, .doubleClick: return []
      }
    }
    guard overlay == nil else { return [] }
    let isInDetail = layout.detail?.contains(row: row, column: column) ?? false
    switch action {
    case .wheelUp, .wheelDown:
      let rows = action == .wheelUp ? -3 : 3
      if network?.picture != nil || comparison?.picture != nil { return move(.rows(rows.signum())) }
      return isInDetail ? scrollDetail(.rows(rows)) : onTable(.scroll(rows))
    case .click, .doubleClick: return click(twice: action == .doubleClick, column: column, row: row, layout)
    }
  }

  private mutating func click(twice: Bool, column: Int, row: Int, _ layout: Layout) -> [Effect] {
    if layout.footer.contains(row: row, column: column) {
      let item = FooterView.items(self, width: layout.footer.columns).first { ($0.start..<$0.end).contains(column) }
      return item?.command.run(&self, "") ?? []
    }
    if layout.detail?.contains(row: row, column: column) ?? false {
      network?.focus = .detail
      return []
    }
    if let lesson, let area = layout.lesson, area.contains(row: row, column: column) {
      let answer = LessonPane.answer(
        at: row - area.row, column - area.column, of: lesson, self, size: area.size,
        isBeside: area.columns < size.columns)
      return answer.map { answerLesson($0) } ?? []
    }
    guard layout.table.contains(row: row, column: column) else { return [] }
    let column = column - layout.table.column
    if network?.picture != nil { return clickInPicture(twice: twice, column: column, row: row - layout.table.row) }
    guard catalogue?.showsScatter != true, comparison?.picture == nil, let screen = screens.last else { return [] }
    network?.focus = .tree
    if row < layout.firstRow {
      return screen.column(at: column, width: layout.table.columns).map { onTable(.sort(column: $0)) } ?? []
    }
    guard let clicked = screen.row(at: row - layout.firstRow, height: layout.visibleRows) else { return [] }
    let effects = onTable(.selectRow(clicked.index))
    // The arrow stands behind the gutter and the indentation.
    let isOnArrow = clicked.canOpen && (1...2).contains(column - 2 * clicked.depth)
    return twice || isOnArrow ? toggleRow() : effects
  }
}

extension Screen {
  fileprivate func column(at position: Int, width: Int) -> Int? {
    switch self {
    case .catalogue(let screen): screen.column(at: position, width: width)
    case .network(let screen): screen.column(at: position, width: width)
    case .comparison(let screen): screen.column(at: position, width: width)
    }
  }

  /// The row of the table that is drawn so many rows below the titles.
  fileprivate func row(at offset: Int, height: Int) -> (index: Int, depth: Int, canOpen: Bool)? {
    func find<ID>(_ table: Table<ID>) -> (index: Int, depth: Int, canOpen: Bool)? {
      let index = table.visibleTop(height: height) + offset
      guard table.rows.indices.contains(index) else { return nil }
      return (index, table.rows[index].depth, table.rows[index].disclosure != .none)
    }
    return switch self {
    case .catalogue(let screen): find(screen.table)
    case .network(let screen): find(screen.table)
    case .comparison(let screen): find(screen.table)
    }
  }
}
