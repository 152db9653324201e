import Canvas
import Measurement
import NetworkGraph

/// The lines over a comparison: what A and B are, and whether the difference in time is larger than the spread.
enum ComparisonHeader {
  static func lines(_ screen: ComparisonScreen, rows: Int, width: Int) -> [[Span]] {
    let names: [[Span]] = [
      [Span("A ", .header), Span(screen.a.spec.summary, .title)],
      [Span("B ", .header), Span(screen.b.spec.summary, .title)],
      [Span("counting \(screen.convention.rawValue)", .dim)],
    ]
    if rows == 1 { return [HeaderView.fit(names, width)] }
    return [HeaderView.fit(names, width), HeaderView.fit(verdict(screen), width)]
  }

  private static func verdict(_ screen: ComparisonScreen) -> [[Span]] {
    guard let timings = screen.timings else { return [[HeaderView.progress(nil, isPaused: screen.isPaused)]] }
    let difference = timings.difference
    let interval = difference.interval
    let sentence =
      difference.isSignificant
      ? Span("B is \(difference.difference < 0 ? "faster" : "slower")", difference.difference < 0 ? .better : .worse)
      : Span("no difference larger than the spread", .text)
    return [
      [sentence],
      [
        Span("B − A ", .dim), Span(Figures.timeDifference(difference.difference), .number),
        Span(
          " (95 %: \(Figures.timeDifference(interval.lowerBound)) … \(Figures.timeDifference(interval.upperBound)))",
          .dim),
      ],
      [Span("A ", .dim), Span(Figures.time(timings.a.pass.median), .number)],
      [Span("B ", .dim), Span(Figures.time(timings.b.pass.median), .number)],
      [HeaderView.progress(timings.a, isPaused: screen.isPaused)],
    ]
  }
}
