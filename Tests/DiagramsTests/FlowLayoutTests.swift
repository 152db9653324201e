import Canvas
import Testing

@testable import Diagrams

@Suite("Layouts of random graphs") struct FlowLayoutTests {
  @Test("no boxes overlap and every edge is a connected line between its boxes", arguments: 0..<300)
  func sound(seed: UInt64) {
    var random = Randomness(state: seed)
    let graph = seed.isMultiple(of: 2) ? .seriesParallel(&random) : FlowGraph.any(&random)
    let layout = FlowLayout(graph)
    let boxes = graph.boxes(in: layout)
    for (index, box) in boxes.enumerated() {
      for other in boxes[(index + 1)...] { #expect(box.intersection(other).isEmpty, "seed \(seed)") }
      #expect(box.column >= -layout.left && box.column + box.columns - 1 <= layout.right, "seed \(seed)")
      #expect(box.row >= 0 && box.row + box.rows <= layout.height, "seed \(seed)")
    }
    for (edge, wire) in zip(graph.edges, layout.wires) {
      #expect(wire.first == graph.exit(of: edge.from, in: layout), "seed \(seed)")
      #expect(wire.last == layout.places[edge.to], "seed \(seed)")
      for (a, b) in zip(wire, wire.dropFirst()) {
        #expect(a.row == b.row || (a.column == b.column && b.row > a.row), "seed \(seed)")
        for box in boxes { #expect(!box.isRunThrough(from: a, to: b), "seed \(seed): \(a) \(b) through \(box)") }
      }
    }
  }

  @Test("every value shows its label once at least, and on nothing else", arguments: 0..<200)
  func labels(seed: UInt64) {
    var random = Randomness(state: seed)
    let graph = seed.isMultiple(of: 2) ? .seriesParallel(&random) : FlowGraph.any(&random)
    let layout = FlowLayout(graph)
    var labels: [Rect] = []
    for (edge, label) in zip(graph.edges, layout.labels) {
      guard let label else { continue }
      labels.append(Rect(row: label.row, column: label.column, rows: 1, columns: edge.labelWidth))
    }
    #expect(
      Set(graph.edges.map(\.output))
        == Set(graph.edges.indices.filter { layout.labels[$0] != nil }.map { graph.edges[$0].output }))
    for (index, label) in labels.enumerated() {
      for other in labels[(index + 1)...] + graph.boxes(in: layout)[...] {
        #expect(label.intersection(other).isEmpty, "seed \(seed)")
      }
      for (a, b) in layout.wires.flatMap({ zip($0, $0.dropFirst()) }) {
        #expect(label.intersection(Rect(from: a, to: b)).isEmpty, "seed \(seed)")
      }
    }
  }

  @Test("series-parallel graphs are recognised and no lines cross", arguments: 0..<200)
  func planar(seed: UInt64) {
    var random = Randomness(state: seed)
    let layout = FlowLayout(.seriesParallel(&random))
    #expect(layout.isSeriesParallel, "seed \(seed)")
    let strokes = layout.wires.flatMap { Array(zip($0, $0.dropFirst())) }
    let across = strokes.filter { $0.row == $1.row }
    for (top, bottom) in strokes where top.column == bottom.column {
      for (a, b) in across where (top.row + 1..<max(bottom.row, top.row + 1)).contains(a.row) {
        let inside = min(a.column, b.column) + 1..<max(a.column, b.column, min(a.column, b.column) + 1)
        #expect(!inside.contains(top.column), "seed \(seed)")
      }
    }
  }

  @Test("a graph that is not series-parallel is laid out the same way every time")
  func deterministic() {
    var random = Randomness(state: 7)
    let graph = FlowGraph.any(&random)
    #expect(FlowLayout(graph) == FlowLayout(graph))
  }

  @Test("a long chain takes a moment")
  func chain() {
    let count = 20_000
    let graph = FlowGraph(
      nodes: Array(repeating: FlowGraph.Node(left: 8, right: 8, height: 3), count: count),
      edges: (1..<count).map { FlowGraph.Edge(from: $0 - 1, to: $0, labelWidth: 9) })
    #expect(FlowLayout(graph).height > 3 * count)
  }
}

/// A small generator whose numbers depend on the seed alone (SplitMix64, Steele et al. 2014).
struct Randomness: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension FlowGraph {
  private static func box(_ random: inout Randomness) -> Node {
    Node(
      left: .random(in: 1...9, using: &random), right: .random(in: 1...9, using: &random),
      height: .random(in: 1...4, using: &random))
  }

  private static func ended(_ inner: [Node]) -> [Node] {
    let end = Node(left: 0, right: 0, height: 0)
    return [end] + inner + [end]
  }

  /// A graph grown from one edge by putting nodes on edges and doubling edges.
  static func seriesParallel(_ random: inout Randomness) -> FlowGraph {
    var links: [(from: Int, to: Int)] = [(0, 1)]
    var count = 2
    for _ in 0..<Int.random(in: 0...25, using: &random) {
      let chosen = Int.random(in: 0..<links.count, using: &random)
      if Bool.random(using: &random) {
        links.append((count, links[chosen].to))
        links[chosen].to = count
        count += 1
      } else {
        links.append(links[chosen])
      }
    }
    let order = topologicalOrder(links, count)
    return FlowGraph(
      nodes: ended((2..<max(count, 2)).map { _ in box(&random) }),
      edges: links.enumerated().map {
        Edge(from: order[$0.element.from], to: order[$0.element.to], labelWidth: 9, rank: $0.offset)
      })
  }

  private static func topologicalOrder(_ links: [(from: Int, to: Int)], _ count: Int) -> [Int] {
    var missing = [Int](repeating: 0, count: count)
    for link in links { missing[link.to] += 1 }
    var ready = [0]
    var order = [Int](repeating: 0, count: count)
    var next = 0
    while let node = ready.popLast() {
      order[node] = next
      next += 1
      for link in links where link.from == node {
        missing[link.to] -= 1
        if missing[link.to] == 0 { ready.append(link.to) }
      }
    }
    return order
  }

  /// Any graph in which every node is reached from the source and leads to the sink.
  static func any(_ random: inout Randomness) -> FlowGraph {
    let count = Int.random(in: 3...14, using: &random)
    var edges: [Edge] = []
    for node in 1..<count {
      edges.append(Edge(from: .random(in: 0..<node, using: &random), to: node, labelWidth: 9))
      if Bool.random(using: &random), node > 1 {
        let other = Int.random(in: 0..<node, using: &random)
        if !edges.contains(where: { $0.from == other && $0.to == node }) {
          edges.append(Edge(from: other, to: node, labelWidth: 9, rank: 1))
        }
      }
    }
    for node in 1..<count - 1 where !edges.contains(where: { $0.from == node }) {
      edges.append(Edge(from: node, to: count - 1, labelWidth: 9, rank: node))
    }
    for index in edges.indices where edges[index].from.isMultiple(of: 4) {
      edges[index].value = .random(in: 0..<3, using: &random)
    }
    return FlowGraph(nodes: ended((2..<count).map { _ in box(&random) }), edges: edges)
  }

  func boxes(in layout: FlowLayout) -> [Rect] {
    zip(nodes, layout.places).filter { $0.0.height > 0 }.map { node, place in
      Rect(row: place.row, column: place.column - node.left, rows: node.height, columns: node.left + 1 + node.right)
    }
  }

  /// Where a node's values leave.
  func exit(of node: Int, in layout: FlowLayout) -> CellPosition {
    CellPosition(row: layout.places[node].row + nodes[node].height - 1, column: layout.places[node].column)
  }
}

extension Rect {
  /// The cells of a stroke.
  init(from a: CellPosition, to b: CellPosition) {
    self.init(
      row: min(a.row, b.row), column: min(a.column, b.column), rows: abs(a.row - b.row) + 1,
      columns: abs(a.column - b.column) + 1)
  }

  /// True if a stroke enters the rectangle, but for its ends, which may stand on the border.
  func isRunThrough(from a: CellPosition, to b: CellPosition) -> Bool {
    let cells = intersection(Rect(from: a, to: b))
    return !cells.isEmpty && cells.rows * cells.columns > [a, b].count { contains(row: $0.row, column: $0.column) }
  }
}
