import Canvas

/// A part between two nodes that is not series-parallel, in layers (Sugiyama, Tagawa and Toda 1981): each node lies in
/// the layer of the longest way to it, layers are ordered by the mean places of their neighbours, and a value that
/// passes a layer keeps a lane in it, one for all who read it.
///
/// Lines of different values meet only where all that follows reads each of them: whoever follows a line downwards comes
/// to the readers of its value and to no other node.
struct LayeredPart {
  /// A node of the graph, or the lane of a value; measured from its axis.
  private struct Item {
    var node: Int?
    var left: Int
    var right: Int
    var height: Int
    var layer: Int
    var column = 0
    var above: [Int] = []
    var below: [Int] = []
  }

  /// The horizontal strokes below one item.
  private struct Track {
    var item: Int
    var columns: ClosedRange<Int>
    var row: Int
    /// True where the value goes on to several items of the lower layer.
    var parts: Bool
  }

  private struct Lane: Hashable {
    var output: FlowGraph.Output
    var layer: Int
    /// The only node that it leads to; nil for all who read the value.
    var reader: Int?
  }

  private var items: [Item] = []
  private var layers: [[Int]] = []
  /// The items that each edge passes, its ends included.
  private var routes: [Int: [Int]] = [:]
  /// The items that several values leave, whose labels stand on their lanes.
  private var parting: Set<Int> = []
  /// The first row of each layer.
  private var layerTops: [Int] = []
  private var trackRows: [[Int: Int]] = []
  private(set) var extent = FragmentExtent()
  /// The nodes between which it lies.
  let from: Int
  let to: Int

  private static let gap = 3

  init(_ graph: FlowGraph, edges: [Int], from: Int, to: Int) {
    (self.from, self.to) = (from, to)
    assignLayers(graph, edges)
    orderLayers()
    assignColumns()
    separateColumns()
    // All values of the last layer meet at the end, which stands below the beginning.
    items[to - from].column = items[0].column
    assignRows()
    let axis = items[0].column
    for index in items.indices { items[index].column -= axis }
    extent.left = items.map { $0.left - $0.column }.reduce(0, max)
    extent.right = items.map { $0.column + $0.right }.reduce(0, max)
  }

  // MARK: Layers

  private mutating func assignLayers(_ graph: FlowGraph, _ edges: [Int]) {
    let layering = Layering(graph, edges: edges)
    func layer(of node: Int) -> Int { layering.layers[node, default: 0] }
    layers = Array(repeating: [], count: layer(of: to) + 1)
    parting = Set(layering.parting.map { $0 - from })
    var reach: [Int: Int] = [:]
    for edge in edges.map({ graph.edges[$0] }) where !layering.parting.contains(edge.from) {
      reach[edge.from] = max(reach[edge.from, default: 0], edge.reach)
    }
    for node in from...to {
      let isEnd = node == from || node == to
      let box = graph.nodes[node]
      add(
        Item(
          node: node, left: isEnd ? 0 : box.left,
          right: max(isEnd ? 0 : box.right, reach[node, default: 0]), height: isEnd ? 0 : box.height,
          layer: layer(of: node)))
    }
    var lanes: [Lane: Int] = [:]
    for edge in edges {
      let (source, target) = (graph.edges[edge].from, graph.edges[edge].to)
      var route = [source - from]
      let (first, last) = (layer(of: source) + 1, layer(of: target) - 1)
      for layer in first..<max(first, last + 1) {
        let isOwn = layer == last && layering.ownLanes.contains(edge)
        let lane = Lane(output: graph.edges[edge].output, layer: layer, reader: isOwn ? target : nil)
        if lanes[lane] == nil {
          let isLabelled = layer == first && layering.parting.contains(source)
          let right = isLabelled ? max(1, graph.edges[edge].reach) : 1
          add(Item(node: nil, left: 1, right: right, height: 0, layer: layer))
          lanes[lane] = items.count - 1
        }
        route.append(lanes[lane] ?? 0)
      }
      route.append(target - from)
      for (a, b) in zip(route, route.dropFirst()) where !items[a].below.contains(b) {
        items[a].below.append(b)
        items[b].above.append(a)
      }
      routes[edge] = route
    }
  }

  private mutating func add(_ item: Item) {
    items.append(item)
    layers[item.layer].append(items.count - 1)
  }

  // MARK: Order and columns

  private mutating func orderLayers() {
    var rank = [Int](repeating: 0, count: items.count)
    func note(_ layer: [Int]) { for (place, item) in layer.enumerated() { rank[item] = place } }
    layers.forEach(note)
    for sweep in 0..<8 {
      let isDown = sweep.isMultiple(of: 2)
      for index in isDown ? Array(layers.indices) : layers.indices.reversed() {
        let keys = layers[index].map { item -> Double in
          let neighbours = isDown ? items[item].above : items[item].below
          guard !neighbours.isEmpty else { return Double(rank[item]) }
          return Double(neighbours.reduce(0) { $0 + rank[$1] }) / Double(neighbours.count)
        }
        layers[index] = zip(layers[index], keys).enumerated().sorted {
          ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
        }.map(\.element.0)
        note(layers[index])
      }
    }
  }

  /// Moves items towards the mean of their neighbours as far as the order leaves room.
  private mutating func assignColumns() {
    for layer in layers { settle(layer, wishes: layer.map { _ in 0 }) }
    for sweep in 0..<8 {
      for layer in sweep.isMultiple(of: 2) ? layers : layers.reversed() {
        settle(
          layer,
          wishes: layer.map { item in
            let neighbours = items[item].above + items[item].below
            return neighbours.isEmpty ? 0 : neighbours.reduce(0) { $0 + items[$1].column } / neighbours.count
          })
      }
    }
  }

  /// The middle between the leftmost and the rightmost places that keep the distances.
  private mutating func settle(_ layer: [Int], wishes: [Int]) {
    var pushed = wishes
    for place in layer.indices.dropFirst() {
      pushed[place] = max(pushed[place], pushed[place - 1] + distance(layer[place - 1], layer[place]))
    }
    var pulled = wishes
    for place in layer.indices.dropLast().reversed() {
      pulled[place] = min(pulled[place], pulled[place + 1] - distance(layer[place], layer[place + 1]))
    }
    for place in layer.indices { items[layer[place]].column = (pushed[place] + pulled[place]) / 2 }
  }

  /// Moves items to the right where a line into one would run down the column of a line out of another.
  private mutating func separateColumns() {
    for (upper, lower) in zip(layers, layers.dropFirst()) {
      let taken = Dictionary(grouping: upper) { items[$0].column }
      for (place, item) in lower.enumerated() {
        if place > 0 {
          items[item].column = max(
            items[item].column, items[lower[place - 1]].column + distance(lower[place - 1], item))
        }
        while let owner = taken[items[item].column], items[item].above != owner { items[item].column += 1 }
      }
    }
  }

  private func distance(_ a: Int, _ b: Int) -> Int { items[a].right + Self.gap + items[b].left }

  // MARK: Rows

  private mutating func assignRows() {
    var row = 0
    for (index, layer) in layers.enumerated() {
      layerTops.append(row)
      row += layer.map { items[$0].height }.reduce(0, max)
      guard index + 1 < layers.count else { break }
      // A row for the labels, then the strokes.
      let tracks = tracks(below: layer, from: row + 1)
      trackRows.append(Dictionary(tracks.map { ($0.item, $0.row) }) { first, _ in first })
      row = (tracks.map(\.row).max() ?? row) + 1
    }
    extent.height = max(1, row)
  }

  private func tracks(below layer: [Int], from row: Int) -> [Track] {
    var tracks: [Track] = []
    // What ends in a node joins the line of a value that goes on elsewhere only below the place where that parts.
    for parts in [true, false] {
      for item in layer where (items[item].below.count > 1) == parts {
        let columns = [items[item].column] + items[item].below.map { items[$0].column }
        guard let least = columns.min(), let most = columns.max(), least < most else { continue }
        let near = tracks.filter { $0.columns.overlaps(least - 1...most + 1) }
        var free = parts ? row : near.filter(\.parts).map { $0.row + 1 }.reduce(row, max)
        while near.contains(where: { $0.row == free }) { free += 1 }
        tracks.append(Track(item: item, columns: least...most, row: free, parts: parts))
      }
    }
    return tracks
  }

  // MARK: Placing

  /// The place of each node inside, as seen from the part's axis and first row.
  var nodePlaces: [(node: Int, place: CellPosition)] {
    zip(layers, layerTops).dropFirst().dropLast().flatMap { layer, top in
      layer.compactMap { item in
        items[item].node.map { ($0, CellPosition(row: top, column: items[item].column)) }
      }
    }
  }

  /// The points of each edge between the part's first row and its last, and where its label may stand.
  var lines: [(edge: Int, points: [CellPosition], label: CellPosition)] {
    routes.sorted { $0.key < $1.key }.map { edge, route in
      var points: [CellPosition] = []
      for (step, item) in route.enumerated() {
        let layer = items[item].layer
        let (column, top) = (items[item].column, layerTops[layer])
        if step > 0 { points.append(CellPosition(row: top, column: column)) }
        guard step + 1 < route.count else { break }
        points.append(CellPosition(row: max(top, top + items[item].height - 1), column: column))
        let next = items[route[step + 1]].column
        if next != column, let row = trackRows[layer][item] {
          points += [CellPosition(row: row, column: column), CellPosition(row: row, column: next)]
        }
      }
      let labelled = items[parting.contains(route[0]) ? route[1] : route[0]]
      let below = layerTops[labelled.layer] + labelled.height
      return (edge, points, CellPosition(row: below, column: labelled.column + 2))
    }
  }
}

extension FlowLayout {
  mutating func place(
    _ part: LayeredPart, of graph: FlowGraph, in span: FlowSpan, from entry: [CellPosition], to exit: [CellPosition]
  ) {
    func moved(_ place: CellPosition) -> CellPosition {
      CellPosition(row: place.row + span.top, column: place.column + span.axis)
    }
    for (node, place) in part.nodePlaces { places[node] = moved(place) }
    var labelled: Set<FlowGraph.Output> = []
    for line in part.lines {
      let edge = graph.edges[line.edge]
      var points = line.points.map(moved)
      if edge.to == part.to { points[points.count - 1].row = span.bottom - 1 }
      wires[line.edge] = (edge.from == part.from ? entry : []) + points + (edge.to == part.to ? exit : [])
      if edge.labelWidth > 0, labelled.insert(edge.output).inserted {
        labels[line.edge] = moved(line.label)
      }
    }
  }
}
