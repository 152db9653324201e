import Architectures
import Measurement
import NetworkGraph

/// A network as a line of timm's published results: milliseconds, millions and thousand millions with two decimals.
///
/// The multiply-adds are counted as timm counts them, which is fvcore's convention, whatever other reports show.
struct TimmRow {
  let model: String
  let input: Shape
  let cost: Cost
  let time: (batch: Int, median: Milliseconds)?

  /// - Parameter network: what `spec` builds.
  init(_ spec: NetworkSpec, _ network: Network, timings: Timings? = nil) {
    self.init(
      "\(spec)", input: network.inputShape, cost: network.cost,
      time: timings.map { ($0.conditions.batch, $0.pass.median) })
  }

  init(_ model: String, input: Shape, cost: Cost, time: (batch: Int, median: Milliseconds)?) {
    self.model = model
    self.input = input
    self.cost = cost
    self.time = time
  }

  private static var columns: [RecordColumn<TimmRow>] {
    [
      RecordColumn("model") { .text($0.model) },
      RecordColumn("infer_img_size") { .integer($0.input.height) },
      RecordColumn("infer_samples_per_sec") { row in
        row.time.map { decimals($0.median > 0 ? Double($0.batch) / $0.median * 1000 : 0) } ?? .none
      },
      RecordColumn("infer_step_time") { row in row.time.map { decimals($0.median) } ?? .none },
      RecordColumn("infer_batch_size") { row in row.time.map { .integer($0.batch) } ?? .none },
      RecordColumn("param_count") { decimals(Double($0.cost.parameters) / 1e6) },
      RecordColumn("infer_gmacs") { decimals(Double(CountingConvention.fvcore.operations($0.cost)) / 1e9) },
      RecordColumn("infer_macts") { decimals(Double($0.cost.weightedOutputElements) / 1e6) },
    ]
  }

  private static func decimals(_ value: Double) -> Entry { .text(Figures.fixed(value, decimals: 2)) }

  /// A header and a line for each.
  static func text(_ rows: [TimmRow]) -> String { ReportTable(rows, columns: columns).csv }
}
