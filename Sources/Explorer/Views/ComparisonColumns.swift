import Canvas

/// The columns of a comparison: for each figure A, B and the difference.
enum ComparisonColumns {
  typealias ComparisonColumn = Column<ComparisonScreen, ComparisonScreen.Pair>

  static let all: [ComparisonColumn] = [name]

  private static let name = ComparisonColumn(
    name: "name", title: { _ in "  name" }, width: .rest(least: 18), dropOrder: 0,
    key: { _, pair in .text((pair.a ?? pair.b)?.name ?? "") }, startsDescending: false,
    cell: { screen, row, _ in [Span(row.id.a?.name ?? row.id.b?.name ?? "", .name)] })
}
