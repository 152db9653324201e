import Architectures
import Measurement
import NetworkGraph

/// The keys that stay as they are. Reading what was written gives the same report again.
extension BenchReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case batch, threads, fused, exact, progress, preempted, plan, machine, layers, timeline, deviation
    case coldWeights = "cold_weights"
    case quietMedian = "quiet_median_ms"
    case peakMemory = "peak_memory_bytes"
    case sumOfLayers = "sum_of_layers_ms"
    case untimedMedian = "untimed_median_ms"
  }

  public func encode(to encoder: any Encoder) throws {
    try SpecFields(spec, input: input).encode(to: encoder)
    try DistributionFields(timings.pass).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(timings.conditions.batch, forKey: .batch)
    try container.encode(timings.conditions.threads, forKey: .threads)
    try container.encode(timings.conditions.fused, forKey: .fused)
    try container.encode(timings.conditions.exact, forKey: .exact)
    try container.encode(timings.conditions.coldWeights, forKey: .coldWeights)
    try container.encode(timings.progress.rawValue, forKey: .progress)
    try container.encode(timings.quietMedian, forKey: .quietMedian)
    try container.encode(timings.preempted, forKey: .preempted)
    try container.encode(timings.peakMemoryBytes, forKey: .peakMemory)
    try container.encode(timings.sumOfSteps, forKey: .sumOfLayers)
    try container.encodeIfPresent(timings.untimedMedian, forKey: .untimedMedian)
    try container.encode(timings.plan, forKey: .plan)
    try container.encode(MachineReport(machine), forKey: .machine)
    try container.encode(timings.steps.map(StepFields.init), forKey: .layers)
    try container.encodeIfPresent(deviation.flatMap { $0.isFinite ? $0 : nil }, forKey: .deviation)
    try container.encodeIfPresent(timings.timeline.map(TimelineFields.init), forKey: .timeline)
  }

  public init(from decoder: any Decoder) throws {
    let fields = try SpecFields(from: decoder)
    spec = try fields.spec(decoder)
    input = try fields.inputShape(decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let progress = try container.decode(String.self, forKey: .progress)
    guard let progress = Timings.Progress(rawValue: progress) else {
      throw DecodingError.dataCorruptedError(
        forKey: .progress, in: container, debugDescription: "expected running, settled or noisy")
    }
    timings = Timings(
      conditions: Conditions(
        batch: try container.decodeCount(.batch, least: 1), threads: try container.decodeCount(.threads, least: 1),
        fused: try container.decode(Bool.self, forKey: .fused), exact: try container.decode(Bool.self, forKey: .exact),
        coldWeights: try container.decodeIfPresent(Bool.self, forKey: .coldWeights) ?? false),
      progress: progress, pass: try DistributionFields(from: decoder).distribution(decoder),
      quietMedian: try container.decodeTime(.quietMedian),
      preempted: try container.decodeCount(.preempted, least: 0),
      steps: try container.decode([StepFields].self, forKey: .layers).map(\.step),
      sumOfSteps: try container.decode(Double.self, forKey: .sumOfLayers),
      untimedMedian: try container.decodeTime(.untimedMedian),
      peakMemoryBytes: try container.decodeCount(.peakMemory, least: 0),
      plan: try container.decode(String.self, forKey: .plan),
      timeline: try container.decodeIfPresent(TimelineFields.self, forKey: .timeline)?.timeline)
    deviation = try container.decodeIfPresent(Double.self, forKey: .deviation)
    machine = try container.decode(MachineReport.self, forKey: .machine).facts
  }
}

/// The keys of what repeated measurements gave.
private struct DistributionFields: Codable {
  let passes: Int
  let minimum: Double
  let median: Double
  let p90: Double
  let interval: [Double]
  let recent: [Double]

  private enum CodingKeys: String, CodingKey {
    case passes
    case minimum = "min_ms"
    case median = "median_ms"
    case p90 = "p90_ms"
    case interval = "interval_ms"
    case recent = "recent_ms"
  }

  init(_ distribution: Distribution) {
    passes = distribution.passes
    minimum = distribution.minimum
    median = distribution.median
    p90 = distribution.p90
    interval = [distribution.interval.lowerBound, distribution.interval.upperBound]
    recent = distribution.recent
  }

  func distribution(_ decoder: any Decoder) throws -> Distribution {
    for (key, times) in [
      (CodingKeys.minimum, [minimum]), (.median, [median]), (.p90, [p90]), (.interval, interval), (.recent, recent),
    ] where !times.allSatisfy(isTime) {
      throw DecodingError.invalid(key, at: decoder, expected: expectedTime)
    }
    guard interval.count == 2, interval[0] <= interval[1] else {
      throw DecodingError.invalid(CodingKeys.interval, at: decoder, expected: "two times, the lower one first")
    }
    return Distribution(
      passes: passes, minimum: minimum, median: median, p90: p90, interval: interval[0]...interval[1], recent: recent)
  }
}

/// The keys of one step.
private struct StepFields: Codable {
  let step: StepTiming

  private enum CodingKeys: String, CodingKey {
    case path, covers, algorithm, macs, gflops
    case typical = "typical_ms"
  }

  init(_ step: StepTiming) { self.step = step }

  func encode(to encoder: any Encoder) throws {
    try DistributionFields(step.time).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step.owner.dotted, forKey: .path)
    try container.encode(step.covers.map(\.dotted), forKey: .covers)
    try container.encode(step.algorithm, forKey: .algorithm)
    try container.encode(step.multiplyAdds, forKey: .macs)
    try container.encode(step.gflops, forKey: .gflops)
    try container.encode(step.typical, forKey: .typical)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    step = StepTiming(
      owner: NodePath(try container.decode(String.self, forKey: .path)),
      covers: try container.decode([String].self, forKey: .covers).map { NodePath($0) },
      algorithm: try container.decode(String.self, forKey: .algorithm),
      multiplyAdds: try container.decode(Int.self, forKey: .macs),
      time: try DistributionFields(from: decoder).distribution(decoder),
      typical: try container.decodeTime(.typical))
  }
}

/// What no pass takes, some thirty years. Sums of shorter times are finite, and so are their shares.
private let longestTime: Milliseconds = 1e12
private let expectedTime = "milliseconds below 1e12"

private func isTime(_ value: Milliseconds) -> Bool { value.magnitude < longestTime }

extension KeyedDecodingContainer {
  fileprivate func decodeTime(_ key: Key) throws -> Milliseconds? {
    guard let value = try decodeIfPresent(Milliseconds.self, forKey: key) else { return nil }
    guard isTime(value) else {
      throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "expected \(expectedTime)")
    }
    return value
  }

  fileprivate func decodeCount(_ key: Key, least: Int) throws -> Int {
    let value = try decode(Int.self, forKey: key)
    guard value >= least else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "expected a whole number of at least \(least)")
    }
    return value
  }
}

extension DecodingError {
  static func invalid(_ key: any CodingKey, at decoder: any Decoder, expected: String) -> DecodingError {
    .dataCorrupted(Context(codingPath: decoder.codingPath + [key], debugDescription: "expected \(expected)"))
  }
}
