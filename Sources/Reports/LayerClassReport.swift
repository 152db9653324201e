import Architectures
import Measurement
import NetworkGraph

/// The share of this machine's limits that every class of layers reaches, beside the share that is aimed at.
public struct LayerClassReport: Report {
  /// A layer that was measured by itself.
  public struct Layer {
    let kind: LayerClass
    let spec: String
    let target: Double
    let network: Network
    let step: StepTiming
    let threads: Int

    /// - Parameters:
    ///   - network: the layer alone.
    ///   - timings: of a pass over it, packing and unpacking included, which do not count.
    /// - Returns: nil where no step computes anything.
    public init?(_ kind: LayerClass, spec: String, target: Double, _ network: Network, _ timings: Timings) {
      guard let step = timings.steps.max(by: { $0.multiplyAdds < $1.multiplyAdds }), step.multiplyAdds > 0,
        step.time.interval.lowerBound > 0
      else { return nil }
      self.kind = kind
      self.spec = spec
      self.target = target
      self.network = network
      self.step = step
      threads = timings.conditions.threads
    }

    func share(of machine: MachineFacts) -> Share {
      let work =
        switch kind.limit {
        case .arithmetic: 2 * Double(step.multiplyAdds) / machine.peak(threads: threads)
        case .bandwidth: 4 * Double(network.cost.parameters) / machine.bandwidth(threads: threads)
        }
      // The limits are GFLOP/s and GB/s: operations and bytes in a nanosecond.
      func share(_ time: Milliseconds) -> Double { work / (time * 1e6) }
      let interval = step.time.interval
      return Share(
        median: share(step.time.median), interval: share(interval.upperBound)...share(interval.lowerBound),
        target: target)
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
        let share = layer.share(of: machine)
        return [
          .text(layer.kind.title), .text(layer.spec), .lengths(layer.network.inputShape.dimensions),
          .text(layer.step.algorithm), .milliseconds(layer.step.time.median), .share(share.median),
          .share(share.interval.lowerBound), .share(share.interval.upperBound),
          .text(layer.kind.limit == .arithmetic ? "peak" : "bandwidth"), .share(layer.target), .flag(share.isBelow),
        ]
      })
  }

  public var footing: [String] {
    [
      "shares of the direct sum's multiply-adds in registers: Winograd's and Strassen's algorithms need fewer and pass"
        + " 100 %; linear layers of the bytes of their weights from memory, which a warm cache passes"
    ]
  }

  private enum Keys: String, CodingKey { case processor, isa, threads, layers }

  private enum LayerKeys: String, CodingKey {
    case kind = "class"
    case layer, algorithm, share, low, high, limit, target
    case median = "median_ms"
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
      try fields.encode(layer.spec, forKey: .layer)
      try fields.encode(layer.step.algorithm, forKey: .algorithm)
      try fields.encode(layer.step.time.median, forKey: .median)
      let share = layer.share(of: machine)
      try fields.encode(share.median, forKey: .share)
      try fields.encode(share.interval.lowerBound, forKey: .low)
      try fields.encode(share.interval.upperBound, forKey: .high)
      try fields.encode(layer.kind.limit == .arithmetic ? "peak" : "bandwidth", forKey: .limit)
      try fields.encode(layer.target, forKey: .target)
    }
  }
}
