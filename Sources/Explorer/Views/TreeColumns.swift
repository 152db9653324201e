import Canvas
import Measurement
import NetworkGraph

/// The columns of the tree. They give way as the terminal narrows, the one with the greatest `dropOrder` first.
enum TreeColumns {
  typealias TreeColumn = Column<NetworkScreen, NodePath>

  static let all: [TreeColumn] = [name, kind, output, parameters, operations, time, share, bar]

  static let name = TreeColumn(
    name: "name", title: { _ in "  name" }, width: .rest(least: 19), dropOrder: 0,
    key: { screen, path in .text(path.name) }, startsDescending: false,
    cell: { screen, row, _ in
      let gutter: Span =
        if screen.mark == row.id {
          Span(Glyphs.mark, .marked)
        } else {
          switch screen.changes[row.id] {
          case .changed: Span(Glyphs.changed, .changed)
          case .moved: Span(Glyphs.moved, .changed)
          case .added: Span(Glyphs.added, .added)
          case nil: Span(" ")
          }
        }
      let node = row.id.isRoot ? nil : screen.network.node(at: row.id)
      let label = node.map(screen.network.name) ?? screen.spec.shortened.description
      let isMatch = screen.table.search?.contains(row.id) ?? false
      return [
        gutter, Span(String(repeating: " ", count: 2 * row.depth)), Span(Glyphs.disclosure(row.disclosure) + " ", .dim),
        Span(label, isMatch ? .match : .name),
      ]
    })

  private static let kind = TreeColumn(
    name: "kind", title: { _ in "kind k/s" }, width: .range(15, 24), dropOrder: 6,
    key: { screen, path in .text(screen.kind(at: path)) }, startsDescending: false,
    cell: { screen, row, _ in
      let kind = Span(screen.kind(at: row.id), .kind)
      guard case .layer(let id)? = screen.model.outline[row.id]?.node else { return [kind] }
      return [kind, Span(" " + screen.network[id].operation.window)]
    })

  static let output = TreeColumn(
    name: "output", title: { _ in "output" }, width: .fixed(11), alignsRight: true, dropOrder: 4,
    key: { screen, path in
      screen.model.outline[path].map { .number(Double(screen.network.outputShape(of: $0.node).elements)) } ?? .nothing
    },
    cell: { screen, row, _ in
      guard let node = screen.model.outline[row.id]?.node else { return [] }
      return [Span(screen.network.outputShape(of: node).description, .text)]
    })

  private static let parameters = TreeColumn(
    name: "params", title: { _ in "params " }, width: .fixed(Figures.countWidth), alignsRight: true, dropOrder: 3,
    key: { screen, path in .number(Double(screen.cost(at: path).parameters)) },
    cell: { screen, row, _ in [figure(screen.cost(at: row.id).parameters)] })

  static let operations = TreeColumn(
    name: "mult-adds", title: { $0.convention.columnTitle }, width: .fixed(9), alignsRight: true, dropOrder: 2,
    key: { screen, path in .number(Double(screen.convention.operations(screen.cost(at: path)))) },
    cell: { screen, row, _ in [figure(screen.convention.operations(screen.cost(at: row.id)))] })

  private static let time = TreeColumn(
    name: "time", title: { _ in "time " }, width: .range(8, 14), alignsRight: true, dropOrder: 1,
    key: { screen, path in screen.time(at: path).map { .number($0) } ?? .nothing },
    cell: { screen, row, width in
      guard let attribution = screen.attribution, let item = screen.model.outline[row.id] else {
        return [Span(Figures.none + " ", .dim)]
      }
      switch attribution.standing(of: item.node, in: screen.network) {
      case .time(let time, let crosses):
        return [Span(Figures.timeCell(time), .number), Span(crosses ? Glyphs.crosses : " ", .dim)]
      case .within(let owner):
        let block = screen.model.outline.ancestors(of: row.id).first ?? .root
        return [Span(Glyphs.within + " " + owner.relative(to: block).tail(width - 2), .dim)]
      case .nothing: return [Span("- ", .dim)]
      }
    })

  private static let share = TreeColumn(
    name: "share", title: { $0.attribution == nil ? "% work" : "% time" }, width: .fixed(Figures.percentWidth),
    alignsRight: true, dropOrder: 8,
    key: { screen, path in screen.weight(at: path).map { .number($0) } ?? .nothing },
    cell: { screen, row, _ in
      guard let share = screen.shareOfParent(row.id) else { return [] }
      return [Span(Figures.percent(share), .number)]
    })

  private static let bar = TreeColumn(
    name: "bar", title: { _ in "share" }, width: .range(5, 24), dropOrder: 5,
    key: nil, sortedBy: "share",
    cell: { screen, row, width in
      guard let share = screen.shareOfLargestSibling(row.id) else { return [] }
      return [Span(Chart.bar(share, columns: width), .heat(min(7, Int(share * 8))))]
    })

  static func figure(_ value: Int) -> Span {
    value == 0 ? Span("-  ", .dim) : Span(Figures.countCell(value), .number)
  }
}

extension CountingConvention {
  /// What the figure counts, in a word.
  var noun: String { self == .torchvision ? "mult-adds" : "operations" }

  /// Names the figure over its column.
  var columnTitle: String { self == .torchvision ? "mult-adds" : rawValue + " " }
}

extension Operation {
  /// Kernel and stride as the column shows them: `7×7/2`, `3×3`, `3×3 g32`.
  var window: String {
    func text(_ kernel: Extent, _ stride: Extent, groups: Int = 1) -> String {
      let step = stride == 1 ? "" : stride.isSquare ? "/\(stride.height)" : "/\(stride)"
      return "\(kernel)\(step)" + (groups > 1 ? " g\(groups)" : "")
    }
    switch self {
    case .convolution(let c): return text(c.kernel, c.stride, groups: c.groups)
    case .maxPool(let pooling), .averagePool(let pooling, _): return text(pooling.kernel, pooling.stride)
    default: return ""
    }
  }
}

extension NodePath {
  /// The last so many characters, with a sign where the beginning is cut off.
  func tail(_ width: Int) -> String {
    dotted.count <= width ? dotted : Glyphs.cut + String(dotted.suffix(max(0, width - 1)))
  }
}
