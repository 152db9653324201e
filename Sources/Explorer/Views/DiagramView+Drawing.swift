import Canvas
import Diagrams
import NetworkGraph

/// The diagram of a block, scrolled so that the box under the cursor is seen.
extension NetworkScreen {
  func drawDiagram(on canvas: inout Canvas) {
    let gone = goneNames
    let rows = canvas.size.rows - (gone.isEmpty ? 0 : 1)
    let drawn = blockDiagram(columns: canvas.size.columns)
    let area = Rect(row: 0, column: 0, rows: rows, columns: canvas.size.columns)
    let origin = drawn.origin(showing: cursor.path, in: area.size)
    canvas.inside(area) { canvas in
      drawn.draw(on: &canvas, origin: origin, selected: cursor.path) { box in self.mark(of: box) }
      drawn.drawEdges(on: &canvas, origin: origin)
    }
    if !gone.isEmpty {
      canvas.put(
        [Span("gone ", .removed), Span(gone.joined(separator: ", "))], row: rows, column: 0, width: canvas.size.columns)
    }
  }

  /// The layers that an edit has taken from the block that is drawn.
  private var goneNames: [String] {
    guard diagram.showsChanges else { return [] }
    return latestChanges.removed(in: diagram.scope).map { Glyphs.removed + $0 }
  }

  private func mark(of box: BlockDiagram.Box) -> BlockDiagram.Mark? {
    guard diagram.showsChanges else { return nil }
    let signs = box.paths.compactMap { latestChanges[$0] }
    if signs.contains(.added) { return BlockDiagram.Mark(sign: Glyphs.added, role: .added) }
    if signs.contains(.changed) { return BlockDiagram.Mark(sign: Glyphs.changed, role: .changed) }
    return signs.isEmpty ? nil : BlockDiagram.Mark(sign: Glyphs.moved, role: .changed)
  }
}

extension BlockDiagram {
  /// Arrows at the edges beyond which the diagram goes on.
  func drawEdges(on canvas: inout Canvas, origin: CellPosition) {
    let view = canvas.size
    let style = Style(.key)
    if origin.column > 0 { canvas.put("←", row: view.rows / 2, column: 0, style: style) }
    if origin.column + view.columns < size.columns {
      canvas.put("→", row: view.rows / 2, column: view.columns - 1, style: style)
    }
    if origin.row > 0 { canvas.put("↑ \(origin.row) more", row: 0, endingBefore: view.columns, style: style) }
    let below = size.rows - origin.row - view.rows
    if below > 0 { canvas.put("↓ \(below) more", row: view.rows - 1, endingBefore: view.columns, style: style) }
  }

  /// The upper left cell of what is shown: the box of that path in the middle, no room wasted, narrow diagrams centred.
  func origin(showing path: NodePath, in view: CellSize) -> CellPosition {
    let handle = box(showing: path)?.handle ?? Rect(row: 0, column: 0, rows: 0, columns: 0)
    func start(_ place: Int, _ length: Int, whole: Int, room: Int) -> Int {
      max(0, min(place + length / 2 - room / 2, whole - room))
    }
    return CellPosition(
      row: start(handle.row, handle.rows, whole: size.rows, room: view.rows),
      column: size.columns < view.columns
        ? -(view.columns - size.columns) / 2
        : start(handle.column, handle.columns, whole: size.columns, room: view.columns))
  }
}
