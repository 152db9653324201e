import Architectures
import Canvas
import Glibc
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

/// What the pictures cost: the processor's time for them, the best of several tries.
@Suite("The cost of pictures", .serialized) struct PictureCostTests {
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

  private func best(of tries: Int, _ work: () -> Void) -> Duration {
    (0..<tries).map { _ in
      let before = Self.processorTime()
      work()
      return Self.processorTime() - before
    }.min() ?? .zero
  }

  /// What this thread has used.
  private static func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Reports wait for one another so that drawing them takes 2 % of one core: at 5 ms for each, three are shown a second.
  @Test(arguments: views)
  func `reports are cheap enough for three a second at 2 % of one core`(view: String) throws {
    let (start, timings) = try explorer("resnet50", columns: 160, rows: 50)
    var journey = start
    journey.type(view)
    let time = best(of: 15) {
      journey.send(.timings(NetworkSpec(entry: "resnet50"), timings))
      _ = draw(journey.state, size: journey.state.size)
    }
    print("a report drawn in '\(view)': \(time)")
    #expect(time < .milliseconds(5))
  }

  @Test(arguments: views)
  func `1,202 layers are drawn at once and scroll smoothly`(view: String) throws {
    let (start, timings) = try explorer("cifar_resnet1202", columns: 160, rows: 50)
    var journey = start
    let opening = best(of: 3) {
      journey = start
      journey.type(view)
      _ = draw(journey.state, size: journey.state.size)
    }
    print("1,202 layers in '\(view)': \(opening)")
    #expect(opening < .milliseconds(100))
    journey.type("*")
    for key in [Key.down, .right, .pageDown, .end, .up, .home] {
      var next = journey
      let time = best(of: 3) {
        next = journey
        next.press(key)
        _ = draw(next.state, size: next.state.size)
      }
      journey = next
      print("1,202 layers in '\(view)', \(key.label): \(time)")
      #expect(time < .milliseconds(100), "\(key.label)")
    }
    let report = best(of: 3) {
      journey.send(.timings(NetworkSpec(entry: "cifar_resnet1202"), timings))
      _ = draw(journey.state, size: journey.state.size)
    }
    print("1,202 layers in '\(view)', a report: \(report)")
    // Once a second at 2 % of one core.
    #expect(report < .milliseconds(20))
  }
}
