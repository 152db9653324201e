import Canvas
import Measurement
import NetworkGraph

/// The roofs of this machine with a letter for every step, and a table of the steps that lose most to their roof.
enum RooflineView {
  static func draw(_ roofline: Roofline?, of screen: NetworkScreen, on canvas: inout Canvas) {
    let size = canvas.size
    guard let roofline, let first = roofline.points.first else {
      let reason = screen.timings == nil ? "the steps have not been timed yet" : "the machine has not been measured"
      canvas.put("no roofline yet: \(reason)", row: 0, column: 2, style: Style(.dim))
      return
    }
    let index = roofline.index(at: screen.cursor.path, in: screen)
    let selected = roofline.points.indices.contains(index) ? roofline.points[index] : first
    let isWide = size.columns >= 130
    let plotRows = isWide ? size.rows : max(10, size.rows * 3 / 5)
    let plot = Rect(row: 0, column: 0, rows: plotRows, columns: isWide ? size.columns - 64 : size.columns)
    let table =
      isWide
      ? Rect(row: 0, column: size.columns - 62, rows: size.rows, columns: 62)
      : Rect(row: plotRows, column: 0, rows: size.rows - plotRows, columns: size.columns)
    canvas.inside(plot) { drawPlot(roofline, selected, on: &$0) }
    canvas.inside(table) { drawTable(roofline, selected: index, on: &$0) }
  }

  private static func drawPlot(_ roofline: Roofline, _ selected: Roofline.Point, on canvas: inout Canvas) {
    let size = canvas.size
    let margin = Figures.countWidth
    let drawn = roofline.drawn
    let ridges = [roofline.one.ridge, roofline.all.ridge]
    guard let x = LogarithmicAxis(drawn.map(\.intensity) + ridges.map { $0 * 2 }),
      let y = LogarithmicAxis(drawn.map(\.rate) + [roofline.all.peak, roofline.one.peak / 4])
    else { return }
    canvas.put("GFLOP/s ↑", row: 0, column: 0, style: Style(.key))
    canvas.put(legend(roofline), row: 0, column: margin + 4, width: size.columns - margin - 4, alignsRight: true)
    let plot = Rect(row: 1, column: margin, rows: size.rows - 3, columns: size.columns - margin)
    drawAxes(x, y, around: plot, on: &canvas)
    canvas.inside(plot) { canvas in
      let other = roofline.roof == roofline.one ? roofline.all : roofline.one
      drawRoof(other, x, y, style: Style(.dim), on: &canvas)
      drawRoof(roofline.roof, x, y, style: Style(.bar), on: &canvas)
      for point in drawn.reversed() where point.owner != selected.owner { put(point, x, y, on: &canvas) }
      if selected.intensity > 0 { put(selected, x, y, isSelected: true, on: &canvas) }
      drawLimits(roofline, on: &canvas)
    }
  }

  private static func place(
    _ intensity: Double, _ rate: Double, _ x: LogarithmicAxis, _ y: LogarithmicAxis,
    columns: Int, rows: Int
  ) -> (column: Int, row: Int) {
    (
      Int((x.position(of: intensity) * Double(columns - 1)).rounded()),
      Int(((1 - y.position(of: rate)) * Double(rows - 1)).rounded())
    )
  }

  private static func put(
    _ point: Roofline.Point, _ x: LogarithmicAxis, _ y: LogarithmicAxis, isSelected: Bool = false,
    on canvas: inout Canvas
  ) {
    let (column, row) = place(
      point.intensity, point.rate, x, y, columns: canvas.size.columns, rows: canvas.size.rows)
    let role: Role = point.standing == .impossible ? .error : isSelected ? .title : .number
    canvas.put(String(point.letter), row: row, column: column, style: Style(role, selected: isSelected))
    if point.standing == .impossible { canvas.put("!", row: row, column: column + 1, style: Style(.error)) }
    if point.passesRightly { canvas.put("'", row: row, column: column + 1, style: Style(.dim)) }
    if isSelected { canvas.placeCursor(row: row, column: column) }
  }

  /// The slope of the bandwidth up to the ridge, and the flat peak behind it.
  private static func drawRoof(
    _ roof: Roofline.Roof, _ x: LogarithmicAxis, _ y: LogarithmicAxis, style: Style, on canvas: inout Canvas
  ) {
    var grid = DotGrid(size: canvas.size)
    let ridge = place(roof.ridge, roof.peak, x, y, columns: grid.columns, rows: grid.rows)
    let low = place(roof.ridge / 100, roof.peak / 100, x, y, columns: grid.columns, rows: grid.rows)
    for column in max(0, ridge.column)..<max(ridge.column + 1, grid.columns) {
      grid.set(column: column, row: ridge.row)
    }
    let rise = max(1, low.row - ridge.row)
    for row in ridge.row..<max(ridge.row + 1, grid.rows) {
      let column = ridge.column - (row - ridge.row) * (ridge.column - low.column) / rise
      let next = ridge.column - (row + 1 - ridge.row) * (ridge.column - low.column) / rise
      for dot in min(next + 1, column)...column { grid.set(column: dot, row: row) }
    }
    grid.draw(on: &canvas, style: style)
  }

  /// The limits in words, at the lowest place on the right where no point is.
  private static func drawLimits(_ roofline: Roofline, on canvas: inout Canvas) {
    func text(_ roof: Roofline.Roof, _ threads: String) -> String {
      "\(threads): \(Figures.significant(roof.peak, digits: 3)) GFLOP/s, \(Figures.significant(roof.bandwidth, digits: 3)) GB/s"
    }
    let lines =
      roofline.all == roofline.one
      ? [text(roofline.one, "1 thread")] : [text(roofline.all, "all threads"), text(roofline.one, "1 thread")]
    let width = lines.map(\.count).max() ?? 0
    let first = max(0, canvas.size.columns - width)
    func isFree(_ row: Int) -> Bool {
      (first..<canvas.size.columns).allSatisfy { column in
        guard let character = canvas[row: row, column: column]?.character else { return true }
        return !character.isLetter && character != "!"
      }
    }
    let rows = canvas.size.rows
    let top =
      (0...max(0, rows - lines.count)).last { top in (top..<min(rows, top + lines.count)).allSatisfy(isFree) }
      ?? max(0, rows - lines.count)
    for (offset, line) in lines.enumerated() {
      canvas.put(line, row: top + offset, endingBefore: canvas.size.columns, style: Style(.dim))
    }
  }

  private static func drawAxes(_ x: LogarithmicAxis, _ y: LogarithmicAxis, around plot: Rect, on canvas: inout Canvas) {
    let base = plot.row + plot.rows
    canvas.verticalLine(row: plot.row, column: plot.column - 1, rows: plot.rows)
    canvas.horizontalLine(row: base, column: plot.column - 1, columns: plot.columns + 1)
    for tick in y.ticks {
      let row = plot.row + Int(((1 - y.position(of: tick)) * Double(plot.rows - 1)).rounded())
      canvas.put(Figures.plain(tick), row: row, endingBefore: plot.column - 1, style: Style(.dim))
    }
    let name = "FLOP/byte →"
    let nameStart = plot.column + plot.columns - name.count
    for tick in x.ticks {
      let text = Figures.plain(tick)
      let column = plot.column + Int((x.position(of: tick) * Double(plot.columns - 1)).rounded())
      canvas.put("┴", row: base, column: column, style: Style(.dim))
      if column + text.count < nameStart { canvas.put(text, row: base + 1, column: column, style: Style(.dim)) }
    }
    canvas.put(name, row: base + 1, column: nameStart, style: Style(.key))
  }

  private static func legend(_ roofline: Roofline) -> [Span] {
    // What has no place in the plot still stands in the table.
    let present = Set(roofline.points.map(\.letter))
    var legend: [Span] = []
    if roofline.points.contains(where: { $0.standing == .impossible }) {
      legend.append(Span("  ! above its roof", .error))
    }
    for (letter, meaning) in Operation.letters where present.contains(letter) {
      legend += [Span("  \(letter) ", .number), Span(meaning, .dim)]
    }
    if roofline.points.contains(where: { $0.passesRightly && $0.intensity > 0 }) {
      legend += [Span("  ' ", .number), Span("not bound by it", .dim)]
    }
    return legend
  }

  private static func drawTable(_ roofline: Roofline, selected: Int, on canvas: inout Canvas) {
    let width = canvas.size.columns
    let columns = (rate: 9, share: 8, lost: 9)
    let figures = columns.rate + columns.share + columns.lost
    canvas.put(
      [Span("   step that loses most to its roof", .header)], row: 0, column: 0, width: width - figures)
    canvas.put(
      [Span("GFLOP/s  of roof     lost", .header)], row: 0, column: width - figures, width: figures, alignsRight: true)
    canvas.restyle(Rect(row: 0, column: 0, rows: 1, columns: width)) { $0.role = .header }
    let height = canvas.size.rows - 1
    let top = max(0, min(selected - height / 2, roofline.points.count - height))
    for (offset, point) in roofline.points.dropFirst(top).prefix(max(0, height)).enumerated() {
      let row = 1 + offset
      canvas.put(
        [
          Span(" \(point.letter) ", .number), Span(point.owner.dotted, .name),
          Span("  " + remark(point), remarkRole(point)),
        ], row: row, column: 0, width: width - figures - 1)
      canvas.put(
        Figures.significant(point.rate, digits: 3), row: row, endingBefore: width - columns.share - columns.lost)
      if point.limit > 0 {
        canvas.put(Figures.percent(point.rate / point.limit), row: row, endingBefore: width - columns.lost)
      }
      canvas.put(Figures.time(point.lost), row: row, endingBefore: width)
      if top + offset == selected { canvas.select(row: row) }
    }
  }

  private static func remark(_ point: Roofline.Point) -> String {
    switch point.standing {
    case .below: point.algorithm
    case .cached: "\(point.algorithm), from the cache"
    case .fewerMultiplications: "\(point.algorithm), as if direct"
    case .impossible: "ABOVE ITS ROOF"
    }
  }

  private static func remarkRole(_ point: Roofline.Point) -> Role {
    point.standing == .impossible ? .error : .dim
  }
}

extension Roofline.Point {
  /// True above its roof for a reason: fewer products than are counted, or values that never come from memory.
  fileprivate var passesRightly: Bool {
    rate > limit && limit > 0 && (standing == .cached || standing == .fewerMultiplications)
  }
}

extension Figures {
  /// A power of ten, its double or its fivefold, without digits that say nothing.
  fileprivate static func plain(_ value: Double) -> String {
    fixed(value, decimals: value >= 1 ? 0 : value < 0.05 ? 2 : 1)
  }
}
