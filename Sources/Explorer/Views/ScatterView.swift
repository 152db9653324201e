import Canvas
import Measurement
import NetworkGraph

/// The catalogue as a scatter: the work or the parameters of every network against its time, both on logarithmic scales;
/// work against parameters as long as nothing has been measured.
///
/// `○` are networks that no other outdoes: none has more for less.
enum ScatterView {
  /// - Parameter isPrinted: true for a picture by itself, which has no cursor and tells the networks that no other
  ///   outdoes.
  static func draw(_ screen: CatalogueScreen, isPrinted: Bool = false, on canvas: inout Canvas) {
    let points = screen.points
    let size = canvas.size
    let margin = Figures.countWidth + 1
    guard let x = LogarithmicAxis(points.map(\.x)), let y = LogarithmicAxis(points.map(\.y)), size.columns > margin + 4,
      size.rows > 5
    else {
      let filter = screen.table.filter
      canvas.put(
        filter.isEmpty ? "nothing to draw" : "nothing matches '\(filter)'; Esc shows all again", row: 0, column: 2,
        style: Style(.dim))
      return
    }
    var title = [
      Span("\(screen.heightName) ↑  \(screen.isTimed ? "time" : "params") →", .key),
      Span("  \(Glyphs.frontPoint)", .better),
      Span(" none lies higher and further left", .dim),
    ]
    if !isPrinted { title += [Span("  \(Glyphs.selectedPoint)", .title), Span(" cursor", .dim)] }
    if screen.mark != nil { title += [Span("  \(Glyphs.mark)", .better), Span(" marked", .dim)] }
    canvas.put(title, row: 0, column: 0, width: size.columns)
    let plot = Rect(row: 1, column: margin, rows: size.rows - 4, columns: size.columns - margin)
    drawAxes(x, y, isTimed: screen.isTimed, around: plot, on: &canvas)

    canvas.inside(plot) { canvas in
      var grid = DotGrid(size: canvas.size)
      func dot(of point: CatalogueScreen.Point) -> (column: Int, row: Int) {
        (
          Int((x.position(of: point.x) * Double(grid.columns - 1)).rounded()),
          Int(((1 - y.position(of: point.y)) * Double(grid.rows - 1)).rounded())
        )
      }
      for point in points {
        let (column, row) = dot(of: point)
        grid.set(column: column, row: row)
      }
      grid.draw(on: &canvas, style: Style(.bar))
      func put(_ glyph: String, _ role: Role, where isMeant: (CatalogueScreen.Point) -> Bool) {
        for point in points where isMeant(point) {
          let (column, row) = grid.cell(ofDot: dot(of: point))
          canvas.put(glyph, row: row, column: column, style: Style(role))
          if glyph == Glyphs.selectedPoint { canvas.placeCursor(row: row, column: column) }
        }
      }
      // What is looked for stands over its neighbours.
      put(Glyphs.frontPoint, .better) { $0.isOnFront }
      put(Glyphs.mark, .better) { $0.name == screen.mark }
      if !isPrinted { put(Glyphs.selectedPoint, .title) { $0.name == screen.selectedName } }
    }
    if isPrinted {
      let front = points.filter(\.isOnFront).sorted { $0.x > $1.x }.map(\.name)
      canvas.put(
        "\(Glyphs.frontPoint) " + front.joined(separator: ", "), row: size.rows - 1, column: 0, limit: size.columns,
        style: Style(.better))
      return
    }
    canvas.put(caption(screen, points), row: size.rows - 1, column: 0, width: size.columns)
  }

  private static func drawAxes(
    _ x: LogarithmicAxis, _ y: LogarithmicAxis, isTimed: Bool, around plot: Rect, on canvas: inout Canvas
  ) {
    let base = plot.row + plot.rows
    canvas.verticalLine(row: plot.row, column: plot.column - 1, rows: plot.rows)
    canvas.horizontalLine(row: base, column: plot.column - 1, columns: plot.columns + 1)
    // On a low plot every second or third, so that what is written tells how far they are apart.
    let stride = max(1, (2 * y.ticks.count + plot.rows - 1) / max(1, plot.rows))
    for tick in Swift.stride(from: 0, to: y.ticks.count, by: stride).map({ y.ticks[$0] }) {
      let row = plot.row + Int(((1 - y.position(of: tick)) * Double(plot.rows - 1)).rounded())
      canvas.put(Figures.count(Int(tick)), row: row, endingBefore: plot.column - 1, style: Style(.dim))
    }
    var next = plot.column
    for tick in x.ticks {
      let text = isTimed ? Figures.time(tick) : Figures.count(Int(tick))
      let column = plot.column + Int((x.position(of: tick) * Double(plot.columns - 1)).rounded())
      let start = min(column - text.displayWidth / 2, plot.column + plot.columns - text.displayWidth)
      canvas.put("┴", row: base, column: column, style: Style(.dim))
      guard start >= next else { continue }
      next = start + canvas.put(text, row: base + 1, column: start, style: Style(.dim)) + 1
    }
  }

  /// What the point under the cursor is.
  private static func caption(_ screen: CatalogueScreen, _ points: [CatalogueScreen.Point]) -> [Span] {
    guard let name = screen.selectedName else { return [Span("put the cursor on a network", .dim)] }
    guard let point = points.first(where: { $0.name == name }) else {
      return [Span(name, .title), Span("  not measured (convscope list --time)", .dim)]
    }
    let x = screen.isTimed ? Figures.time(point.x) : Figures.count(Int(point.x)) + " params"
    return [
      Span(name, .title), Span("  \(Figures.count(Int(point.y))) ", .number),
      Span(screen.heightName, .dim), Span("  \(x)", .number),
      Span(point.isOnFront ? "  none lies higher and further left \(Glyphs.frontPoint)" : "", .better),
      Span(screen.isTimed ? "" : "  (times: convscope list --time)", .dim),
    ]
  }
}
