import Architectures
import Measurement
import NetworkGraph

/// A sweep of one or more networks, as far as it has come.
struct Sweep: Sendable {
  let specs: [NetworkSpec]
  let conditions: Conditions
  let range: SweepRange
  /// What the work of its points is counted by.
  let convention: CountingConvention
  var points: [SweepPoint] = []
  var isRunning = true
  var measure = SweepMeasure.time

  /// How many points there are if none is left out.
  var count: Int { specs.count * range.values.count }

  /// True if it began with these networks and conditions: what is on the screen, unless that has changed since.
  func isOf(_ specs: [NetworkSpec], _ conditions: Conditions) -> Bool {
    self.specs.starts(with: specs) && self.conditions == conditions
  }
}

extension State {
  /// The sweep of the screen that is shown.
  var sweep: Sweep? {
    get { network?.sweep ?? comparison?.sweep }
    set {
      network?.sweep = newValue
      comparison?.sweep = newValue
    }
  }

  /// True if the sweep is what is looked at.
  var showsSweep: Bool { network?.picture == .sweep || comparison?.picture == .sweep }

  /// Starts a sweep of what is on the screen, or of that and the networks that are named behind the range; without a
  /// range shows the sweep there is, leads back, or asks for a range.
  mutating func startSweep(_ text: String) -> [Effect] {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else {
      if showsSweep || sweep != nil { return toggleSweep() }
      return askForSweep("input=\(sizesAround)")
    }
    do {
      let range = try SweepRange(parsing: first)
      var specs = sweepSubjects
      for name in words.dropFirst() {
        let spec = try NetworkSpec(parsing: name)
        _ = try Catalogue.build(spec)
        if !specs.contains(spec) { specs.append(spec) }
      }
      let conditions = network?.conditions ?? comparison?.conditions ?? conditions
      try range.checkApplies(to: specs, conditions)
      sweep = Sweep(specs: specs, conditions: conditions, range: range, convention: convention)
      if !showsSweep { _ = toggleSweep() }
      return [.sweep(specs, conditions, range)]
    } catch {
      refuse("\(error)")
      return askForSweep(text)
    }
  }

  mutating func askForSweep(_ text: String) -> [Effect] {
    let others = sweepSubjects.dropFirst().map(\.shortened.description)
    let subject = comparison != nil ? "both " : others.first.map { "with \($0) " } ?? ""
    return ask("sweep", label: "sweep \(subject)over: ", text: text)
  }

  private mutating func toggleSweep() -> [Effect] {
    comparison == nil ? toggle(Picture.sweep) : toggle(ComparisonScreen.Picture.sweep)
  }

  /// The networks of a sweep: both sides of a comparison, or the one on the screen and the one that is marked elsewhere.
  private var sweepSubjects: [NetworkSpec] {
    if let screen = comparison { return [screen.a.spec, screen.b.spec] }
    guard let screen = network else { return [] }
    guard let mark, mark.whole != screen.spec else { return [screen.spec] }
    return [screen.spec, mark]
  }

  /// Sizes of the image from half to twice its own, as a sweep takes them.
  private var sizesAround: String {
    let shape = network?.network.inputShape ?? comparison?.a.network.inputShape
    let side = shape?.dimensions.last ?? 224
    return "\(max(1, side / 2)):\(side * 2):\(max(1, side / 4))"
  }

  /// The next thing that curves stand for.
  mutating func showNextCurve() {
    guard let measure = sweep?.measure else { return }
    let all = SweepMeasure.allCases
    sweep?.measure = all[((all.firstIndex(of: measure) ?? 0) + 1) % all.count]
  }

  /// Ends a sweep and keeps its points; what is on the screen is measured again if it had not settled.
  mutating func endSweep() -> [Effect] {
    guard sweep?.isRunning == true else { return [] }
    sweep?.isRunning = false
    return [.stop] + measureAgain()
  }

  /// Notes that sweeps, but for the one that an effect starts, have ended before their time.
  mutating func endSweeps(with effects: [Effect]) {
    guard effects.contains(where: \.takesTheEngine) else { return }
    let starts = effects.contains { if case .sweep = $0 { true } else { false } }
    for index in screens.indices where !(starts && index == screens.count - 1) { screens[index].endSweep() }
  }

  /// Takes in what a sweep has found; `point` is nil at its end.
  mutating func receive(_ point: SweepPoint?, of range: SweepRange, _ specs: [NetworkSpec]) -> [Effect] {
    guard let sweep, sweep.specs == specs, sweep.range == range else { return [] }
    if let point {
      self.sweep?.points.append(point)
      return []
    }
    return endSweep()
  }
}
