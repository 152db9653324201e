/// Small pictures that are rows of characters.
public enum Chart {
  /// A bar from the left, in eighths of a column.
  ///
  /// - Parameters:
  ///   - share: the filled part, from 0 to 1; what is outside counts as the nearer end.
  ///   - columns: the width of a full bar. The text is shorter where the bar is.
  /// - Returns: no text for a share of zero, and at least one eighth for any other.
  public static func bar(_ share: Double, columns: Int) -> String {
    guard share > 0, columns > 0 else { return "" }
    let eighths = max(Int((min(share, 1) * Double(columns) * 8).rounded()), 1)
    let full = String(repeating: "█", count: eighths / 8)
    return eighths % 8 == 0 ? full : full + String(partialBlocks[eighths % 8 - 1])
  }

  /// One column for each value, as high as the value lies between the least and the greatest of those shown.
  ///
  /// - Parameters:
  ///   - values: from old to new. Values that are not finite leave a gap.
  ///   - columns: how many of the latest values are shown.
  public static func sparkline(_ values: [Double], columns: Int) -> String {
    let shown = values.suffix(max(columns, 0))
    let finite = shown.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else { return "" }
    let scale = greatest > least ? Double(levels.count - 1) / (greatest - least) : 0
    return String(shown.map { $0.isFinite ? levels[Int((($0 - least) * scale).rounded())] : " " })
  }

  private static let partialBlocks = Array("▏▎▍▌▋▊▉")
  private static let levels = Array("▁▂▃▄▅▆▇█")
}
