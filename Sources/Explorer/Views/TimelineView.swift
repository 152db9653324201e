import Canvas
import Measurement
import NetworkGraph

/// One pass: a row of bars for every thread, in which dots are waiting, and below them the memory that is alive.
enum TimelineView {
  static func draw(_ screen: NetworkScreen, on canvas: inout Canvas) {
    let size = canvas.size
    guard let timeline = screen.timeline, !timeline.steps.isEmpty else {
      canvas.put("no timeline yet: the steps have not been timed", row: 0, column: 2, style: Style(.dim))
      return
    }
    let margin = 11
    let selected = timeline.index(at: screen.cursor.path, in: screen)
    let window = timeline.window(zoom: screen.timelineZoom, about: selected)
    let scale = Scale(window: window, columns: size.columns - margin)
    canvas.put(title(timeline, window), row: 0, column: 0, width: size.columns)

    let memoryRows = max(3, size.rows / 3)
    let hasBlocks = size.rows >= 14 && timeline.steps.contains { $0.owner.dotted.contains(".") }
    let top = hasBlocks ? 3 : 2
    let room = size.rows - memoryRows - 3 - top
    let height = max(1, min(3, room / max(1, timeline.threads.count)))
    let shown = min(timeline.threads.count, room / height)
    if hasBlocks {
      canvas.inside(Rect(row: 1, column: margin, rows: 1, columns: scale.columns)) {
        drawBlocks(timeline, scale, on: &$0)
      }
    }
    canvas.inside(Rect(row: top - 1, column: margin, rows: 1, columns: scale.columns)) {
      drawNames(timeline, scale, selected: selected, below: hasBlocks, on: &$0)
    }
    for thread in 0..<shown {
      let row = top + thread * height
      canvas.put(timeline.isTraced ? "thread \(thread + 1)" : "steps", row: row, column: 0, style: Style(.dim))
      canvas.inside(Rect(row: row, column: margin, rows: height, columns: scale.columns)) {
        drawBars(timeline.threads[thread], scale, selected: selected, on: &$0)
      }
    }
    let hidden = timeline.threads.count - shown
    let base = top + shown * height
    if hidden > 0 { canvas.put("\(hidden) more", row: base - 1, column: 0, style: Style(.warning)) }
    drawAxis(window, scale, row: base, column: margin, on: &canvas)
    let memory = Rect(row: base + 2, column: 0, rows: size.rows - base - 3, columns: size.columns)
    canvas.inside(memory) { drawMemory(timeline, scale, margin: margin, on: &$0) }
    canvas.put(
      explanation(timeline, selected, columns: size.columns), row: size.rows - 1, column: 0, width: size.columns)
    let begin = scale.column(of: timeline.steps[selected].range.lowerBound)
    canvas.placeCursor(row: top, column: margin + max(0, min(begin, scale.columns - 1)))
  }

  /// Which column shows which time.
  struct Scale {
    let window: ClosedRange<Milliseconds>
    let columns: Int

    private var width: Milliseconds { (window.upperBound - window.lowerBound) / Double(max(1, columns)) }

    /// Outside of the window, a column before the first or behind the last.
    func column(of time: Milliseconds) -> Int {
      Int(max(-1, min((time - window.lowerBound) / width, Double(columns))).rounded(.down))
    }

    func times(of column: Int) -> ClosedRange<Milliseconds> {
      let start = window.lowerBound + Double(column) * width
      return start...start + width
    }
  }

  private static func title(_ timeline: Timeline, _ window: ClosedRange<Milliseconds>) -> [Span] {
    let isEnlarged = window.upperBound - window.lowerBound < timeline.duration
    var line = [Span("one pass ", .key), Span(Figures.time(timeline.duration), .number)]
    if timeline.isTraced {
      line.append(Span("  \(Figures.percent(timeline.waiting)) of the threads' time is waiting", .text))
      if !isEnlarged { line.append(Span("  █▓ steps, · waiting", .dim)) }
    } else {
      line.append(Span("  medians of the steps; its threads once the timing has ended", .dim))
    }
    if isEnlarged {
      line.append(Span("  enlarged, Esc for more", .dim))
    }
    return line
  }

  /// The outermost blocks over the steps that run in them, one after the other.
  private static func drawBlocks(_ timeline: Timeline, _ scale: Scale, on canvas: inout Canvas) {
    var end = 0
    for (index, step) in timeline.steps.enumerated() where index >= end {
      let parts = step.owner.dotted.split(separator: ".")
      guard parts.count > 1 else { continue }
      end =
        timeline.steps[index...].firstIndex { !$0.owner.isInside(NodePath(String(parts[0]))) } ?? timeline.steps.count
      let first = max(0, scale.column(of: step.range.lowerBound))
      let last = min(scale.column(of: timeline.steps[end - 1].range.upperBound), scale.columns)
      guard last - first >= 2 else { continue }
      put(String(parts[0]), first, last - first, Style(.dim), on: &canvas)
    }
  }

  /// The names of the steps over their beginnings, as far as they fit before the next.
  ///
  /// - Parameter below: true if their outermost blocks stand in the row above.
  private static func drawNames(
    _ timeline: Timeline, _ scale: Scale, selected: Int, below: Bool, on canvas: inout Canvas
  ) {
    for (index, step) in timeline.steps.enumerated() {
      let begin = scale.column(of: step.range.lowerBound)
      let end = min(scale.column(of: step.range.upperBound), scale.columns)
      guard begin >= 0 || end > 0, end - max(begin, 0) >= 2 else { continue }
      let parts = step.owner.dotted.split(separator: ".").dropFirst(below && step.owner.dotted.contains(".") ? 1 : 0)
      // Names alone are often alike: as much of the path as there is room for, from its end.
      let names = parts.indices.map { parts[$0...].joined(separator: ".") }
      let room = end - max(begin, 0)
      // Two or three letters of one would tell nothing.
      guard step.owner.name.count < room || room >= 5 else { continue }
      put(
        names.first { $0.count < room - 1 } ?? step.owner.name, max(begin, 0), room,
        Style(index == selected ? .title : .dim), on: &canvas)
    }
    let begin = scale.column(of: timeline.steps[selected].range.lowerBound)
    canvas.put("▾", row: 0, column: max(0, min(begin, scale.columns - 1)), style: Style(.title))
  }

  /// A line at the left of a name, of which the end is kept where it does not fit: there names differ.
  private static func put(_ name: String, _ column: Int, _ room: Int, _ style: Style, on canvas: inout Canvas) {
    let text =
      name.count <= room - 1 ? name : room >= 4 ? Glyphs.cut + name.suffix(room - 2) : String(name.suffix(room - 1))
    canvas.put("│" + text, row: 0, column: column, limit: room, style: style)
  }

  /// Neighbouring steps in two shades; a column in which the thread mostly waits is a dot.
  private static func drawBars(
    _ spans: [PassTimeline.Span], _ scale: Scale, selected: Int, on canvas: inout Canvas
  ) {
    var busy = [Double](repeating: 0, count: max(0, scale.columns))
    var longest = [(step: Int, time: Double)](repeating: (0, 0), count: max(0, scale.columns))
    for span in spans {
      let first = max(0, scale.column(of: span.begin))
      let last = min(scale.column(of: span.end), scale.columns - 1)
      guard first <= last else { continue }
      for column in first...last {
        let cell = scale.times(of: column)
        let time = min(span.end, cell.upperBound) - max(span.begin, cell.lowerBound)
        busy[column] += max(0, time)
        if time > longest[column].time || (span.step == selected && time > 0) { longest[column] = (span.step, time) }
      }
    }
    for column in busy.indices {
      let cell = scale.times(of: column)
      let isBusy = busy[column] * 2 >= cell.upperBound - cell.lowerBound
      let step = longest[column].step
      let isSelected = step == selected && longest[column].time > 0
      let glyph = isBusy ? step % 2 == 0 ? "█" : "▓" : "·"
      let role: Role = !isBusy ? .warning : isSelected ? .changed : .bar
      for row in 0..<canvas.size.rows { canvas.put(glyph, row: row, column: column, style: Style(role)) }
    }
  }

  private static func drawAxis(
    _ window: ClosedRange<Milliseconds>, _ scale: Scale, row: Int, column: Int, on canvas: inout Canvas
  ) {
    canvas.horizontalLine(row: row, column: column, columns: scale.columns)
    var next = column
    for time in RoundTicks.within(window, most: max(1, scale.columns / 10)) {
      let place = column + max(0, min(scale.column(of: time), scale.columns - 1))
      let text = time == 0 ? "0" : Figures.shortened(Figures.time(time))
      canvas.put("┬", row: row, column: place, style: Style(.dim))
      let start = min(
        max(next, place - (time == 0 ? 0 : text.displayWidth / 2)), column + scale.columns - text.displayWidth)
      guard start >= next else { continue }
      next = start + canvas.put(text, row: row + 1, column: start, style: Style(.dim)) + 1
    }
  }

  /// The values alive while each step runs, as columns from zero to the peak.
  private static func drawMemory(_ timeline: Timeline, _ scale: Scale, margin: Int, on canvas: inout Canvas) {
    let rows = canvas.size.rows
    let greatest = timeline.steps[timeline.peak].alive
    guard rows > 0, greatest > 0 else { return }
    canvas.put(Figures.bytes(greatest), row: 0, endingBefore: margin - 1, style: Style(.number))
    canvas.put("alive", row: min(1, rows - 1), endingBefore: margin - 1, style: Style(.dim))
    let levels = Array(" ▁▂▃▄▅▆▇█").map(String.init)
    var index = 0
    for column in 0..<max(0, scale.columns) {
      let cell = scale.times(of: column)
      let middle = (cell.lowerBound + cell.upperBound) / 2
      while index + 1 < timeline.steps.count, timeline.steps[index].range.upperBound < middle { index += 1 }
      // A peak that is narrower than a column is seen too.
      let alive =
        timeline.steps.indices.contains(timeline.peak) && cell.overlaps(timeline.steps[timeline.peak].range)
        ? greatest : timeline.steps[index].alive
      let eighths = Int((Double(alive) / Double(greatest) * Double(8 * rows)).rounded())
      let style = Style(alive == greatest ? .worse : .heat(min(7, eighths / max(1, rows))))
      for row in 0..<rows {
        let filled = max(0, min(8, eighths - 8 * (rows - 1 - row)))
        canvas.put(levels[filled], row: row, column: margin + column, style: style)
      }
    }
  }

  /// What the step under the cursor is, and where the most memory is alive; without its algorithm where that is too long.
  private static func explanation(_ timeline: Timeline, _ selected: Int, columns: Int) -> [Span] {
    let step = timeline.steps[selected]
    let peak = timeline.steps[timeline.peak]
    func spans(_ algorithm: String) -> [Span] {
      [
        Span(step.owner.dotted + "  ", .title), Span(algorithm, .dim),
        Span(Figures.time(step.range.upperBound - step.range.lowerBound), .number),
        Span("  \(Figures.bytes(step.alive)) alive", .number),
        Span("  most at \(peak.owner): \(Figures.bytes(peak.alive))", .text),
      ]
    }
    let full = spans(step.algorithm + "  ")
    return full.reduce(0) { $0 + $1.text.displayWidth } <= columns ? full : spans("")
  }
}
