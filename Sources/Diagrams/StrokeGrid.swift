import Canvas

/// Lines on the cells of a part of a drawing, which join where they meet and pass under one another where they cross.
struct StrokeGrid {
  fileprivate struct Arms: OptionSet {
    let rawValue: UInt8
    static let up = Arms(rawValue: 1)
    static let down = Arms(rawValue: 2)
    static let left = Arms(rawValue: 4)
    static let right = Arms(rawValue: 8)
    static let across: Arms = [.left, .right]
    static let upright: Arms = [.up, .down]
  }

  private struct Meeting {
    var arms: Arms = []
    var isCornerRounded = true
    /// True as long as every line here only passes.
    var onlyPasses = true
    var passesAcross = false
    var passesUpright = false
    var style: Style
  }

  private let view: Rect
  private var cells: [CellPosition: Meeting] = [:]

  init(_ view: Rect) { self.view = view }

  /// A line through points.
  mutating func add(_ points: [CellPosition], style: Style) {
    for (index, (a, b)) in zip(points, points.dropFirst()).enumerated() {
      let stroke = Rect(
        row: min(a.row, b.row), column: min(a.column, b.column), rows: abs(a.row - b.row) + 1,
        columns: abs(a.column - b.column) + 1
      ).intersection(view)
      let isAcross = a.row == b.row
      for row in stroke.row..<stroke.row + stroke.rows {
        for column in stroke.column..<stroke.column + stroke.columns {
          let cell = CellPosition(row: row, column: column)
          if cell == b, index + 2 < points.count { continue }
          var arms: Arms = cell == a ? [] : .towards(a, from: cell)
          if cell != b { arms.formUnion(.towards(b, from: cell)) }
          if cell == a, index > 0 { arms.formUnion(.towards(points[index - 1], from: cell)) }
          add(arms, at: cell, style: style, passes: arms == (isAcross ? .across : .upright))
        }
      }
    }
  }

  /// The border of a box.
  mutating func add(_ box: Rect, style: Style, isRounded: Bool) {
    guard box.rows >= 2, box.columns >= 2 else { return }
    let (bottom, right) = (box.row + box.rows - 1, box.column + box.columns - 1)
    let corners = [
      CellPosition(row: box.row, column: box.column), CellPosition(row: box.row, column: right),
      CellPosition(row: bottom, column: right), CellPosition(row: bottom, column: box.column),
    ]
    for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
      add([a, b], style: style)
    }
    for corner in corners { cells[corner]?.isCornerRounded = isRounded }
    for row in [box.row, bottom] {
      for column in max(
        box.column, view.column)..<max(box.column, view.column, min(right + 1, view.column + view.columns))
      {
        cells[CellPosition(row: row, column: column)]?.onlyPasses = false
        cells[CellPosition(row: row, column: column)]?.style = style
      }
    }
  }

  func draw(on canvas: inout Canvas) {
    for (cell, meeting) in cells {
      canvas.put(
        String(glyph(meeting)), row: cell.row - view.row, column: cell.column - view.column, style: meeting.style)
    }
  }

  private mutating func add(_ arms: Arms, at cell: CellPosition, style: Style, passes: Bool) {
    guard view.contains(row: cell.row, column: cell.column) else { return }
    var meeting = cells[cell] ?? Meeting(style: style)
    meeting.arms.formUnion(arms)
    if passes {
      if arms == .across { meeting.passesAcross = true } else { meeting.passesUpright = true }
    } else {
      meeting.onlyPasses = false
    }
    cells[cell] = meeting
  }

  private func glyph(_ meeting: Meeting) -> Character {
    if meeting.onlyPasses, meeting.passesAcross, meeting.passesUpright { return "│" }
    switch meeting.arms {
    case [.down, .right]: return meeting.isCornerRounded ? "╭" : "┌"
    case [.down, .left]: return meeting.isCornerRounded ? "╮" : "┐"
    case [.up, .right]: return meeting.isCornerRounded ? "╰" : "└"
    case [.up, .left]: return meeting.isCornerRounded ? "╯" : "┘"
    case [.up, .down, .right]: return "├"
    case [.up, .down, .left]: return "┤"
    case [.down, .left, .right]: return "┬"
    case [.up, .left, .right]: return "┴"
    case [.up, .down, .left, .right]: return "┼"
    default: return meeting.arms.isSubset(of: .across) ? "─" : "│"
    }
  }
}

extension StrokeGrid.Arms {
  /// The arm of a cell that reaches towards another in its row or column.
  fileprivate static func towards(_ target: CellPosition, from cell: CellPosition) -> Self {
    if target.row < cell.row { return .up }
    if target.row > cell.row { return .down }
    return target.column < cell.column ? .left : .right
  }
}
