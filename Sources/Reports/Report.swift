import FoundationEssentials

/// Something that a command or an export gives out: its values for programs, and a table of them for people.
public protocol Report: Encodable {
  /// Lines above the table, such as what is counted.
  var heading: [String] { get }
  var table: ReportTable { get }
  /// Lines below the table.
  var footing: [String] { get }
}

extension Report {
  public var footing: [String] { [] }

  /// The whole report as text that ends with a line feed.
  public func text(_ format: ReportFormat) throws -> String {
    switch format {
    case .table: paragraphs([heading, table.aligned, footing], separator: [])
    case .json: try json()
    case .csv: table.csv
    case .markdown:
      paragraphs([heading.map(markdownEscaped), table.markdown, footing.map(markdownEscaped)], separator: [""])
    }
  }

  /// Keys are in alphabetical order, so that equal reports are equal texts.
  private func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  private func paragraphs(_ parts: [[String]], separator: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: separator).map { $0 + "\n" }.joined()
  }
}
