/// How a report is written out.
public enum ReportFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns with figures for people.
  case table
  /// Objects with the keys that programs rely on and exact values.
  case json
  /// A header and one line a row with exact values (RFC 4180).
  case csv
  /// A pipe table with figures for people, as GitHub renders it.
  case markdown
}
