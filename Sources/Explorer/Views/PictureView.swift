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
    case .timeline: TimelineView.draw(screen, on: &canvas)
    case .roofline: RooflineView.draw(state.roofline, of: screen, on: &canvas)
    }
  }
}
