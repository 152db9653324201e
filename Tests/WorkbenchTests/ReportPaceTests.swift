import Architectures
import Canvas
import Explorer
import Glibc
import Measurement
import NetworkGraph
import Testing

@testable import Workbench

@Suite("How often reports are shown", .serialized) struct ReportPaceTests {
  @Test func `a report waits in proportion to what the one before it took`() {
    var pace = ReportPace()
    let now = ContinuousClock.now
    #expect(pace.remaining(now: now) == .zero)
    pace.begin(used: .milliseconds(100))
    pace.end(used: .milliseconds(103), now: now)
    #expect(pace.remaining(now: now) == .milliseconds(300))
    #expect(pace.remaining(now: now + .milliseconds(250)) == .milliseconds(50))
    #expect(pace.remaining(now: now + .seconds(1)) == .zero)
    pace.end(used: .seconds(5), now: now + .seconds(1))
    #expect(pace.remaining(now: now + .seconds(1)) == .zero)
  }

  /// The loop of the program over 1,202 layers while reports come in as fast as they do from a measurement.
  @Test(arguments: ["", "d *"])
  func `showing 1,202 layers takes under 2 % of one core while timing`(keys: String) throws {
    let spec = NetworkSpec(entry: "cifar_resnet1202")
    let network = try Catalogue.build(spec)
    let conditions = Conditions(batch: 1, threads: 2)
    let signal = try WakeSignal()
    let mailbox = Mailbox(wake: signal.raise)
    let workbench = Workbench(
      state: State(size: CellSize(columns: 160, rows: 50), conditions: conditions), timings: .none, glyphs: .unicode,
      mailbox: mailbox)
    workbench.handle(.open(spec))
    try workbench.run(Script(parsing: keys), waitingFor: signal)
    workbench.handle(.timings(spec, .running(network, conditions, pass: 0)))
    _ = workbench.draw()

    let limit = ContinuousClock.now + .seconds(60)
    var used = Duration.zero
    var shown = 0
    var begin: ContinuousClock.Instant?
    // However slow the machine is, what comes behind the first report is seen.
    while shown < 4, .now < limit {
      mailbox.post(.timings(spec, .running(network, conditions, pass: shown)))
      let before = ReportPace.processorTime()
      workbench.handleMail()
      if workbench.needsDrawing {
        _ = workbench.draw()
        shown += 1
      }
      let sleep = workbench.millisecondsUntilReport() ?? 100
      // The first report is shown at once: what it takes is what all that follow wait for.
      if begin != nil { used += ReportPace.processorTime() - before } else { begin = .now }
      // As the program's loop waits: the pace is what is tested.
      usleep(UInt32(min(sleep, 100)) * 1000)
    }
    // What the last report took, the wait behind it makes up for.
    let owed = Duration.milliseconds(workbench.millisecondsUntilReport() ?? 0)
    let whole = (begin?.duration(to: .now) ?? .zero) + owed
    print("1,202 layers in '\(keys)': \(shown) reports shown, \(used) of \(whole)")
    #expect(shown == 4)
    #expect(used < whole * 0.02)
  }
}

extension Timings {
  /// A measurement that goes on, with a step for each convolution.
  fileprivate static func running(_ network: Network, _ conditions: Conditions, pass: Int) -> Timings {
    func time(_ median: Double) -> Distribution {
      Distribution(
        passes: pass + 1, minimum: median, p10: median, median: median, p90: median, interval: median...median,
        recent: [median])
    }
    let steps = network.layers.filter { $0.cost.multiplyAdds > 0 }.map { layer in
      StepTiming(
        owner: layer.path, covers: [layer.path], algorithm: "direct", multiplyAdds: layer.cost.multiplyAdds,
        time: time(Double(layer.cost.multiplyAdds + pass) / 1e8))
    }
    let sum = steps.reduce(0) { $0 + $1.time.median }
    return Timings(
      conditions: conditions, progress: .running, pass: time(sum), quietMedian: sum, preempted: 0, steps: steps,
      sumOfSteps: sum, peakMemoryBytes: 0, plan: "")
  }
}
