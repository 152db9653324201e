import Canvas
import Measurement
import NetworkGraph

/// The times of a comparison as a picture: what was found, how the latest passes of both are distributed over one axis,
/// and by how much every layer's time differs, the largest difference first.
extension ComparisonScreen {
  static let leastTimes = CellSize(columns: 40, rows: 6)

  func drawTimes(on canvas: inout Canvas) {
    let size = canvas.size
    guard let timings, tellsTimes else {
      canvas.put(
        "no times yet: t starts or pauses measuring both, in alternation", row: size.rows / 2, column: 2,
        style: Style(.dim))
      return
    }
    guard size.holds(Self.leastTimes) else {
      canvas.put(
        "the picture of times needs \(Layout.size(around: Self.leastTimes))", row: 0, column: 0, style: Style(.warning))
      return
    }
    var row = 0
    for line in sentence(timings).wrapped(to: size.columns - 2) {
      canvas.put(line, row: row, column: 1, style: Style(.title))
      row += 1
    }
    let plotRows = size.rows >= 14 ? min(10, size.rows / 3) : 0
    if plotRows > 0 {
      let plot = Rect(row: row + 1, column: 1, rows: plotRows, columns: size.columns - 2)
      canvas.inside(plot) { Self.drawDistributions(timings.a.pass, timings.b.pass, on: &$0) }
      row += plotRows + 1
    }
    let bars = Rect(row: row + 1, column: 1, rows: size.rows - row - 1, columns: size.columns - 2)
    canvas.inside(bars) { drawDifferences(on: &$0) }
  }

  private func sentence(_ timings: PairTimings) -> String {
    // Two forms of one thing do the same work; of anything else the form is not what matters.
    let isOtherForm =
      a.network.root.form != b.network.root.form && a.network.cost.multiplyAdds == b.network.cost.multiplyAdds
    let subject = (isOtherForm ? b.network.root.form?.rawValue : nil) ?? "B"
    return timings.difference.sentence(
      about: subject, times: (timings.a.pass, timings.b.pass), a.network, b.network)
  }

  /// Densities of the latest passes as two curves; letters mark the medians under them.
  private static func drawDistributions(_ a: Distribution, _ b: Distribution, on canvas: inout Canvas) {
    let all = (a.recent + b.recent).filter(\.isFinite).sorted()
    guard let least = all.first, all.count > 1 else { return }
    // What a busy moment has made slow would squeeze all others into a corner.
    let greatest = max(all[(all.count - 1) * 19 / 20], a.median, b.median)
    let span = max(greatest - least, least / 1000)
    let grid = CellSize(columns: canvas.size.columns, rows: canvas.size.rows - 3)
    canvas.put(
      [Span("latest passes of ", .dim), Span("A", .removed), Span(" and ", .dim), Span("B", .added)],
      row: 0, column: 0, width: grid.columns)
    let curves = [a, b].map { density($0.recent, least, span, 2 * grid.columns) }
    let peak = curves.flatMap(\.self).max() ?? 0
    guard peak > 0 else { return }
    canvas.inside(Rect(row: 1, column: 0, rows: grid.rows, columns: grid.columns)) { canvas in
      for (curve, role) in zip(curves, [Role.removed, .added]) {
        line(curve.map { $0 / peak }, in: grid).draw(on: &canvas, style: Style(role))
      }
      // Colour alone tells the curves apart nowhere: each has its letter at its highest place.
      var taken: Set<Int> = []
      for (curve, (letter, role)) in zip(curves, [("A", Role.removed), ("B", .added)]) {
        guard let top = curve.indices.max(by: { curve[$0] < curve[$1] }) else { continue }
        var column = min(top / 2, grid.columns - 1)
        if !taken.insert(column).inserted { column = column + 1 < grid.columns ? column + 1 : column - 1 }
        let row = Int((1 - curve[top] / peak) * Double(grid.rows - 1))
        canvas.put(letter, row: row, column: column, style: Style(role))
      }
    }
    let base = canvas.size.rows - 2
    canvas.horizontalLine(row: base, column: 0, columns: grid.columns)
    canvas.put(Figures.time(least), row: base, column: 0, style: Style(.dim))
    canvas.put(Figures.time(least + span), row: base, endingBefore: grid.columns, style: Style(.dim))
    func place(_ value: Milliseconds) -> Int {
      max(0, min(grid.columns - 2, Int((value - least) / span * Double(grid.columns - 1))))
    }
    let (placeA, placeB) = (place(a.median), place(b.median))
    canvas.put("A", row: base + 1, column: placeA, style: Style(.removed))
    canvas.put("B", row: base + 1, column: placeB == placeA ? placeA + 1 : placeB, style: Style(.added))
  }

  /// A curve through shares of the height, one for each column of dots.
  private static func line(_ shares: [Double], in size: CellSize) -> DotGrid {
    var dots = DotGrid(size: size)
    let rows = shares.map { Int(((1 - $0) * Double(dots.rows - 1)).rounded()) }
    for (column, row) in rows.enumerated() {
      let before = column > 0 ? rows[column - 1] : row
      for dot in min(row, before)...max(row, before) where dot < dots.rows - 1 { dots.set(column: column, row: dot) }
    }
    return dots
  }

  /// A kernel density estimate at so many places; the bandwidth is Silverman's rule of thumb (1986, equation 3.31).
  private static func density(
    _ values: [Milliseconds], _ least: Milliseconds, _ span: Milliseconds, _ places: Int
  ) -> [Double] {
    let sorted = values.filter(\.isFinite).sorted()
    guard sorted.count > 1 else { return [] }
    let quartiles = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    var fifth = 1.0
    while fifth * fifth * fifth * fifth * fifth < Double(sorted.count) { fifth += 0.01 }
    let width = max(0.9 * quartiles / 1.34 / fifth, span / 100)
    return (0..<places).map { place in
      let x = least + span * Double(place) / Double(max(places - 1, 1))
      // Epanechnikov's kernel, which needs no exponential.
      return sorted.reduce(0) { sum, value in
        let u = (x - value) / (2.2 * width)
        return abs(u) < 1 ? sum + 1 - u * u : sum
      } / Double(sorted.count)
    }
  }

  /// A layer, or one of a side alone, with the difference of the times that stand on it.
  private struct Difference {
    let name: String
    let value: Milliseconds
  }

  private func drawDifferences(on canvas: inout Canvas) {
    let differences = differences
    guard let greatest = differences.map({ abs($0.value) }).max(), greatest > 0, canvas.size.rows > 1 else { return }
    let nameWidth = min(40, canvas.size.columns * 2 / 5)
    let half = max(3, (canvas.size.columns - nameWidth - 13) / 2)
    let middle = nameWidth + 1 + half
    canvas.put("B \u{2212} A by layer", row: 0, column: 0, limit: nameWidth, style: Style(.dim))
    if half >= 8 {
      canvas.put("faster", row: 0, endingBefore: middle - 1, style: Style(.better))
      canvas.put("slower", row: 0, column: middle + 2, style: Style(.worse))
    }
    for (index, item) in differences.prefix(canvas.size.rows - 1).enumerated() {
      let row = index + 1
      canvas.put(item.name, row: row, column: 0, limit: nameWidth, style: Style(.name))
      canvas.verticalLine(row: row, column: middle, rows: 1)
      let share = abs(item.value) / greatest
      if item.value < 0 {
        let columns = max(1, Int((share * Double(half)).rounded()))
        canvas.put(
          String(repeating: "█", count: columns), row: row, column: middle - columns, style: Style(.better))
      } else {
        canvas.put(Chart.bar(share, columns: half), row: row, column: middle + 1, style: Style(.worse))
      }
      canvas.put(Figures.timeDifference(item.value), row: row, column: middle + half + 2, style: Style(.number))
    }
  }

  private var differences: [Difference] {
    items.filter { $0.children.isEmpty }.compactMap { item in
      let (a, b) = standings(item.pair)
      func time(_ standing: TimeAttribution.Standing?) -> Milliseconds? {
        if case .time(let value, _)? = standing { value } else { nil }
      }
      let (timeA, timeB) = (time(a), time(b))
      guard timeA != nil || timeB != nil, let path = item.pair.b ?? item.pair.a else { return nil }
      let sign = item.pair.a == nil ? Glyphs.added : item.pair.b == nil ? Glyphs.removed : ""
      return Difference(
        name: sign.isEmpty ? path.dotted : "\(sign) \(path.dotted)", value: (timeB ?? 0) - (timeA ?? 0))
    }.sorted { abs($0.value) > abs($1.value) }
  }
}
