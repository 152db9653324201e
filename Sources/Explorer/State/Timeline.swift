import Measurement
import NetworkGraph

/// One pass of a network as bars: what every thread is at, and the values that are alive meanwhile.
struct Timeline: Sendable {
  /// A step as it lies in the pass, from its first thread's beginning to its last one's end.
  struct Step: Hashable, Sendable {
    var owner: NodePath
    var algorithm: String
    var range: ClosedRange<Milliseconds>
    /// Bytes of values that are alive while it runs.
    var alive: Int
  }

  let duration: Milliseconds
  let steps: [Step]
  /// What every thread is at, in order. Without a traced pass all steps stand in one row, as long as their medians.
  let threads: [[PassTimeline.Span]]
  let isTraced: Bool

  init?(_ timings: Timings, of network: Network) {
    let medians = timings.steps.map(\.time.median)
    var traced = timings.timeline
    if traced?.spans.contains(where: { !timings.steps.indices.contains($0.step) }) ?? false { traced = nil }
    isTraced = traced != nil
    let spans: [PassTimeline.Span]
    if let traced {
      spans = traced.spans
      duration = traced.duration
    } else {
      var next = 0.0
      spans = medians.enumerated().map { index, median in
        defer { next += median }
        return PassTimeline.Span(step: index, thread: 0, begin: next, end: next + median)
      }
      duration = next
    }
    guard duration > 0, duration.isFinite, !spans.isEmpty else { return nil }
    var rows = [[PassTimeline.Span]](repeating: [], count: isTraced ? timings.conditions.threads : 1)
    var ranges = [ClosedRange<Milliseconds>?](repeating: nil, count: timings.steps.count)
    for span in spans where rows.indices.contains(span.thread) && span.begin <= span.end {
      rows[span.thread].append(span)
      let known = ranges[span.step] ?? span.begin...span.end
      ranges[span.step] = min(known.lowerBound, span.begin)...max(known.upperBound, span.end)
    }
    threads = rows
    let alive = StepValues(timings.steps, of: network, batch: timings.conditions.batch).alive
    var last = 0.0
    steps = timings.steps.indices.map { index in
      let range = ranges[index] ?? last...last
      last = range.upperBound
      return Step(
        owner: timings.steps[index].owner, algorithm: timings.steps[index].algorithm, range: range,
        alive: alive[index])
    }
  }

  /// The part of all threads' time in which they wait for one another.
  var waiting: Double {
    let busy = threads.joined().reduce(0) { $0 + $1.end - $1.begin }
    return max(0, 1 - busy / (duration * Double(max(1, threads.count))))
  }

  /// The step with the most values alive, the first of them.
  var peak: Int { steps.indices.max { (steps[$0].alive, $1) < (steps[$1].alive, $0) } ?? 0 }

  /// The step that runs what is under the cursor.
  func index(at path: NodePath, in screen: NetworkScreen) -> Int {
    let owner = screen.attribution?.step(covering: path)?.owner
    return steps.firstIndex { $0.owner == owner } ?? steps.firstIndex { $0.owner.isInside(path) } ?? 0
  }

  /// The part of the pass that is shown: all of it, or a quarter for every time it was enlarged, about a step.
  func window(zoom: Int, about step: Int) -> ClosedRange<Milliseconds> {
    let length = duration / Double(1 << (2 * min(zoom, Timeline.greatestZoom)))
    let range = steps.indices.contains(step) ? steps[step].range : 0...0
    let start = max(0, min((range.lowerBound + range.upperBound - length) / 2, duration - length))
    return start...start + length
  }

  static let greatestZoom = 6
}

extension NetworkScreen {
  /// The timeline of what is shown; nil until it has been timed.
  var timeline: Timeline? { timings.flatMap { Timeline($0, of: network) } }

  /// To the steps before and after.
  mutating func moveInTimeline(_ motion: Motion) {
    guard let timeline, !timeline.steps.isEmpty else { return }
    let here = timeline.index(at: cursor.path, in: self)
    let target =
      switch motion {
      case .rows(let count): here + count
      case .pages(let count), .halfPages(let count): here + 10 * count
      case .first: 0
      case .last: timeline.steps.count - 1
      }
    go(to: timeline.steps[max(0, min(target, timeline.steps.count - 1))].owner)
  }
}
