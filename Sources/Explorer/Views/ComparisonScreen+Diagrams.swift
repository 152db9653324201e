import Canvas
import Diagrams
import NetworkGraph

/// The diagrams of both sides next to each other, each scrolled to what the cursor's row stands for, or to what comes
/// before it where it stands for nothing there.
extension ComparisonScreen {
  static let leastDiagrams = CellSize(columns: 60, rows: 8)

  func drawDiagrams(on canvas: inout Canvas) {
    guard canvas.size.holds(Self.leastDiagrams) else {
      canvas.put(
        "two diagrams need \(Layout.size(around: Self.leastDiagrams))", row: 0, column: 0, style: Style(.warning))
      return
    }
    let width = (canvas.size.columns - 1) / 2
    let rows = canvas.size.rows
    let here = table.selected
    draw(
      a, title("A", of: a), attributionA, open: expanded.compactMap(\.a), at: here?.a, near: place(\.a),
      alone: aloneInA,
      Mark(sign: Glyphs.removed, role: .removed), on: &canvas, Rect(row: 0, column: 0, rows: rows, columns: width))
    canvas.verticalLine(row: 0, column: width, rows: rows)
    draw(
      b, title("B", of: b), attributionB, open: expanded.compactMap(\.b), at: here?.b, near: place(\.b),
      alone: aloneInB,
      Mark(sign: Glyphs.added, role: .added), on: &canvas,
      Rect(row: 0, column: width + 1, rows: rows, columns: canvas.size.columns - width - 1))
  }

  /// What tells a side from the other, as short as that may be: the header names both in full.
  private func title(_ side: String, of model: Model) -> String {
    let form = a.spec.description == b.spec.description ? model.network.root.form?.rawValue : nil
    return "▾ \(side) \(form ?? model.spec.summary)"
  }

  /// What the cursor's row, or the nearest before it, stands for on one side.
  private func place(_ side: KeyPath<Pair, NodePath?>) -> NodePath {
    let here = items.firstIndex { $0.pair == table.selected } ?? 0
    return items.prefix(here + 1).reversed().lazy.compactMap { $0.pair[keyPath: side] }.first ?? .root
  }

  private typealias Mark = BlockDiagram.Mark

  /// What has no counterpart on the other side.
  private var aloneInA: Set<NodePath> { Set(items.compactMap { $0.pair.b == nil ? $0.pair.a : nil }) }
  private var aloneInB: Set<NodePath> { Set(items.compactMap { $0.pair.a == nil ? $0.pair.b : nil }) }

  private func draw(
    _ model: Model, _ title: String, _ attribution: TimeAttribution?, open: [NodePath], at path: NodePath?,
    near place: NodePath,
    alone: Set<NodePath>,
    _ mark: Mark, on canvas: inout Canvas, _ area: Rect
  ) {
    let subject = LaidOutDiagram.Subject(
      block: model.network.root.id, open: Set(open), isFused: conditions.fused, columns: area.columns)
    let drawn = model.diagram(subject, attribution, convention, title: title)
    canvas.inside(area) { canvas in
      let origin = drawn.origin(showing: place, in: area.size)
      drawn.draw(on: &canvas, origin: origin, selected: path) { box in
        guard box.paths.contains(where: alone.contains) else { return nil }
        // A box of which only some layers are this side's alone has changed.
        return box.paths.allSatisfy(alone.contains) ? mark : Mark(sign: Glyphs.changed, role: .changed)
      }
      drawn.drawEdges(on: &canvas, origin: origin)
    }
  }
}
