import Measurement
import NetworkGraph

/// What a sweep has found, for every value and network.
public struct SweepReport: Report {
  let range: SweepRange
  let convention: CountingConvention
  let points: [SweepPoint]

  public init(_ points: [SweepPoint], over range: SweepRange, convention: CountingConvention) {
    self.points = points
    self.range = range
    self.convention = convention
  }

  public var heading: [String] { ["over \(range.key), counting \(convention.rawValue)"] }

  public var table: ReportTable {
    ReportTable(
      columns: [
        .init(range.key, range.key, .right), .init("name", "Name"), .init("median_ms", "Median", .right),
        .init("p10_ms", "10 %", .right), .init("p90_ms", "90 %", .right),
        .init("images_per_second", "Images/s", .right), .init("params", "Parameters", .right),
        .init("macs", convention.title, .right), .init("peak_memory_bytes", "Memory", .right),
      ],
      rows: points.map {
        [
          .text($0.value), .text($0.name), .milliseconds($0.pass.median), .milliseconds($0.pass.p10),
          .milliseconds($0.pass.p90), .number($0.throughput), .count($0.parameters), .count($0.operations),
          .bytes($0.peakMemoryBytes),
        ]
      })
  }

  private enum CodingKeys: String, CodingKey { case over, convention, points }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(range.key, forKey: .over)
    try container.encode(convention.rawValue, forKey: .convention)
    try container.encode(points.map(PointFields.init), forKey: .points)
  }
}

/// The keys of a point.
private struct PointFields: Encodable {
  let value: String
  let name: String
  let batch: Int
  let median: Milliseconds
  let p10: Milliseconds
  let p90: Milliseconds
  let throughput: Double
  let params: Int
  let macs: Int
  let peakMemory: Int

  private enum CodingKeys: String, CodingKey {
    case value, name, batch, params, macs
    case median = "median_ms"
    case p10 = "p10_ms"
    case p90 = "p90_ms"
    case throughput = "images_per_second"
    case peakMemory = "peak_memory_bytes"
  }

  init(_ point: SweepPoint) {
    value = point.value
    name = point.name
    batch = point.batch
    median = point.pass.median
    p10 = point.pass.p10
    p90 = point.pass.p90
    throughput = point.throughput
    params = point.parameters
    macs = point.operations
    peakMemory = point.peakMemoryBytes
  }
}
