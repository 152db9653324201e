import Architectures
import Canvas
import Measurement
import NetworkGraph
import TestSupport
import Testing

@testable import Explorer

/// What the pictures cost: the processor's time for them, the first of many tries that is below its limit.
@Suite("The cost of pictures", .serialized) struct PictureCostTests {
  /// Reports are paced to 2 % of one core: at this for each, one is shown a second. A core alone needs a tenth of it, and
  /// one that others share must not fail.
  private static let limit = Duration.milliseconds(20)

  private static let machine = MachineFacts(
    processor: "example", isa: "avx2", threads: 2, peakOne: 100, peakAll: 200, bandwidthOne: 10, bandwidthAll: 20,
    caches: ["L2": 1 << 20])

  /// The tree and every picture of a network, by their keys.
  private static let views = ["", "d", "w", "o", "y"]

  /// The explorer on a network that has been timed, two threads taking turns at its steps.
  private func explorer(_ name: String, columns: Int, rows: Int) throws -> (Journey, Timings) {
    let spec = NetworkSpec(entry: name)
    var timings = Timings.example(of: try Catalogue.build(spec), progress: .running)
    var now = 0.0
    timings.timeline = PassTimeline(
      duration: timings.sumOfSteps,
      spans: timings.steps.enumerated().map { index, step in
        defer { now += step.time.median }
        return .init(step: index, thread: index % 2, begin: now, end: now + step.time.median)
      })
    var journey = Journey(spec, columns: columns, rows: rows)
    journey.send(.machine(Self.machine))
    journey.send(.timings(spec, timings))
    return (journey, timings)
  }

  @Test(arguments: views)
  func `reports are cheap enough for one a second at 2 % of one core`(view: String) throws {
    let (start, timings) = try explorer("resnet50", columns: 160, rows: 50)
    var journey = start
    journey.type(view)
    let time = processorTime(bestOf: 100, until: Self.limit) {
      journey.send(.timings(NetworkSpec(entry: "resnet50"), timings))
      _ = draw(journey.state, size: journey.state.size)
    }
    print("a report drawn in '\(view)': \(time)")
    #expect(time < Self.limit)
  }

  /// Two networks are timed in alternation: their table, both diagrams, and the picture of their times.
  @Test(arguments: ["", "d", "y"])
  func `a comparison's reports are as cheap`(view: String) throws {
    var journey = Journey(NetworkSpec(entry: "resnet50"), columns: 160, rows: 50)
    journey.type("c" + view)
    let screen = try #require(journey.state.comparison)
    let (a, b) = (Timings.example(of: screen.a.network), Timings.example(of: screen.b.network, scale: 1.1))
    let report = Event.pair(
      a: screen.a.spec, b: screen.b.spec, a, b, TimeDifference(difference: 0.3, interval: 0.2...0.4))
    journey.send(report)
    let time = processorTime(bestOf: 100, until: Self.limit) {
      journey.send(report)
      _ = draw(journey.state, size: journey.state.size)
    }
    print("a comparison's report drawn in '\(view)': \(time)")
    #expect(time < Self.limit)
  }

  /// A sweep of five networks over sixty-four values, as its last point comes.
  @Test func `a sweep's points are as cheap`() throws {
    let spec = NetworkSpec(entry: "resnet50")
    var journey = Journey(spec, columns: 160, rows: 50)
    journey.command("sweep batch=1:64")
    let range = try SweepRange(parsing: "batch=1:64")
    func point(_ value: String, _ name: String) -> SweepPoint {
      SweepPoint(
        value: value, name: name, batch: 1, pass: .example(Double(value) ?? 1), parameters: 1, operations: 1,
        peakMemoryBytes: 1 << 20)
    }
    for name in "abcde" { for value in range.values { journey.send(.swept([spec], range, point(value, "\(name)"))) } }
    let time = processorTime(bestOf: 100, until: Self.limit) { _ = draw(journey.state, size: journey.state.size) }
    print("a sweep of 320 points drawn: \(time)")
    #expect(time < Self.limit)
  }

  @Test(arguments: views)
  func `1,202 layers are drawn at once and scroll smoothly`(view: String) throws {
    let (start, timings) = try explorer("cifar_resnet1202", columns: 160, rows: 50)
    var journey = start
    let atOnce = Duration.milliseconds(100)
    let opening = processorTime(bestOf: 30, until: atOnce) {
      journey = start
      journey.type(view)
      _ = draw(journey.state, size: journey.state.size)
    }
    print("1,202 layers in '\(view)': \(opening)")
    #expect(opening < atOnce)
    journey.type("*")
    for key in [Key.down, .right, .pageDown, .end, .up, .home] {
      var next = journey
      let time = processorTime(bestOf: 30, until: atOnce) {
        next = journey
        next.press(key)
        _ = draw(next.state, size: next.state.size)
      }
      journey = next
      print("1,202 layers in '\(view)', \(key.label): \(time)")
      #expect(time < atOnce, "\(key.label)")
    }
    // One in two and a half seconds; a core alone needs a fifth of it.
    let limit = Duration.milliseconds(50)
    let report = processorTime(bestOf: 100, until: limit) {
      journey.send(.timings(NetworkSpec(entry: "cifar_resnet1202"), timings))
      _ = draw(journey.state, size: journey.state.size)
    }
    print("1,202 layers in '\(view)', a report: \(report)")
    #expect(report < limit)
  }
}
