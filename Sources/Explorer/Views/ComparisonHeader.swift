import Canvas
import Measurement
import NetworkGraph

/// The lines over a comparison: what A and B are, and whether the difference in time is larger than the spread.
enum ComparisonHeader {
  /// - Parameter usualThreads: as many threads as need not be told.
  static func lines(_ screen: ComparisonScreen, usualThreads: Int, rows: Int, width: Int) -> [[Span]] {
    let (a, b) = names(screen)
    let names = [[Span("A ", .key), Span(a, .title), Span("  "), Span("B ", .key), Span(b, .title)]]
    let conditions = self.conditions(screen, usualThreads: usualThreads)
    if rows == 1 {
      let parts = !screen.tellsTimes ? names : verdict(screen, isShort: true) + names
      return [HeaderView.counted(parts + conditions, as: screen.convention, width)]
    }
    let progress =
      screen.isMeasurable
      ? HeaderView.progress(screen.timings?.moreDisturbed, isPaused: screen.isPaused)
      : Span("cannot be timed here", .warning)
    let first = names + conditions
    let count = HeaderView.countFitting(first, width - screen.convention.rawValue.displayWidth - 1)
    // What the first line has no room for stands in the second, rather than all that the verdict has to say.
    let rest = first.dropFirst(count)
    var second = verdict(screen) + rest
    if HeaderView.countFitting(second, width) < second.count {
      second = verdict(screen, isShort: !rest.isEmpty, hasInterval: rest.isEmpty) + rest
    }
    return [
      HeaderView.counted(Array(first.prefix(count)), as: screen.convention, width),
      HeaderView.ended(HeaderView.fit(second, width), by: [progress], width),
    ]
  }

  /// What is not as usual about how both are run, and the layers that are not timed.
  private static func conditions(_ screen: ComparisonScreen, usualThreads: Int) -> [[Span]] {
    let conditions = screen.conditions
    let parts = [
      input(screen),
      conditions.batch == 1 ? [] : [Span("batch ", .dim), Span("\(conditions.batch)")],
      conditions.threads == usualThreads ? [] : [Span(Figures.amount(conditions.threads, "thread"))],
      conditions.fused ? [] : [Span("layer by layer")],
      HeaderView.untimed(screen.a, of: " of A"), HeaderView.untimed(screen.b, of: " of B"),
    ]
    return (parts + conditions.exceptions.map { [Span($0)] }).filter { !$0.isEmpty }
  }

  /// The sizes of the images, where they are not the networks' own and the names do not tell them.
  private static func input(_ screen: ComparisonScreen) -> [Span] {
    let sides = [screen.a, screen.b]
    guard forms(screen) != nil, sides.contains(where: { $0.spec.input != nil }) else { return [] }
    let shapes = sides.map(\.network.inputShapes)
    return [Span("input ", .dim), Span(shapes[0] == shapes[1] ? shapes[0] : shapes.joined(separator: " against "))]
  }

  /// What tells A and B apart: two forms of one block by their forms, others by their names.
  static func names(_ screen: ComparisonScreen) -> (a: String, b: String) {
    let (a, b) = (screen.a, screen.b)
    guard let (formA, formB) = forms(screen) else { return (a.spec.summary, b.spec.summary) }
    let nameB = a.spec.description == b.spec.description ? "" : b.spec.shortened.description + " "
    return ("\(a.spec.shortened) \(formA.rawValue)", nameB + formB.rawValue)
  }

  /// The forms of both, where they differ.
  private static func forms(_ screen: ComparisonScreen) -> (a: BlockForm, b: BlockForm)? {
    guard let a = screen.a.network.root.form, let b = screen.b.network.root.form, a != b else { return nil }
    return (a, b)
  }

  private static func verdict(
    _ screen: ComparisonScreen, isShort: Bool = false, hasInterval: Bool = true
  ) -> [[Span]] {
    guard screen.isMeasurable || screen.timings != nil else { return [] }
    guard let timings = screen.timings, screen.tellsTimes else {
      let promise = "which is faster is told as soon as both are measured, in alternation"
      return [[Span(isShort ? "measured in alternation" : promise, .dim)]]
    }
    let difference = timings.difference
    let interval = difference.interval
    let sentence =
      difference.isSignificant
      ? Span("B is \(difference.difference < 0 ? "faster" : "slower")", difference.difference < 0 ? .better : .worse)
      : Span(isShort ? "no clear difference" : "no difference larger than the spread", .text)
    let bounds = [interval.lowerBound, interval.upperBound].map(Figures.timeDifference)
    return [
      [sentence],
      [Span("B − A ", .dim), Span(Figures.timeDifference(difference.difference), .number)]
        + (hasInterval ? [Span(" (95 %: \(bounds[0]) … \(bounds[1]))", .dim)] : []),
    ]
  }
}
