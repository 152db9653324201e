import Canvas
import Measurement
import NetworkGraph

/// The columns of a comparison: for parameters, multiply-adds and time the figure of A, of B, and B − A.
enum ComparisonColumns {
  typealias ComparisonColumn = Column<ComparisonScreen, ComparisonScreen.Pair>

  static let all: [ComparisonColumn] =
    [name]
    + counts(
      "params", widthOfA: 8, dropOrders: (9, 9, 4), title: { _ in "params" }, figure: { _, cost in cost.parameters })
    + counts(
      "madds", dropOrders: (6, 6, 2), title: { $0.convention == .torchvision ? "madds" : $0.convention.rawValue },
      figure: { screen, cost in screen.convention.operations(cost) })
    + times

  private static let name = ComparisonColumn(
    name: "name", title: { _ in "  name" }, width: .rest(least: 18), dropOrder: 0,
    key: { _, pair in .text((pair.a ?? pair.b)?.name ?? "") }, startsDescending: false,
    cell: { screen, row, _ in
      let names = [row.id.a, row.id.b].compactMap { $0.map { $0.isRoot ? "everything" : $0.name } }
      let label = Set(names).count == 1 ? names[0] : names.joined(separator: " / ")
      let isMatch = screen.table.search?.contains(row.id) ?? false
      return [
        gutter(screen, row.id), Span(String(repeating: " ", count: 2 * row.depth)),
        Span(Glyphs.disclosure(row.disclosure) + " ", .dim), Span(label, isMatch ? .match : .name),
      ]
    })

  private static func gutter(_ screen: ComparisonScreen, _ pair: ComparisonScreen.Pair) -> Span {
    if pair.b == nil { return Span(Glyphs.removed, .removed) }
    if pair.a == nil { return Span(Glyphs.added, .added) }
    return screen.item(pair)?.differs == true ? Span(Glyphs.changed, .changed) : Span(" ")
  }

  private static func counts(
    _ name: String, widthOfA: Int = Figures.countWidth, dropOrders: (Int, Int, Int),
    title: @escaping @Sendable (ComparisonScreen) -> String,
    figure: @escaping @Sendable (ComparisonScreen, Cost) -> Int
  ) -> [ComparisonColumn] {
    func column(
      _ suffix: String, width: Int, dropOrder: Int, title: @escaping @Sendable (ComparisonScreen) -> String,
      key: @escaping @Sendable ((a: Int?, b: Int?)) -> Int?, cell: @escaping @Sendable ((a: Int?, b: Int?)) -> Span?
    ) -> ComparisonColumn {
      ComparisonColumn(
        name: name + suffix, title: title, width: .fixed(width), alignsRight: true, dropOrder: dropOrder,
        key: { screen, pair in
          key(screen.figures(pair) { figure(screen, $0) }).map { .number(Double($0)) } ?? .nothing
        },
        cell: { screen, row, _ in cell(screen.figures(row.id) { figure(screen, $0) }).map { [$0] } ?? [] })
    }
    return [
      column(
        "-a", width: widthOfA, dropOrder: dropOrders.0, title: { title($0) + " A" }, key: \.a,
        cell: { $0.a.map(count) }),
      column(
        "-b", width: Figures.countWidth, dropOrder: dropOrders.1, title: { _ in "B  " }, key: \.b,
        cell: { $0.b.map(count) }),
      column(
        "-difference", width: 8, dropOrder: dropOrders.2, title: { "Δ" + title($0) + " " },
        key: { abs(($0.b ?? 0) - ($0.a ?? 0)) },
        cell: { figures in
          let difference = (figures.b ?? 0) - (figures.a ?? 0)
          return difference == 0
            ? Span("=  ", .dim) : Span(Figures.countDifferenceCell(difference), difference < 0 ? .better : .worse)
        }),
    ]
  }

  private static func count(_ value: Int) -> Span {
    value == 0 ? Span("-  ", .dim) : Span(Figures.countCell(value), .number)
  }

  private static let times: [ComparisonColumn] = [
    ComparisonColumn(
      name: "time-a", title: { _ in "time A " }, width: .fixed(8), alignsRight: true, dropOrder: 5,
      key: { screen, pair in key(screen.standings(pair).a) },
      cell: { screen, row, width in row.id.a.map { time(screen.standings(row.id).a, of: $0, width) } ?? [] }),
    ComparisonColumn(
      name: "time-b", title: { _ in "time B " }, width: .fixed(8), alignsRight: true, dropOrder: 5,
      key: { screen, pair in key(screen.standings(pair).b) },
      cell: { screen, row, width in row.id.b.map { time(screen.standings(row.id).b, of: $0, width) } ?? [] }),
    ComparisonColumn(
      name: "time-difference", title: { _ in "Δtime " }, width: .fixed(9), alignsRight: true, dropOrder: 1,
      key: { screen, pair in screen.timeDifference(pair).map { .number($0.value.magnitude) } ?? .nothing },
      cell: { screen, row, _ in
        guard let difference = screen.timeDifference(row.id) else { return [Span(Figures.none + " ", .dim)] }
        let text = Figures.timeDifference(difference.value)
        guard difference.isClear else { return [Span(Glyphs.about + text, .dim)] }
        return [Span(text, difference.value < 0 ? .better : .worse)]
      }),
  ]

  private static func key(_ standing: TimeAttribution.Standing?) -> SortKey {
    if case .time(let time, _)? = standing { .number(time) } else { .nothing }
  }

  private static func time(_ standing: TimeAttribution.Standing?, of path: NodePath, _ width: Int) -> [Span] {
    switch standing {
    case nil: return [Span(Figures.none + " ", .dim)]
    case .time(let time, let crosses)?:
      return [Span(Figures.timeCell(time), .number), Span(crosses ? Glyphs.crosses : " ", .dim)]
    case .within(let owner)?:
      return [Span(Glyphs.within + " " + owner.relative(to: path.parent).tail(width - 2), .dim)]
    case .nothing?: return [Span("- ", .dim)]
    }
  }
}

extension NodePath {
  /// The block that it lies in.
  var parent: NodePath { NodePath(dotted.lastIndex(of: ".").map { String(dotted[..<$0]) } ?? "") }
}
