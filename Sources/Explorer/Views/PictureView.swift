import Canvas

/// A picture of a network in the part of the screen that else holds its tree.
enum PictureView {
  static func draw(_ picture: Picture, of state: State, _ screen: NetworkScreen, on canvas: inout Canvas) {
    guard hasRoom(for: picture, on: &canvas) else { return }
    switch picture {
    case .diagram: screen.drawDiagram(on: &canvas)
    case .icicle: IcicleView.draw(screen, on: &canvas)
    case .sweep:
      guard let sweep = screen.sweep else { return }
      SweepView.draw(sweep, isStale: !sweep.isOf([screen.spec], screen.conditions), on: &canvas)
    case .timeline: TimelineView.draw(screen, on: &canvas)
    case .roofline: RooflineView.draw(state.roofline, of: screen, on: &canvas)
    }
  }

  /// False, and a line that says what it needs, where the canvas is too small for a picture.
  static func hasRoom(for picture: Picture, on canvas: inout Canvas) -> Bool {
    let least = picture.least
    if canvas.size.holds(least) { return true }
    canvas.put(
      "the \(picture.rawValue) needs \(Layout.size(around: least))", row: 0, column: 0, style: Style(.warning))
    return false
  }
}
