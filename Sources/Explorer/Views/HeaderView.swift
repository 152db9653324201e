import Canvas
import Measurement
import NetworkGraph

/// The lines at the top: what is shown, its sums, and how far the timing is.
enum HeaderView {
  static func draw(_ state: State, on canvas: inout Canvas) {
    let width = canvas.size.columns
    for (row, line) in lines(state, rows: canvas.size.rows, width: width).enumerated() {
      canvas.put(line, row: row, column: 0, width: width)
    }
  }

  private static func lines(_ state: State, rows: Int, width: Int) -> [[Span]] {
    switch state.screens.last {
    case .catalogue(let screen):
      let title = [Span("convscope", .title)]
      let counts = [
        Span(
          "\(screen.items.count { !$0.entry.isBlock }) networks and \(screen.items.count { $0.entry.isBlock }) building blocks"
        )
      ]
      let summary = clauses(of: "\(state.convention.rawValue): \(state.convention.summary)", width)
      return rows == 1
        ? [counted([title, counts], as: state.convention, width)]
        : [fit([title, counts], width), [Span(summary, .dim)]]
    case .network(let screen):
      return lines(screen, isMarked: state.mark != nil || screen.mark != nil, rows: rows, width: width)
    case .comparison(let screen):
      let threads = state.machine?.threads ?? state.conditions.threads
      return ComparisonHeader.lines(screen, usualThreads: threads, rows: rows, width: width)
    case nil: return []
    }
  }

  private static func lines(_ screen: NetworkScreen, isMarked: Bool, rows: Int, width: Int) -> [[Span]] {
    let title = [Span(screen.spec.shortened.description, .title)]
    let cost = screen.network.cost
    let operations = Figures.count(screen.convention.operations(cost))
    let time = self.time(screen)
    let untimed = self.untimed(screen.model)
    let progress = [
      screen.isMeasurable
        ? self.progress(screen.timings, isPaused: screen.isPaused) : Span("cannot be timed here", .warning)
    ]
    let difference =
      screen.baseline.map { [self.difference(from: $0, to: screen, isMarked: isMarked, width: width)] } ?? []
    if rows - difference.count == 1 {
      let work = [Span(operations, .number), Span(" \(screen.convention.noun)", .dim)]
      let time = screen.timings.map { [Span(Figures.time($0.pass.median), .number)] } ?? []
      return [counted([title, time, untimed, work, progress], as: screen.convention, width)] + difference
    }
    let conditions = screen.conditions
    let changed = screen.spec.settings.sorted { $0.key < $1.key }.map { [Span("\($0.key) ", .dim), Span($0.value)] }
    let settings =
      changed + [
        [Span("input ", .dim), Span(screen.network.inputShapes)],
        [Span("batch ", .dim), Span("\(conditions.batch)")],
        [Span(Figures.amount(conditions.threads, "thread"))],
        [Span(conditions.fused ? "fused" : "layer by layer")],
      ] + conditions.exceptions.map { [Span($0)] }
    let sums = [
      [Span(Figures.count(cost.parameters), .number), Span(" params", .dim)],
      [Span(operations, .number), Span(" \(screen.convention.noun) (\(screen.convention.rawValue))", .dim)],
      time,
    ]
    let room = max(0, width - shortened(progress).reduce(2) { $0 + $1.text.displayWidth })
    let first = ([title, untimed] + settings).filter { !$0.isEmpty }
    let count = countFitting(first, room)
    // What the first line has no room for stands behind the sums.
    return [
      ended(fit(first, room), by: progress, width), fit(sums + first.dropFirst(count), width),
    ] + difference
  }

  private static func time(_ screen: NetworkScreen) -> [Span] {
    guard let timings = screen.timings else { return [] }
    let pass = timings.pass
    guard pass.hasInterval else { return [Span(Figures.time(pass.median), .number)] }
    let spread = (pass.interval.upperBound - pass.interval.lowerBound) / 2 / pass.median
    return [Span(Figures.time(pass.median), .number), Span(" ±\(Figures.percent(spread))", .dim)]
  }

  /// How many layers are left out of the time, if any are.
  static func untimed(_ model: Model, of side: String = "") -> [Span] {
    guard model.untimedLayers > 0 else { return [] }
    return [Span("\(Figures.amount(model.untimedLayers, "layer"))\(side) not timed", .warning)]
  }

  /// How far a measurement is, in words.
  static func progress(_ timings: Timings?, isPaused: Bool) -> Span {
    guard let timings else { return Span(isPaused ? "paused" : "not timed yet", .dim) }
    let passes = Figures.passes(timings.pass.passes)
    if isPaused, timings.progress == .running { return Span("paused, \(passes)", .warning) }
    return switch timings.progress {
    case .running: Span("measuring, \(passes)", .status)
    case _ where timings.isDisturbed: Span("preempted, \(timings.preempted) of \(passes)", .warning)
    case .settled: Span("settled, \(passes)", .dim)
    case .noisy: Span("noisy, \(passes)", .warning)
    }
  }

  /// What an edit has changed: parameters, work, batch norms that can be folded, time.
  private static func difference(
    from old: NetworkScreen.Baseline, to screen: NetworkScreen, isMarked: Bool, width: Int
  ) -> [Span] {
    let before = old.model.network
    let after = screen.network
    let normsBefore = old.model.batchNorms(in: .block(before.root.id))
    let normsAfter = screen.model.batchNorms(in: .block(after.root.id))
    let foldChange = normsAfter.foldable - normsBefore.foldable
    let norms = [
      Span("foldable BN ", .dim),
      Span(
        "\(normsBefore.foldable)/\(normsBefore.all) → \(normsAfter.foldable)/\(normsAfter.all)",
        foldChange == 0 ? .text : foldChange > 0 ? .better : .worse),
    ]
    let workChange = screen.convention.operations(after.cost) - screen.convention.operations(before.cost)
    let work = [Span("\(screen.convention.noun) ", .dim), change(workChange)]
    var parts: [[Span]] = [
      width < 64 ? [] : [Span("change", .key)],
      [Span("params ", .dim), change(after.cost.parameters - before.cost.parameters)],
      workChange == 0 ? norms : work,
    ]
    if let found = old.difference, let timeBefore = old.timings?.pass, let timeAfter = screen.timings?.pass,
      timeBefore.hasInterval, timeAfter.hasInterval
    {
      let remark =
        found.isSignificant ? Figures.percentDifference(found.difference / timeBefore.median) : "in the noise"
      parts.append([
        Span("time ", .dim),
        Span(
          Figures.timeDifference(found.difference),
          found.isSignificant ? found.difference < 0 ? .better : .worse : .text),
        Span(" (\(remark))", .dim),
      ])
      if !found.isSignificant, !isMarked, let block = screen.formBlock?.path,
        screen.spec.forms[block] != old.model.spec.forms[block]
      {
        parts.append([Span("c", .key), Span(" times the block alone", .dim)])
      }
      parts.append([Span("both timed in turn", .dim)])
    } else if old.timings != nil {
      parts.append([Span("time \(Figures.none)", .dim)])
    }
    if workChange != 0, normsBefore != normsAfter { parts.append(norms) }
    return fit(parts, width)
  }

  private static func change(_ value: Int) -> Span {
    Span(Figures.countDifference(value), value == 0 ? .text : value < 0 ? .better : .worse)
  }

  /// The line with something at its right end, whole or up to its first comma, if both fit.
  static func ended(_ line: [Span], by end: [Span], _ width: Int) -> [Span] {
    for end in [end, shortened(end)] {
      let gap = width - (line + end).reduce(0) { $0 + $1.text.displayWidth }
      if gap >= 2 { return line + [Span(String(repeating: " ", count: gap))] + end }
    }
    return line
  }

  /// A sentence without the last of its clauses, which commas part, if they do not fit.
  private static func clauses(of sentence: String, _ width: Int) -> String {
    var shown = sentence
    while shown.displayWidth > width, let comma = shown.lastIndex(of: ",") { shown = String(shown[..<comma]) }
    return shown
  }

  /// What stands before the first comma: `settled` of `settled, 276 passes`.
  private static func shortened(_ spans: [Span]) -> [Span] {
    spans.map { Span(String($0.text.prefix { $0 != "," }), $0.role) }
  }

  /// The parts that fit beside the counting convention, which stands at the right end whatever the width.
  static func counted(_ parts: [[Span]], as convention: CountingConvention, _ width: Int) -> [Span] {
    let name = convention.rawValue
    let explained = "counting \(name)"
    let needed = fit(parts, .max).reduce(0) { $0 + $1.text.displayWidth } + 2 + explained.displayWidth
    let end = Span(needed <= width ? explained : name, .dim)
    let room = max(0, width - end.text.displayWidth - 1)
    let line = cut(fit(parts, room), room)
    let gap = width - end.text.displayWidth - line.reduce(0) { $0 + $1.text.displayWidth }
    return line + [Span(String(repeating: " ", count: max(1, gap)))] + [end]
  }

  /// The spans as far as so many columns reach, with a sign where they are cut off.
  private static func cut(_ line: [Span], _ width: Int) -> [Span] {
    var shortened: [Span] = []
    var room = width
    for span in line {
      guard span.text.displayWidth > room else {
        shortened.append(span)
        room -= span.text.displayWidth
        continue
      }
      shortened.append(Span(String(span.text.prefix(max(0, room - 1))) + Glyphs.cut, span.role))
      break
    }
    return shortened
  }

  /// The parts with gaps between them, without the last ones if they do not fit.
  static func fit(_ parts: [[Span]], _ width: Int) -> [Span] {
    let parts = parts.filter { !$0.isEmpty }
    return Array(parts.prefix(countFitting(parts, width)).joined(separator: [Span("  ")]))
  }

  /// How many of the parts, none of them empty, fit with gaps between them; at least the first.
  static func countFitting(_ parts: [[Span]], _ width: Int) -> Int {
    var length = -2
    let count = parts.prefix { part in
      length += 2 + part.reduce(0) { $0 + $1.text.displayWidth }
      return length <= width
    }.count
    return max(count, min(1, parts.count))
  }
}
