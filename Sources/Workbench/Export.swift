import Architectures
import Engine
import Explorer
import Formats
import Measurement
import NetworkGraph
import Reports

/// What can be written as data.
enum Export {
  case network(NetworkSpec, CountingConvention, Timings?)
  case catalogue(CountingConvention)
  case comparison(NetworkSpec, NetworkSpec, CountingConvention, PairTimings?)
  case sweep([SweepPoint], SweepRange, CountingConvention)

  /// - Returns: the name of the file, which is a new one.
  static func write(_ export: Export, as format: DataFormat, to path: String) throws -> String {
    let text = try export.report.text(format.reportFormat)
    return try OutputFile.writeNew(path) { try OutputFile.write(text, to: $0) }
  }

  /// Writes a network with its weights, generated ones unless it comes from a file.
  ///
  /// - Returns: the name of the file, which is a new one.
  static func writeModel(_ spec: NetworkSpec, to path: String) throws -> String {
    let network = try Catalogue.build(spec)
    let weights: any WeightSource = try Catalogue.weights(of: spec) ?? SeededWeights(for: network)
    try ONNXFile.checkExport(of: network, to: path)
    return try OutputFile.writeNew(path) { try NetworkFile.write(network, of: spec, weights: weights, to: $0) }
  }

  private var report: any Report {
    get throws {
      switch self {
      case .network(let spec, let convention, let timings):
        NetworkReport(try Catalogue.build(spec), spec: spec, convention: convention, timings: timings)
      case .catalogue(let convention):
        CatalogueReport(
          try Catalogue.entries.map { entry in
            CatalogueReport.Item(entry, cost: try Catalogue.build(NetworkSpec(entry: entry.name)).cost)
          }, convention: convention)
      case .sweep(let points, let range, let convention): SweepReport(points, over: range, convention: convention)
      case .comparison(let a, let b, let convention, let timings):
        ComparisonReport(
          .init(spec: a, network: try Catalogue.build(a), timings: timings?.a),
          .init(spec: b, network: try Catalogue.build(b), timings: timings?.b), convention: convention,
          difference: timings?.difference)
      }
    }
  }
}

extension DataFormat {
  fileprivate var reportFormat: ReportFormat {
    switch self {
    case .json: .json
    case .csv: .csv
    case .markdown: .markdown
    case .torchinfo: .torchinfo
    case .timm: .timm
    case .modelExplorer: .modelExplorer
    }
  }
}
