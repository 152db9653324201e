import Canvas

/// A picture of a network in the part of the screen that else holds its tree.
enum PictureView {
  static func draw(_ picture: Picture, of state: State, _ screen: NetworkScreen, on canvas: inout Canvas) {
    let least = picture.least
    guard canvas.size.columns >= least.columns, canvas.size.rows >= least.rows else {
      // Header, message and footer take four rows.
      canvas.put(
        "the \(picture.rawValue) needs \(least.columns)×\(least.rows + 4)", row: 0, column: 0, style: Style(.warning))
      return
    }
    switch picture {
    case .diagram: screen.drawDiagram(on: &canvas)
    case .icicle: IcicleView.draw(screen, on: &canvas)
    case .sweep: drawSweep(screen, on: &canvas)
    case .timeline: TimelineView.draw(screen, on: &canvas)
    case .roofline: RooflineView.draw(state.roofline, of: screen, on: &canvas)
    }
  }

  private static func drawSweep(_ screen: NetworkScreen, on canvas: inout Canvas) {
    guard let sweep = screen.sweep else { return }
    let plot = Rect(row: 0, column: 0, rows: canvas.size.rows - 1, columns: canvas.size.columns)
    canvas.inside(plot) { SweepView.draw(sweep.points, over: sweep.range, sweep.measure, on: &$0) }
    let count = "\(sweep.points.count) of \(sweep.range.values.count) points"
    canvas.put(
      [Span(count, .number), Span(sweep.isRunning ? "  Esc ends it and keeps them" : "  C shows other curves", .dim)],
      row: canvas.size.rows - 1, column: 0, width: canvas.size.columns)
  }
}
