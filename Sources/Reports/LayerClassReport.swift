import Architectures
import Measurement
import NetworkGraph

/// The share of this machine's limits that every class of layers reaches, beside the share that is aimed at.
public struct LayerClassReport: Report {
  /// A layer or block that was measured by itself.
  public struct Layer {
    let kind: LayerClass
    let sample: LayerClass.Sample
    let network: Network
    /// The steps of the layer or block itself, without packing and unpacking.
    private let steps: [StepTiming]
    /// Those of what its time is compared with.
    private let otherSteps: [StepTiming]
    private let conditions: Conditions
    /// Its limits beside the measurement.
    fileprivate let machine: MachineFacts

    /// - Parameters:
    ///   - networks: what the sample says is measured.
    ///   - timings: of passes over them.
    ///   - machine: its limits at that time.
    /// - Returns: nil where there is nothing that took time.
    public init?(
      _ kind: LayerClass, _ sample: LayerClass.Sample, _ networks: [Network], _ timings: [Timings],
      _ machine: MachineFacts
    ) {
      guard let network = networks.first, let timing = timings.first, timings.count == networks.count else {
        return nil
      }
      self.kind = kind
      self.sample = sample
      self.network = network
      steps = Self.ownSteps(timing)
      otherSteps = timings.dropFirst().flatMap(Self.ownSteps)
      conditions = timing.conditions
      self.machine = machine
      guard steps.reduce(0, { $0 + $1.time.interval.lowerBound }) > 0 else { return nil }
    }

    private static func ownSteps(_ timings: Timings) -> [StepTiming] {
      timings.steps.filter { $0.algorithm != "pack" && !$0.covers.isEmpty }
    }

    var algorithm: String { steps.count == 1 ? steps[0].algorithm : Figures.amount(steps.count, "step") }

    var median: Milliseconds { steps.reduce(0) { $0 + $1.time.median } }

    var share: Share {
      // What the limit would need. The limits are GFLOP/s and GB/s: operations and bytes in a nanosecond.
      let least: (median: Milliseconds, low: Milliseconds, high: Milliseconds)
      switch sample.limit {
      case .arithmetic:
        let operations = 2 * Double(steps.reduce(0) { $0 + $1.multiplyAdds })
        let time = operations / machine.peak(threads: conditions.threads) / 1e6
        least = (time, time, time)
      case .bandwidth:
        let values =
          network.cost.parameters
          + conditions.batch * (network.inputShape.elements + network.outputShape.elements)
        let time = 4 * Double(values) / machine.bandwidth(threads: conditions.threads) / 1e6
        least = (time, time, time)
      case .time: least = Self.sum(otherSteps)
      }
      let own = Self.sum(steps)
      return Share(
        median: least.median / own.median, interval: least.low / own.high...least.high / own.low, target: sample.target)
    }

    private static func sum(_ steps: [StepTiming]) -> (median: Milliseconds, low: Milliseconds, high: Milliseconds) {
      steps.reduce((0, 0, 0)) {
        ($0.0 + $1.time.median, $0.1 + $1.time.interval.lowerBound, $0.2 + $1.time.interval.upperBound)
      }
    }
  }

  /// What a layer reaches of a limit: by its median, and by the 95 % interval from its slow to its fast end.
  struct Share {
    let median: Double
    let interval: ClosedRange<Double>
    let target: Double

    var isBelow: Bool { interval.upperBound < target }
  }

  private let layers: [Layer]
  private let machine: MachineFacts
  private let conditions: Conditions

  public init(_ layers: [Layer], _ machine: MachineFacts, _ conditions: Conditions) {
    self.layers = layers
    self.machine = machine
    self.conditions = conditions
  }

  public var heading: [String] {
    let threads = conditions.threads
    let facts =
      [machine.processor, machine.isa, Figures.amount(threads, "thread")] + conditions.exceptions
    return [
      "\(facts.joined(separator: ", ")): \(Figures.significant(machine.peak(threads: threads), digits: 4))"
        + " GFLOP/s, \(Figures.significant(machine.bandwidth(threads: threads), digits: 3)) GB/s"
    ]
  }

  public var table: ReportTable {
    ReportTable(
      columns: [
        .init("class", "Class"), .init("layer", "Layer"), .init("input", "Input"), .init("algorithm", "Algorithm"),
        .init("median_ms", "Median", .right), .init("share", "Share", .right), .init("low", "95 % from", .right),
        .init("high", "to", .right), .init("limit", "Of"), .init("target", "Target", .right),
        .init("below", "Below", .right),
      ],
      rows: layers.map { layer in
        let share = layer.share
        return [
          .text(layer.kind.title), .text(layer.sample.name), .lengths(layer.network.inputShape.dimensions),
          .text(layer.algorithm), .milliseconds(layer.median), .share(share.median),
          .share(share.interval.lowerBound), .share(share.interval.upperBound),
          .text(layer.sample.limit.text), .share(share.target), .flag(share.isBelow),
        ]
      })
  }

  public var footing: [String] {
    [
      "shares of the direct sum's multiply-adds in registers: Winograd's and Strassen's algorithms need fewer and pass"
        + " 100 %; pooling and linear layers of the bytes of their weights, input and output from memory, which warm"
        + " caches pass; blocks of the time of the same without what is looked at, measured in alternation"
    ]
  }

  private enum Keys: String, CodingKey { case processor, isa, threads, layers }

  private enum LayerKeys: String, CodingKey {
    case kind = "class"
    case layer, algorithm, share, low, high, limit, target, below
    case median = "median_ms"
    case peak = "peak_gflops"
    case bandwidth = "bandwidth_gbs"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(machine.processor, forKey: .processor)
    try container.encode(machine.isa, forKey: .isa)
    try container.encode(conditions.threads, forKey: .threads)
    var list = container.nestedUnkeyedContainer(forKey: .layers)
    for layer in layers {
      var fields = list.nestedContainer(keyedBy: LayerKeys.self)
      try fields.encode(layer.kind.title, forKey: .kind)
      try fields.encode(layer.sample.name, forKey: .layer)
      try fields.encode(layer.algorithm, forKey: .algorithm)
      try fields.encode(layer.median, forKey: .median)
      let share = layer.share
      try fields.encode(share.median, forKey: .share)
      try fields.encode(share.interval.lowerBound, forKey: .low)
      try fields.encode(share.interval.upperBound, forKey: .high)
      try fields.encode(layer.sample.limit.text, forKey: .limit)
      try fields.encode(share.target, forKey: .target)
      try fields.encode(share.isBelow, forKey: .below)
      try fields.encode(layer.machine.peak(threads: conditions.threads), forKey: .peak)
      try fields.encode(layer.machine.bandwidth(threads: conditions.threads), forKey: .bandwidth)
    }
  }
}
