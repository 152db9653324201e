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
        batch: try container.decodeCount(.batch, in: 1...Conditions.mostImages),
        threads: try container.decodeCount(.threads, in: 1...Conditions.mostThreads),
        fused: try container.decode(Bool.self, forKey: .fused), exact: try container.decode(Bool.self, forKey: .exact),
        coldWeights: try container.decodeIfPresent(Bool.self, forKey: .coldWeights) ?? false),
      progress: progress, pass: try DistributionFields(from: decoder).distribution,
      quietMedian: try container.decodeTimeIfPresent(.quietMedian),
      preempted: try container.decodeCount(.preempted),
      steps: try container.decode([StepFields].self, forKey: .layers).map(\.step),
      sumOfSteps: try container.decodeTime(.sumOfLayers),
      untimedMedian: try container.decodeTimeIfPresent(.untimedMedian),
      peakMemoryBytes: try container.decodeCount(.peakMemory),
      plan: try container.decode(String.self, forKey: .plan),
      timeline: try container.decodeIfPresent(TimelineFields.self, forKey: .timeline)?.timeline)
    deviation = try container.decodeIfPresent(Double.self, forKey: .deviation)
    machine = try container.decode(MachineReport.self, forKey: .machine).facts
  }
}

/// The keys of what repeated measurements gave.
private struct DistributionFields: Codable {
  let distribution: Distribution

  private enum CodingKeys: String, CodingKey {
    case passes
    case minimum = "min_ms"
    case p10 = "p10_ms"
    case median = "median_ms"
    case p90 = "p90_ms"
    case interval = "interval_ms"
    case recent = "recent_ms"
  }

  init(_ distribution: Distribution) { self.distribution = distribution }

  /// Writes null for the interval where there are too few passes for one.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(distribution.passes, forKey: .passes)
    try container.encode(distribution.minimum, forKey: .minimum)
    try container.encode(distribution.p10, forKey: .p10)
    try container.encode(distribution.median, forKey: .median)
    try container.encode(distribution.p90, forKey: .p90)
    let interval = distribution.interval
    try container.encode(
      distribution.hasInterval ? [interval.lowerBound, interval.upperBound] : nil, forKey: .interval)
    try container.encode(distribution.recent, forKey: .recent)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let median = try container.decodeTime(.median)
    let recent = try container.decodeTimes(.recent)
    let sorted = recent.sorted()
    let interval =
      try container.decodeNil(forKey: .interval)
      ? [sorted.first ?? median, sorted.last ?? median] : container.decodeTimes(.interval)
    guard interval.count == 2, interval[0] <= interval[1] else {
      throw DecodingError.invalid(CodingKeys.interval, at: decoder, expected: "two times, the lower one first")
    }
    let minimum = try container.decodeTime(.minimum)
    // Files of before this key have the latest passes alone to tell it.
    let p10 = try container.decodeTimeIfPresent(.p10) ?? (sorted.isEmpty ? minimum : sorted[sorted.count / 10])
    distribution = Distribution(
      passes: try container.decodeCount(.passes), minimum: minimum, p10: p10, median: median,
      p90: try container.decodeTime(.p90), interval: interval[0]...interval[1], recent: recent)
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
      multiplyAdds: try container.decodeCount(.macs),
      time: try DistributionFields(from: decoder).distribution,
      typical: try container.decodeTimeIfPresent(.typical))
  }
}

/// What is decoded from a file of unknown origin: sums and products of such numbers are numbers still.
extension KeyedDecodingContainer {
  private func invalid(_ key: Key, expected: String) -> DecodingError {
    .dataCorruptedError(forKey: key, in: self, debugDescription: "expected \(expected)")
  }

  func decodeCount(_ key: Key, in range: ClosedRange<Int> = 0...(1 << 50)) throws -> Int {
    let value = try decode(Int.self, forKey: key)
    guard value >= range.lowerBound else {
      throw invalid(key, expected: "a whole number of at least \(range.lowerBound)")
    }
    guard value <= range.upperBound else {
      throw invalid(key, expected: "a whole number of at most \(range.upperBound)")
    }
    return value
  }

  func decodeTime(_ key: Key) throws -> Milliseconds { try time(decode(Double.self, forKey: key), of: key) }

  func decodeTimeIfPresent(_ key: Key) throws -> Milliseconds? {
    try decodeIfPresent(Double.self, forKey: key).map { try time($0, of: key) }
  }

  func decodeTimes(_ key: Key) throws -> [Milliseconds] {
    try decode([Double].self, forKey: key).map { try time($0, of: key) }
  }

  /// Up to thirty years.
  private func time(_ value: Double, of key: Key) throws -> Milliseconds {
    guard (0...1e12).contains(value) else { throw invalid(key, expected: "milliseconds from 0 to 1e12") }
    return value
  }

  /// A rate of a machine, in thousand millions in a second; 0 where it is not known.
  func decodeRate(_ key: Key) throws -> Double {
    let value = try decode(Double.self, forKey: key)
    guard value == 0 || (1e-6...1e12).contains(value) else {
      throw invalid(key, expected: "a rate of 0, or from 1e-6 to 1e12")
    }
    return value
  }
}

extension DecodingError {
  static func invalid(_ key: any CodingKey, at decoder: any Decoder, expected: String) -> DecodingError {
    .dataCorrupted(Context(codingPath: decoder.codingPath + [key], debugDescription: "expected \(expected)"))
  }
}
