import Canvas

/// The rows and the axis that a fragment is given.
struct FlowSpan {
  var axis: Int
  var top: Int
  /// The row behind the last.
  var bottom: Int
}

/// How much room a fragment needs around its axis.
struct FragmentExtent {
  var left = 0
  var right = 0
  var height = 0

  mutating func stack(_ other: FragmentExtent) {
    left = max(left, other.left)
    right = max(right, other.right)
    height += other.height
  }
}

extension Fragment {
  /// Columns between fragments that stand side by side.
  private static let gap = 2

  func extent(in graph: FlowGraph) -> FragmentExtent {
    switch self {
    case .wire(let edge): return FragmentExtent(right: graph.edges[edge].reach, height: 1)
    case .layered(let part): return part.extent
    case .parallel(let branches):
      let extents = branches.map { $0.extent(in: graph) }
      let columns = Fragment.columns(of: branches, extents)
      return FragmentExtent(
        left: zip(columns, extents).map { $1.left - $0 }.reduce(0, max),
        right: zip(columns, extents).map { $0 + $1.right }.reduce(0, max),
        height: extents.map(\.height).reduce(0, max) + 2)
    case .series(let parts, let nodes):
      var extent = FragmentExtent()
      for part in parts { extent.stack(part.extent(in: graph)) }
      for node in nodes {
        let box = graph.nodes[node]
        extent.stack(FragmentExtent(left: box.left, right: box.right, height: box.height))
      }
      return extent
    }
  }

  /// The axes of branches, as seen from the axis of the whole, which runs through the middle of those that are not bare
  /// lines.
  static func columns(of branches: [Fragment], _ extents: [FragmentExtent]) -> [Int] {
    var columns: [Int] = []
    var next = 0
    for (index, extent) in extents.enumerated() {
      columns.append(index == 0 ? 0 : next + extent.left)
      next = (columns.last ?? 0) + extent.right + 1 + gap
    }
    let bodies = zip(branches, columns).filter { !$0.0.isWire }.map(\.1)
    let (first, last) = (bodies.first ?? columns.first ?? 0, bodies.last ?? columns.last ?? 0)
    let middle = (first + last) / 2
    // An axis one column beside a branch would look like a slip.
    let axis = columns.first { abs($0 - middle) <= 1 } ?? middle
    return columns.map { $0 - axis }
  }
}

extension FlowLayout {
  /// Gives a fragment its place.
  ///
  /// - Parameters:
  ///   - entry: the line from the box above to the fragment's first row.
  ///   - exit: the line from its last row to the box below.
  mutating func place(
    _ fragment: Fragment, of graph: FlowGraph, in span: FlowSpan, from entry: [CellPosition], to exit: [CellPosition]
  ) {
    switch fragment {
    case .wire(let edge):
      wires[edge] =
        entry + [CellPosition(row: span.top, column: span.axis), CellPosition(row: span.bottom - 1, column: span.axis)]
        + exit
      if graph.edges[edge].labelWidth > 0 { labels[edge] = CellPosition(row: span.top, column: span.axis + 2) }
    case .parallel(let branches):
      let (split, join) = (span.top, span.bottom - 1)
      let columns = Fragment.columns(of: branches, branches.map { $0.extent(in: graph) })
      for (branch, column) in zip(branches, columns) {
        let axis = span.axis + column
        place(
          branch, of: graph, in: FlowSpan(axis: axis, top: split + 1, bottom: join),
          from: entry + [CellPosition(row: split, column: span.axis), CellPosition(row: split, column: axis)],
          to: [CellPosition(row: join, column: axis), CellPosition(row: join, column: span.axis)] + exit)
      }
    case .series(let parts, let nodes):
      var top = span.top
      var entry = entry
      for (index, part) in parts.enumerated() {
        let isLast = index == nodes.count
        let bottom = isLast ? span.bottom : top + part.extent(in: graph).height
        place(
          part, of: graph, in: FlowSpan(axis: span.axis, top: top, bottom: bottom), from: entry,
          to: isLast ? exit : [CellPosition(row: bottom, column: span.axis)])
        guard !isLast else { break }
        let box = graph.nodes[nodes[index]]
        places[nodes[index]] = CellPosition(row: bottom, column: span.axis)
        top = bottom + box.height
        entry = [CellPosition(row: top - 1, column: span.axis)]
      }
    case .layered(let part):
      isSeriesParallel = false
      place(part, of: graph, in: span, from: entry, to: exit)
    }
  }
}
