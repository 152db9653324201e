import Architectures
import Measurement

/// What the keys for the timing do, and what happens when there can be none.
extension State {
  mutating func pauseOrResume() -> [Effect] {
    if let isMeasurable = network?.isMeasurable ?? comparison?.isMeasurable, !isMeasurable {
      refuse("cannot be timed here; r tries again")
      return []
    }
    if let timings = network?.timings ?? comparison?.timings?.a, timings.progress != .running {
      say("\(timings.progress.rawValue); r measures afresh")
      return []
    }
    if let paused = network?.isPaused {
      network?.isPaused = !paused
      return [paused ? .resume : .pause]
    }
    if let paused = comparison?.isPaused {
      comparison?.isPaused = !paused
      return [paused ? .resume : .pause]
    }
    return []
  }

  mutating func restart() -> [Effect] {
    if showsSweep, let sweep { return askForSweep(sweep.range.description) }
    if let screen = network {
      network?.forgetTimings()
      return [screen.measurement]
    }
    if let screen = comparison {
      comparison?.forgetTimings()
      return [screen.measurement]
    }
    return []
  }

  /// Asks for the deviation from the exact plan. The timing stands still meanwhile: it would time both.
  mutating func findDeviation() -> [Effect] {
    guard let screen = network else { return [] }
    guard !screen.conditions.exact else {
      say("this is the exact plan")
      return []
    }
    say("running this plan and the exact one…")
    return [.pause, .findDeviation(screen.spec, screen.conditions)]
  }

  mutating func receiveDeviation(
    _ result: Result<Double, Refusal>, of spec: NetworkSpec, _ conditions: Conditions
  ) -> [Effect] {
    if let screen = network, screen.spec == spec, screen.conditions == conditions {
      switch result {
      case .success(let deviation): say(Figures.deviation(deviation))
      case .failure(let refusal): refuse(refusal.reason)
      }
    }
    return network?.isPaused == false || comparison?.isPaused == false ? [.resume] : []
  }

  /// Notes that the comparison on the screen has no times to wait for, or that a network that was edited is measured
  /// alone.
  mutating func giveUp(
    _ a: NetworkSpec, _ b: NetworkSpec, _ conditions: Conditions, because reason: String
  ) -> [Effect] {
    if let effect = network?.giveUp(a, b, conditions) {
      refuse("not measured in turn with what it was: \(reason)")
      return [effect]
    }
    guard let screen = comparison, screen.a.spec == a, screen.b.spec == b, screen.conditions == conditions else {
      return []
    }
    refuse(reason)
    comparison?.isMeasurable = false
    return []
  }

  /// Says, behind what the edit that led here has said, that there are no timings of what is on the screen.
  mutating func tellMissing(_ specs: [NetworkSpec]) {
    if let shown = network?.spec, !specs.contains(shown) { return }
    let subject = notice == nil ? specs.map(\.summary).joined(separator: " and ") + " run like this" : "this"
    let missing = "no timings of \(subject) are given"
    refuse(notice.map { $0.text + "; " + missing } ?? missing)
  }

  /// Goes back from a state that turned out not to be measurable, if an edit has just led there.
  mutating func takeBack(_ spec: NetworkSpec, _ conditions: Conditions, because reason: String) -> [Effect] {
    guard var screen = network, screen.spec == spec, screen.conditions == conditions else { return [] }
    refuse(reason)
    screen.isMeasurable = false
    let effect = screen.timings == nil ? try? screen.undo() : nil
    network = screen
    return effect.map { [$0] } ?? []
  }
}
