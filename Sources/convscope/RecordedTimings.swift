import Architectures
import Measurement
import NetworkGraph
import Reports
import Workbench

/// Timings of files, which are shown in place of measuring.
struct RecordedTimings {
  private let files: [String]
  let reports: [BenchReport]

  /// - Throws: `Failure` if a file cannot be read, or holds something else.
  init(_ files: [String]) throws(Failure) {
    self.files = files
    var reports: [BenchReport] = []
    for file in files { reports += try InputFile.timings(of: file) }
    self.reports = reports
  }

  /// Those of the first, which all are shown under; nil where there are none.
  var conditions: Conditions? { reports.first?.timings.conditions }

  /// The first of what this spec builds, whose input shape is given.
  ///
  /// - Throws: `Failure` if there is none.
  func report(of spec: NetworkSpec, input: Shape) throws(Failure) -> BenchReport {
    if let report = reports.first(where: { $0.isOf(spec, input: input) }) { return report }
    throw Failure(
      .data,
      "\(files.joined(separator: ", ")) has no timings of \(spec) with an input of \(input), but of "
        + reports.map { "\($0.spec) with \($0.input)" }.joined(separator: ", "))
  }

  /// The medians of the catalogue's networks as they are named there, at their own inputs and in `conditions`.
  var catalogueMedians: [String: Milliseconds] {
    var medians: [String: Milliseconds] = [:]
    for report in reports where report.isOfEntry && report.timings.conditions == conditions {
      medians[report.spec.entry] = medians[report.spec.entry] ?? report.timings.pass.median
    }
    return medians
  }
}

extension BenchReport {
  /// True if it measured an entry of the catalogue as it is named, at its own input.
  fileprivate var isOfEntry: Bool {
    guard let entry = try? Catalogue.entry(named: spec.entry) else { return false }
    return isOf(NetworkSpec(entry: entry.name), input: entry.input)
  }
}
