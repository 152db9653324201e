import FoundationEssentials

/// Something that a command or an export gives out: its values for programs, and a table of them for people.
public protocol Report: Encodable {
  /// The forms that it can be written in.
  static var formats: [ReportFormat] { get }
  /// Lines above the table, such as what is counted.
  var heading: [String] { get }
  /// What people read.
  var table: ReportTable { get }
  /// What programs read as CSV.
  var records: ReportTable { get }
  /// Lines below the table.
  var footing: [String] { get }
  /// The text of a form that other tools have given their names to; nil for one that it does not have.
  func foreignText(_ format: ReportFormat) throws -> String?
}

/// A report that does not have the form it is asked for.
public struct ReportFormatError: Error, CustomStringConvertible {
  let format: ReportFormat
  /// The names of the forms that there are.
  let expected: [String]

  public var description: String {
    "there is no form '\(format.rawValue)' of this, expected \(expected.joined(separator: ", "))"
  }
}

extension Report {
  public static var formats: [ReportFormat] { ReportFormat.common }
  public var records: ReportTable { table }
  public var footing: [String] { [] }
  public func foreignText(_ format: ReportFormat) throws -> String? { nil }

  /// - Throws: `ReportFormatError` if it does not have this form.
  public static func check(_ format: ReportFormat) throws(ReportFormatError) {
    guard formats.contains(format) else {
      throw ReportFormatError(format: format, expected: formats.map(\.rawValue))
    }
  }

  /// The whole report as text that ends with a line feed.
  ///
  /// - Throws: `ReportFormatError` if it does not have this form.
  public func text(_ format: ReportFormat) throws -> String {
    switch format {
    case .table: return paragraphs([heading, table.aligned, footing], separator: [])
    case .json: return try jsonText(self)
    case .csv: return records.csv
    case .markdown:
      return paragraphs([heading.map(markdownEscaped), table.markdown, footing.map(markdownEscaped)], separator: [""])
    case .torchinfo, .timm, .trace, .modelExplorer:
      guard let text = try foreignText(format) else {
        throw ReportFormatError(format: format, expected: Self.formats.map(\.rawValue))
      }
      return text
    }
  }

  private func paragraphs(_ parts: [[String]], separator: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: separator).map { $0 + "\n" }.joined()
  }
}

/// JSON with its keys in alphabetical order, so that equal values are equal texts.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
