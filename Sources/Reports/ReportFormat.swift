/// How a report is written out. Not every report has all of these forms; `Report.formats` says which.
public enum ReportFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns with figures for people.
  case table
  /// Objects with the keys that programs rely on and exact values.
  case json
  /// A header and one line a record with exact values (RFC 4180). Layers are records; blocks are only where the tree is
  /// cut above their layers, so that every column sums to the whole.
  case csv
  /// A pipe table with figures for people, as GitHub renders it.
  case markdown
  /// The tree as torchinfo lays it out.
  case torchinfo
  /// One line for a network, with the columns of timm's published results.
  case timm
  /// One pass as trace events, for Perfetto or chrome://tracing.
  case trace
  /// A value for every layer by its path, for Google's Model Explorer.
  case modelExplorer = "model-explorer"

  /// True for what people read, in the letters that they have.
  public var isForPeople: Bool { [.table, .markdown, .torchinfo].contains(self) }

  /// The forms that every report has.
  public static let common: [ReportFormat] = [.table, .json, .csv, .markdown]
}
