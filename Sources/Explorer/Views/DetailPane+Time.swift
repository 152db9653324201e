import Canvas
import Measurement
import NetworkGraph

/// What was measured, as far as it stands on the row under the cursor.
extension DetailPane {
  static func describeTime(
    of item: Outline.Item, screen: NetworkScreen, machine: MachineFacts?, in text: inout DetailText
  ) {
    text.gap()
    guard let attribution = screen.attribution else {
      text.add("time", screen.isPaused ? "not measured: paused" : "not measured yet", .dim)
      return
    }
    let isWhole = item.path.isRoot
    if let step = attribution.step(covering: item.path) {
      describe(step, of: item.path, screen: screen, machine: machine, in: &text)
    } else if isWhole {
      describe(attribution.timings.pass, in: &text)
      let timings = attribution.timings
      text.add("steps", "\(timings.steps.count), together \(Figures.time(timings.sumOfSteps))")
      if let answer = timings.steps.last, answer.covers.isEmpty {
        text.add("", "\(Figures.time(answer.time.median)) of them hand the answer out, which is no row's", .dim)
      }
      if timings.preempted > 0 {
        text.add("preempted", "\(timings.preempted) of \(Figures.passes(timings.pass.passes))")
      }
      text.add("process", "\(Figures.bytes(timings.peakMemoryBytes)) of memory at the most, whatever it has run")
      rate(
        2 * Double(screen.network.cost.multiplyAdds) * Double(screen.conditions.batch), timings.pass.median, screen,
        machine, in: &text)
    } else {
      describeSum(of: item, attribution, screen: screen, machine: machine, in: &text)
    }
  }

  private static func describe(
    _ step: StepTiming, of path: NodePath, screen: NetworkScreen, machine: MachineFacts?, in text: inout DetailText
  ) {
    if step.owner != path { text.add("runs in", "the step of \(step.owner)") }
    if step.covers.count > 1 {
      let names = step.covers.map { "\(screen.kind(at: $0)) \($0)" }
      text.add("fused", names.joined(separator: " + "))
    }
    text.add("algorithm", step.algorithm)
    if step.takesTurns {
      text.add("", "in turns with its neighbours, a few rows of each: its time is that of its turns", .dim)
    }
    describe(step.time, in: &text)
    rate(2 * Double(step.multiplyAdds), step.time.median, screen, machine, in: &text)
  }

  private static func describeSum(
    of item: Outline.Item, _ attribution: TimeAttribution, screen: NetworkScreen, machine: MachineFacts?,
    in text: inout DetailText
  ) {
    switch attribution.standing(of: item.node, in: screen.network) {
    case .time(let time, let crosses):
      let share = attribution.timings.sumOfSteps > 0 ? time / attribution.timings.sumOfSteps : 0
      text.add("time", "\(Figures.time(time)), \(Figures.percent(share)) of all steps")
      if crosses { text.add("", "a step crosses the border of this block: its time stands where its owner is", .dim) }
      let work = screen.network.cost(of: item.node).multiplyAdds * screen.conditions.batch
      rate(2 * Double(work), time, screen, machine, in: &text)
    case .within(let owner): text.add("runs in", "the step of \(owner)")
    case .nothing: text.add("time", "nothing runs for it", .dim)
    }
  }

  private static func describe(_ time: Distribution, in text: inout DetailText) {
    text.add(
      "time",
      "median \(Figures.time(time.median)), least \(Figures.time(time.minimum)), p90 \(Figures.time(time.p90))", .number
    )
    let interval =
      "95 % of the median \(Figures.time(time.interval.lowerBound)) … \(Figures.time(time.interval.upperBound)), "
    text.add("", (time.hasInterval ? interval : "") + Figures.passes(time.passes), .dim)
    text.add("latest", Chart.sparkline(time.recent, columns: max(8, text.width - 12)), .bar)
  }

  private static func rate(
    _ operations: Double, _ time: Milliseconds, _ screen: NetworkScreen, _ machine: MachineFacts?,
    in text: inout DetailText
  ) {
    guard operations > 0, time > 0 else { return }
    let gflops = operations / time / 1e6
    let peak = machine.map { $0.peak(threads: screen.conditions.threads) } ?? 0
    let limit = "the measured peak of \(Figures.significant(peak, digits: 3))"
    // Work is counted as direct convolution has it; an algorithm with fewer multiplications can seem to pass the peak.
    let share =
      peak <= 0
      ? "" : gflops <= peak ? ", \(Figures.percent(gflops / peak)) of \(limit)" : " as if direct, beyond \(limit)"
    text.add("rate", "\(Figures.significant(gflops, digits: 3)) GFLOP/s\(share)")
  }
}
