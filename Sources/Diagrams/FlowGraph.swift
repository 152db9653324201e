import Canvas

/// What is laid out: boxes of given sizes and the values that go from one to another, on integers alone.
///
/// The first node is the only source, the last the only sink, and every edge leads to a later node.
public struct FlowGraph: Hashable, Sendable {
  /// A box, measured from its axis: the column in which values enter at its top and leave at its bottom.
  public struct Node: Hashable, Sendable {
    /// Columns to the left and to the right of the axis.
    public var left: Int
    public var right: Int
    /// Rows; 0 for a place where values only pass.
    public var height: Int

    public init(left: Int, right: Int, height: Int) {
      self.left = left
      self.right = right
      self.height = height
    }
  }

  /// One of the values that a node gives.
  struct Output: Hashable {
    var node: Int
    var value: Int
  }

  public struct Edge: Hashable, Sendable {
    public var from: Int
    public var to: Int
    /// Which of the values of `from` goes to `to`: edges with the same number share a line and a label.
    public var value: Int
    /// Columns of the text that stands beside it.
    public var labelWidth: Int
    /// The rank among the edges that meet in `to`.
    public var rank: Int

    public init(from: Int, to: Int, value: Int = 0, labelWidth: Int, rank: Int = 0) {
      self.from = from
      self.to = to
      self.value = value
      self.labelWidth = labelWidth
      self.rank = rank
    }

    var output: Output { Output(node: from, value: value) }

    /// Columns to the right of the line that its label needs.
    var reach: Int { labelWidth == 0 ? 0 : labelWidth + 1 }
  }

  public var nodes: [Node]
  public var edges: [Edge]

  public init(nodes: [Node], edges: [Edge]) {
    self.nodes = nodes
    self.edges = edges
  }

  /// The indices of the edges that leave each node.
  var outgoing: [[Int]] {
    var lists = [[Int]](repeating: [], count: nodes.count)
    for (index, edge) in edges.enumerated() { lists[edge.from].append(index) }
    return lists
  }
}

/// Where everything is: rows downwards and columns to the right of the axis of source and sink, which is column 0.
public struct FlowLayout: Hashable, Sendable {
  /// The upper end of each node's axis.
  public internal(set) var places: [CellPosition]
  /// Each edge as a line of horizontal and vertical strokes, from the lowest row of one box to the top row of the next.
  public internal(set) var wires: [[CellPosition]]
  /// Where each edge's label begins; nil where it has none, or where another edge of the same value shows it.
  public internal(set) var labels: [CellPosition?]
  /// Columns taken to the left and right of the axis.
  public internal(set) var left = 0
  public internal(set) var right = 0
  /// Rows taken.
  public internal(set) var height = 0
  /// True if series and parallel compositions alone have made it, so that no lines cross.
  public internal(set) var isSeriesParallel = true

  /// Lays a graph out: fragments in series stand on one axis, parallel ones side by side. What cannot be taken apart
  /// in this way, between two nodes that all values pass, is laid out in layers.
  public init(_ graph: FlowGraph) {
    places = Array(repeating: CellPosition(row: 0, column: 0), count: graph.nodes.count)
    wires = Array(repeating: [], count: graph.edges.count)
    labels = Array(repeating: nil, count: graph.edges.count)
    let fragment = Fragment(graph)
    let extent = fragment.extent(in: graph)
    left = extent.left
    right = extent.right
    height = extent.height
    let last = graph.nodes.count - 1
    places[last] = CellPosition(row: height, column: 0)
    place(
      fragment, of: graph, in: FlowSpan(axis: 0, top: 0, bottom: height), from: [CellPosition(row: -1, column: 0)],
      to: [CellPosition(row: height, column: 0)])
    for index in wires.indices { wires[index] = wires[index].withoutRepetitions }
  }
}

extension [CellPosition] {
  /// Without points that stand where the one before stands.
  var withoutRepetitions: [CellPosition] {
    reduce(into: []) { points, point in if points.last != point { points.append(point) } }
  }
}
