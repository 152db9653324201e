import Canvas
import Testing

@testable import Diagrams

/// What a reader takes from a drawing: whoever follows a line downwards comes to the boxes that read its value.
@Suite("Lines as they are drawn") struct DrawnLinesTests {
  @Test("lead from every box to the readers of what it gives, and nowhere else", arguments: 0..<300)
  func readers(seed: UInt64) {
    var random = Randomness(state: seed)
    let graph = seed.isMultiple(of: 3) ? .seriesParallel(&random) : FlowGraph.entangled(&random)
    let layout = FlowLayout(graph)
    let drawing = Drawing(graph, layout)
    for node in graph.nodes.indices.dropLast() {
      let readers = Set(graph.edges.filter { $0.from == node }.map(\.to))
      #expect(drawing.nodes(below: graph.exit(of: node, in: layout)) == readers, "seed \(seed), node \(node)")
    }
  }

  @Test("lead from every label to the readers of its value, and nowhere else", arguments: 0..<300)
  func readersOfValues(seed: UInt64) {
    var random = Randomness(state: seed)
    let graph = FlowGraph.entangled(&random, givesSeveral: true)
    let layout = FlowLayout(graph)
    let drawing = Drawing(graph, layout)
    for (output, edges) in Dictionary(grouping: graph.edges.indices, by: { graph.edges[$0].output }) {
      let lines = edges.compactMap { layout.labels[$0] }.map { CellPosition(row: $0.row, column: $0.column - 2) }
      let found = lines.map(drawing.nodes(below:)).reduce(into: Set()) { $0.formUnion($1) }
      #expect(found == Set(edges.map { graph.edges[$0].to }), "seed \(seed), \(output)")
    }
  }

  @Test("two values with several readers each meet at both")
  func twoByTwo() {
    let box = FlowGraph.Node(left: 4, right: 4, height: 3)
    let graph = FlowGraph.ended(
      [box, box, box, box], [(0, 1), (0, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 5), (4, 5)])
    let layout = FlowLayout(graph)
    let drawing = Drawing(graph, layout)
    for node in 1...2 { #expect(drawing.nodes(below: graph.exit(of: node, in: layout)) == [3, 4]) }
  }
}

/// The lines and boxes of a layout on a canvas, from which they are read back.
private struct Drawing {
  private enum Direction { case down, left, right }

  private struct Step: Hashable {
    var place: CellPosition
    var direction: Direction
  }

  private let canvas: Canvas
  /// The column of the axis on the canvas, whose row 0 is the one above the layout.
  private let axis: Int
  private let tops: [CellPosition: Int]

  init(_ graph: FlowGraph, _ layout: FlowLayout) {
    let view = Rect(
      row: -1, column: -layout.left, rows: layout.height + 2, columns: layout.left + 1 + layout.right)
    var strokes = StrokeGrid(view)
    for wire in layout.wires { strokes.add(wire, style: .plain) }
    for box in graph.boxes(in: layout) { strokes.add(box, style: .plain, isRounded: false) }
    var canvas = Canvas(size: CellSize(columns: view.columns, rows: view.rows))
    strokes.draw(on: &canvas)
    self.canvas = canvas
    axis = layout.left
    tops = Dictionary(uniqueKeysWithValues: layout.places.enumerated().dropFirst().map { ($0.element, $0.offset) })
  }

  /// The nodes that the line which leaves a place downwards leads to.
  func nodes(below place: CellPosition) -> Set<Int> {
    var found: Set<Int> = []
    var seen: Set<Step> = []
    var waiting = [Step(place: place, direction: .down)]
    while let step = waiting.popLast() {
      guard seen.insert(step).inserted else { continue }
      let next = neighbour(of: step)
      if step.direction == .down, let node = tops[next] {
        found.insert(node)
        continue
      }
      waiting += directions(from: step.direction, at: next).map { Step(place: next, direction: $0) }
    }
    return found
  }

  private func neighbour(of step: Step) -> CellPosition {
    var place = step.place
    switch step.direction {
    case .down: place.row += 1
    case .left: place.column -= 1
    case .right: place.column += 1
    }
    return place
  }

  /// Where a line goes on that comes into a cell; a line passes straight under another.
  private func directions(from direction: Direction, at place: CellPosition) -> [Direction] {
    guard let glyph = canvas[row: place.row + 1, column: place.column + axis]?.character else { return [] }
    if glyph == "│" { return [direction] }
    var ways: [Direction] = []
    if "╭╮├┤┬┼┌┐".contains(glyph) { ways.append(.down) }
    if "─╮╯┤┬┴┼┐┘".contains(glyph), direction != .right { ways.append(.left) }
    if "─╭╰├┬┴┼┌└".contains(glyph), direction != .left { ways.append(.right) }
    return ways
  }
}

extension FlowGraph {
  fileprivate static func ended(_ inner: [Node], _ edges: [(from: Int, to: Int)]) -> FlowGraph {
    let end = Node(left: 0, right: 0, height: 0)
    return FlowGraph(
      nodes: [end] + inner + [end], edges: edges.map { Edge(from: $0.from, to: $0.to, labelWidth: 9) })
  }

  /// A graph in which most values have several readers, and most boxes read several values.
  ///
  /// - Parameter givesSeveral: true if boxes may give up to three values.
  fileprivate static func entangled(_ random: inout Randomness, givesSeveral: Bool = false) -> FlowGraph {
    let count = Int.random(in: 4...12, using: &random)
    var edges: [(from: Int, to: Int)] = []
    for node in 1..<count {
      for _ in 0..<3 { edges.append((.random(in: max(0, node - 5)..<node, using: &random), node)) }
    }
    for node in 1..<count - 1 where !edges.contains(where: { $0.from == node }) { edges.append((node, count - 1)) }
    let boxes = (2..<count).map { _ in
      let side = Int.random(in: 2...9, using: &random)
      return Node(left: side, right: side, height: .random(in: 2...4, using: &random))
    }
    var graph = ended(boxes, edges)
    for edge in graph.edges.indices where givesSeveral {
      graph.edges[edge].value = .random(in: 0...graph.edges[edge].from % 3, using: &random)
    }
    return graph
  }
}
