import Architectures
import Canvas
import Measurement
import NetworkGraph

@testable import Explorer

/// A person at the explorer: presses keys, and reads the screen.
struct Journey {
  var state: State
  /// What the explorer has asked for since the last look.
  private(set) var effects: [Effect] = []

  init(_ spec: NetworkSpec? = nil, columns: Int = 80, rows: Int = 24) {
    state = State(size: CellSize(columns: columns, rows: rows), conditions: Conditions(threads: 2))
    effects = update(&state, spec.map { .open($0) } ?? .openCatalogue)
  }

  mutating func send(_ event: Event) { effects += update(&state, event) }
  mutating func press(_ keys: Key...) { for key in keys { send(.input(.key(key))) } }
  /// Types characters: `type("/conv")`.
  mutating func type(_ text: String) { for character in text { press(.character(character)) } }

  /// Runs a command by its name.
  mutating func command(_ text: String) {
    type(":" + text)
    press(.enter)
  }

  mutating func takeEffects() -> [Effect] {
    defer { effects = [] }
    return effects
  }

  var screen: [String] { lines(draw(state, size: state.size)) }
  var network: NetworkScreen { state.network! }
  var cursor: String { network.cursor.path.dotted }

  private func lines(_ canvas: Canvas) -> [String] {
    canvas.plainText.split(separator: "\n", omittingEmptySubsequences: false).prefix(canvas.screen.rows)
      .map { String($0).trimmedEnd }
  }
}

extension Timings {
  /// Timings in which every convolution and linear layer runs with the norms and activations behind it, and takes a
  /// time in proportion to its work.
  static func example(
    of network: Network, _ conditions: Conditions = Conditions(threads: 2), scale: Double = 1,
    progress: Progress = .settled
  ) -> Timings {
    var steps: [StepTiming] = []
    for layer in network.layers.dropFirst() {
      let median = scale * (Double(layer.cost.multiplyAdds) / 1e8 + 0.001)
      switch layer.operation {
      case .batchNorm, .activation:
        if !steps.isEmpty { steps[steps.count - 1].covers.append(layer.path) }
      default:
        steps.append(
          StepTiming(
            owner: layer.path, covers: [layer.path], algorithm: "direct 7×64", multiplyAdds: layer.cost.multiplyAdds,
            time: .example(median)))
      }
    }
    let sum = steps.reduce(0) { $0 + $1.time.median }
    return Timings(
      conditions: conditions, progress: progress, pass: .example(sum), quietMedian: nil, preempted: 0, steps: steps,
      sumOfSteps: sum, peakMemoryBytes: 123_456_789, plan: "example")
  }
}

extension Distribution {
  static func example(_ median: Double) -> Distribution {
    Distribution(
      passes: 84, minimum: median * 0.98, p10: median, median: median, p90: median * 1.05,
      interval: median * 0.995...median * 1.005, recent: (0..<40).map { median * (1 + Double($0 % 7) / 100) })
  }
}
