import Canvas
import Measurement

/// What the curves of a sweep stand for.
public enum SweepMeasure: String, Hashable, Sendable, CaseIterable {
  case time, throughput, memory

  func value(_ point: SweepPoint) -> Double {
    switch self {
    case .time: point.pass.median
    case .throughput: point.throughput
    case .memory: Double(point.peakMemoryBytes)
    }
  }

  /// From the 10th to the 90th percentile.
  func spread(_ point: SweepPoint) -> ClosedRange<Double> {
    let (low, high) = (min(point.pass.p10, point.pass.p90), max(point.pass.p10, point.pass.p90))
    switch self {
    case .time: return low...high
    case .throughput where low > 0: return 1000 * Double(point.batch) / high...1000 * Double(point.batch) / low
    case .throughput, .memory: return value(point)...value(point)
    }
  }

  func figure(_ value: Double) -> String {
    switch self {
    case .time: Figures.time(value)
    case .throughput: Figures.significant(value, digits: 3) + "/s"
    case .memory: Figures.bytes(Int(value))
    }
  }

  /// What its values are counted in: the largest power of 1024 that a memory has, else one.
  func unit(upTo greatest: Double) -> Double {
    guard self == .memory else { return 1 }
    var unit = 1.0
    while unit * 1024 <= greatest { unit *= 1024 }
    return unit
  }

  var title: String {
    switch self {
    case .time: "time of a pass"
    case .throughput: "images in a second"
    case .memory: "memory at the most"
    }
  }
}

/// Curves over the values of a setting, a letter for every network, with a line from the 10th to the 90th percentile.
public enum SweepView {
  public static func draw(
    _ points: [SweepPoint], over range: SweepRange, _ measure: SweepMeasure, on canvas: inout Canvas
  ) {
    let size = canvas.size
    let margin = 10
    var names: [String] = []
    for point in points where !names.contains(point.name) { names.append(point.name) }
    var title = [Span("\(measure.title) ↑  \(range.key) → ", .key)]
    for (index, name) in names.enumerated() { title += [Span("  \(letter(index)) ", .number), Span(name, .name)] }
    canvas.put(title, row: 0, column: 0, width: size.columns)
    let greatest = points.map { measure.spread($0).upperBound }.filter(\.isFinite).max() ?? 0
    guard greatest > 0, size.columns > margin + 10, size.rows > 5 else {
      canvas.put("no point yet", row: 1, column: 2, style: Style(.dim))
      return
    }
    let plot = Rect(row: 1, column: margin, rows: size.rows - 3, columns: size.columns - margin)
    let places = Places(range)
    drawAxes(range, places, greatest, measure, around: plot, on: &canvas)
    canvas.inside(plot) { canvas in
      var grid = DotGrid(size: canvas.size)
      func column(_ point: SweepPoint, of columns: Int) -> Int { places.column(point.value, of: columns) }
      func row(_ value: Double, of rows: Int) -> Int {
        Int(((1 - max(0, min(value / greatest, 1))) * Double(rows - 1)).rounded())
      }
      for name in names {
        let curve = points.filter { $0.name == name }.sorted { column($0, of: 10_000) < column($1, of: 10_000) }
        for (a, b) in zip(curve, curve.dropFirst()) {
          let (left, right) = (column(a, of: grid.columns), column(b, of: grid.columns))
          for dot in left...max(left, right) {
            let part = right > left ? Double(dot - left) / Double(right - left) : 0
            let value = measure.value(a) + part * (measure.value(b) - measure.value(a))
            grid.set(column: dot, row: row(value, of: grid.rows))
          }
        }
        for point in curve {
          let spread = measure.spread(point)
          for dot in row(spread.upperBound, of: grid.rows)...row(spread.lowerBound, of: grid.rows) {
            grid.set(column: column(point, of: grid.columns), row: dot)
          }
        }
      }
      grid.draw(on: &canvas, style: Style(.bar))
      for (index, name) in names.enumerated() {
        for point in points where point.name == name {
          canvas.put(
            letter(index), row: row(measure.value(point), of: canvas.size.rows),
            column: column(point, of: canvas.size.columns), style: Style(.number))
        }
      }
    }
  }

  private static func letter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index % 26)))
  }

  /// Where the values of a range stand: numbers at their distances, other values beside one another.
  private struct Places {
    /// From 0 to 1.
    private var shares: [String: Double] = [:]

    init(_ range: SweepRange) {
      let numbers = range.values.compactMap(Double.init)
      let isNumeric = numbers.count == range.values.count && numbers.allSatisfy(\.isFinite)
      let all = isNumeric ? numbers : range.values.indices.map(Double.init)
      guard let least = all.min(), let greatest = all.max(), greatest > least else { return }
      for (value, number) in zip(range.values, all) { shares[value] = (number - least) / (greatest - least) }
    }

    func column(_ value: String, of columns: Int) -> Int {
      guard let share = shares[value] else { return columns / 2 }
      let edge = columns / 20
      return edge + Int((share * Double(columns - 1 - 2 * edge)).rounded())
    }
  }

  private static func drawAxes(
    _ range: SweepRange, _ places: Places, _ greatest: Double, _ measure: SweepMeasure, around plot: Rect,
    on canvas: inout Canvas
  ) {
    let base = plot.row + plot.rows
    canvas.verticalLine(row: plot.row, column: plot.column - 1, rows: plot.rows)
    canvas.horizontalLine(row: base, column: plot.column - 1, columns: plot.columns + 1)
    for value in RoundTicks.within(0...greatest, most: max(3, plot.rows / 4), unit: measure.unit(upTo: greatest)) {
      let row = plot.row + Int(((1 - value / greatest) * Double(plot.rows - 1)).rounded())
      let text = value == 0 ? "0" : Figures.shortened(measure.figure(value))
      canvas.put(text, row: row, endingBefore: plot.column - 1, style: Style(.dim))
    }
    var next = plot.column
    for value in range.values {
      let column = plot.column + places.column(value, of: plot.columns)
      canvas.put("┴", row: base, column: column, style: Style(.dim))
      let start = min(column - value.displayWidth / 2, plot.column + plot.columns - value.displayWidth)
      guard start >= next else { continue }
      next = start + canvas.put(value, row: base + 1, column: start, style: Style(.dim)) + 1
    }
  }
}

extension SweepView {
  /// A sweep as far as it has come, with a line that says how far that is.
  ///
  /// - Parameter isStale: true if what is on the screen has changed since.
  static func draw(_ sweep: Sweep, isStale: Bool, on canvas: inout Canvas) {
    let plot = Rect(row: 0, column: 0, rows: canvas.size.rows - 1, columns: canvas.size.columns)
    canvas.inside(plot) { draw(sweep.points, over: sweep.range, sweep.measure, on: &$0) }
    let count = "\(sweep.points.count) of \(sweep.count) points"
    canvas.put(
      [
        Span(count, .number), Span(sweep.isRunning ? "  Esc ends it and keeps them" : "  C shows other curves", .dim),
        Span(isStale ? "  of what was here before: :sweep measures anew" : "", .warning),
      ],
      row: canvas.size.rows - 1, column: 0, width: canvas.size.columns)
  }
}
