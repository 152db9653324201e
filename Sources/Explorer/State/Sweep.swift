import Architectures
import Measurement
import NetworkGraph

/// A sweep of a network, as far as it has come.
struct Sweep: Sendable {
  let range: SweepRange
  var points: [SweepPoint] = []
  var isRunning = true
  var measure = SweepMeasure.time
}

extension State {
  /// Starts a sweep; without a range shows the one there is, leads back to the tree, or asks for a range.
  mutating func sweep(_ text: String) -> [Effect] {
    guard let screen = network else { return [] }
    guard !text.isEmpty else {
      if screen.picture == .sweep || screen.sweep != nil { return toggle(.sweep) }
      overlay = .prompt(
        Prompt(.argument(command: "sweep"), label: "sweep over: ", text: "input=\(screen.sizesAround)"))
      return []
    }
    do throws(SweepRange.Unreadable) {
      let range = try SweepRange(parsing: text)
      network?.sweep = Sweep(range: range)
      network?.picture = .sweep
      return [.sweep(screen.spec, screen.conditions, range)]
    } catch {
      refuse("\(error)")
      return []
    }
  }

  /// The next thing that curves stand for.
  mutating func showNextCurve() {
    guard let measure = network?.sweep?.measure else { return }
    let all = SweepMeasure.allCases
    network?.sweep?.measure = all[((all.firstIndex(of: measure) ?? 0) + 1) % all.count]
  }

  /// Ends a sweep and keeps its points; the network itself is measured again if it had not settled.
  mutating func endSweep() -> [Effect] {
    guard let screen = network, screen.sweep?.isRunning == true else { return [] }
    network?.sweep?.isRunning = false
    return [.stop] + (isMeasuring && !screen.isPaused ? [.measure(screen.spec, screen.conditions)] : [])
  }

  /// Takes in what a sweep has found; `point` is nil at its end.
  mutating func receive(_ point: SweepPoint?, of range: SweepRange, _ spec: NetworkSpec) -> [Effect] {
    guard let screen = network, screen.spec == spec, screen.sweep?.range == range else { return [] }
    if let point {
      network?.sweep?.points.append(point)
      return []
    }
    return endSweep()
  }
}

extension NetworkScreen {
  /// Sizes of the image from half to twice its own, as a sweep takes them.
  fileprivate var sizesAround: String {
    let side = network.inputShape.dimensions.last ?? 224
    return "\(max(32, side / 2)):\(max(64, side * 2)):\(max(32, side / 4))"
  }
}
