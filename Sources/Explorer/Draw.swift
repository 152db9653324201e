import Canvas

/// The screen of a state. The same state and size give the same cells.
public func draw(_ state: State, size: CellSize) -> Canvas {
  var canvas = Canvas(size: size)
  guard let layout = Layout(state, size: size) else {
    let least = Layout.least
    canvas.put("needs \(least.columns)×\(least.rows)", row: 0, column: 0, style: Style(.warning))
    return canvas
  }
  canvas.inside(layout.header) { HeaderView.draw(state, on: &$0) }
  canvas.inside(layout.table) { canvas in
    switch state.screens.last {
    case .catalogue(let screen) where screen.showsScatter: ScatterView.draw(screen, on: &canvas)
    case .catalogue(let screen): screen.drawTable(on: &canvas, titles: layout.hasTitles, hasFocus: true)
    case .network(let screen):
      if let picture = screen.picture { return PictureView.draw(picture, of: state, screen, on: &canvas) }
      screen.drawTable(on: &canvas, titles: layout.hasTitles, hasFocus: screen.focus == .tree)
    case .comparison(let screen):
      switch screen.picture {
      case .diagrams: screen.drawDiagrams(on: &canvas)
      case .times: screen.drawTimes(on: &canvas)
      case .sweep:
        guard let sweep = screen.sweep, PictureView.hasRoom(for: .sweep, on: &canvas) else { return }
        let isStale = !sweep.isOf([screen.a.spec, screen.b.spec], screen.conditions)
        SweepView.draw(sweep, isStale: isStale, on: &canvas)
      case nil: screen.drawTable(on: &canvas, titles: layout.hasTitles, hasFocus: true)
      }
    case nil: break
    }
  }
  if let area = layout.detail, let screen = state.network {
    canvas.inside(area) {
      DetailPane.draw(screen, machine: state.machine, beside: layout.isDetailBeside, on: &$0)
    }
  }
  if let area = layout.lesson, let lesson = state.lesson {
    canvas.inside(area) { LessonPane.draw(lesson, of: state, isBeside: area.columns < size.columns, on: &$0) }
  }
  if let message = layout.message { canvas.inside(message) { MessageLine.draw(state, layout: layout, on: &$0) } }
  canvas.inside(layout.footer) { FooterView.draw(state, hasMessageLine: layout.message != nil, on: &$0) }
  MessageLine.drawLongError(state, layout: layout, on: &canvas)
  OverlayView.draw(state, on: &canvas)
  return canvas
}

/// The whole help, as it is written to a file.
public func drawHelp() -> Canvas { HelpView.page() }
