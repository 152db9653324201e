import Measurement

/// The machine that measures: what it is, and the measured limits of what it can do.
public struct MachineReport: Report, Codable {
  let processor: String
  let isa: String
  let threads: Int
  let peak: Rates
  let bandwidth: Rates
  let caches: [String: Int]

  /// A rate with one thread and with all.
  struct Rates: Codable {
    let one: Double
    let all: Double

    private enum CodingKeys: String, CodingKey {
      case one = "1"
      case all
    }

    init(one: Double, all: Double) {
      self.one = one
      self.all = all
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      one = try container.decodeRate(.one)
      all = try container.decodeRate(.all)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case processor, isa, threads, caches
    case peak = "peak_gflops"
    case bandwidth = "bandwidth_gbs"
  }

  public init(_ machine: MachineFacts) {
    processor = machine.processor
    isa = machine.isa
    threads = machine.threads
    peak = Rates(one: machine.peakOne, all: machine.peakAll)
    bandwidth = Rates(one: machine.bandwidthOne, all: machine.bandwidthAll)
    caches = machine.caches
  }

  var facts: MachineFacts {
    MachineFacts(
      processor: processor, isa: isa, threads: threads, peakOne: peak.one, peakAll: peak.all,
      bandwidthOne: bandwidth.one, bandwidthAll: bandwidth.all, caches: caches)
  }

  public var heading: [String] { ["\(processor), \(isa), \(threads) threads"] }

  public var table: ReportTable {
    ReportTable(
      columns: [
        .init("what", "Measured limit"), .init("unit", "Unit"), .init("one", "One thread", .right),
        .init("all", "All threads", .right),
      ],
      rows: [
        [.text("multiply-add peak"), .text("GFLOP/s"), .number(peak.one), .number(peak.all)],
        [.text("memory bandwidth, reading"), .text("GB/s"), .number(bandwidth.one), .number(bandwidth.all)],
      ])
  }

  public var footing: [String] {
    caches.isEmpty
      ? []
      : ["caches: " + caches.sorted { $0.key < $1.key }.map { "\($0) \(Figures.bytes($1))" }.joined(separator: ", ")]
  }
}
