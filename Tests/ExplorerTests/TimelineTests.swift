import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("The timeline") struct TimelineTests {
  /// Two steps on two threads; the second thread has the first step's smaller part and waits for the other.
  private func traced() throws -> (Network, Timings) {
    let network = try Catalogue.build(NetworkSpec(entry: "resnet18"))
    var timings = Timings.example(of: network)
    timings.timeline = PassTimeline(
      duration: 10,
      spans: [
        .init(step: 0, thread: 0, begin: 0, end: 6), .init(step: 1, thread: 0, begin: 6, end: 10),
        .init(step: 0, thread: 1, begin: 0, end: 3), .init(step: 1, thread: 1, begin: 6, end: 10),
      ])
    return (network, timings)
  }

  @Test func waitingIsWhatThreadsDoNotWork() throws {
    let (network, timings) = try traced()
    let timeline = try #require(Timeline(timings, of: network))
    #expect(abs(timeline.waiting - 3.0 / 20) < 1e-12)
    #expect(timeline.steps[0].range == 0...6 && timeline.steps[1].range == 6...10)
    #expect(timeline.threads.count == 2)
  }

  @Test func waitingIsDrawnAsDots() throws {
    let (network, timings) = try traced()
    var screen = Journey(NetworkSpec(entry: "resnet18")).network
    screen.receive(timings, of: screen.spec)
    var canvas = Canvas(size: CellSize(columns: 71, rows: 20))
    TimelineView.draw(screen, on: &canvas)
    let rows = canvas.plainText.split(separator: "\n")
    let second = try #require(rows.first { $0.hasPrefix("thread 2") })
    #expect(second.filter { $0 == "·" }.count == 18)
    #expect(rows.contains { $0.contains("15.0 % of the threads' time is waiting") })
    #expect(network.layers.count == 70)
  }

  /// Layer by layer, against a count of every value that has been given and is still to be read.
  @Test(arguments: ["resnet18", "googlenet", "densenet121"]) func peakIsWhereMostValuesAreAlive(name: String) throws {
    let network = try Catalogue.build(NetworkSpec(entry: name))
    var timings = Timings.example(of: network)
    timings.steps = network.layers.map {
      StepTiming(
        owner: $0.path, covers: [$0.path], algorithm: "reference", multiplyAdds: $0.cost.multiplyAdds, time: .example(1)
      )
    }
    let alive = network.layers.indices.map { now in
      network.layers.indices.reduce(0) { sum, value in
        let readers = network.layers.indices.filter { network.layers[$0].inputs.contains { $0.index == value } }
        let last = value == network.output.index ? network.layers.count - 1 : readers.max() ?? -1
        return value <= now && now <= last ? sum + 4 * network.layers[value].output.elements : sum
      }
    }
    let timeline = try #require(Timeline(timings, of: network))
    #expect(timeline.steps.map(\.alive) == alive)
    #expect(timeline.peak == alive.firstIndex(of: alive.max() ?? 0))
  }

  @Test func withoutTracedPassStepsAreMedians() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "resnet18"))
    let timings = Timings.example(of: network)
    let timeline = try #require(Timeline(timings, of: network))
    #expect(!timeline.isTraced && timeline.threads.count == 1)
    #expect(abs(timeline.duration - timings.sumOfSteps) < 1e-9)
  }

  @Test func keysWalkAndEnlarge() throws {
    let (_, timings) = try traced()
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.send(.timings(NetworkSpec(entry: "resnet18"), timings))
    journey.type("ygl")
    #expect(journey.cursor == timings.steps[1].owner.dotted)
    journey.press(.enter)
    #expect(journey.screen.contains { $0.contains("enlarged") })
    journey.press(.escape)
    #expect(journey.network.picture == .timeline && journey.network.timelineZoom == 0)
    journey.press(.escape)
    #expect(journey.network.picture == nil)
  }

  @Test("spans that make no sense are not drawn", arguments: [-1, 10_000])
  func strangeSpans(step: Int) throws {
    var (network, timings) = try traced()
    timings.timeline?.spans.append(.init(step: step, thread: 99, begin: 5, end: 1))
    #expect(try #require(Timeline(timings, of: network)).isTraced == false)
  }
}
