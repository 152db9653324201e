import Canvas
import NetworkGraph

/// The frame of one block with all that is in it, around the column in which its values enter and leave.
struct DiagramPart {
  var boxes: [BlockDiagram.Box] = []
  var wires: [[CellPosition]] = []
  var labels: [BlockDiagram.Label] = []
  var left = 0
  var right = 0
  var height = 0

  /// What is one node of the flow.
  private enum Content {
    case passage
    case box(BlockDiagram.Box, left: Int, right: Int)
    case part(DiagramPart)
  }

  init(_ request: DiagramRequest, block: BlockID, _ detail: DiagramDetail) {
    let network = request.network
    let flow = BlockFlow(request, block)
    var contents: [Content] = []
    for item in flow.items {
      switch item {
      case .passage: contents.append(.passage)
      case .outside(let id):
        let name = network[id].path.dotted
        contents.append(
          Self.content(BlockDiagram.Box(rect: Self.nowhere, nodes: [], paths: [], lines: ["from " + name])))
      case .nodes(let nodes):
        if case .block(let id)? = nodes.first, request.open.contains(network[id].path) {
          contents.append(.part(DiagramPart(request, block: id, detail)))
        } else {
          contents.append(Self.content(Self.box(nodes, request, detail, sharedStep: flow.sharedStep(of: nodes))))
        }
      }
    }
    let graph = FlowGraph(
      nodes: contents.map(Self.node),
      edges: flow.edges.enumerated().map { index, edge in
        let label = network[edge.value].output.description
        return FlowGraph.Edge(
          from: edge.from, to: edge.to, value: edge.value.index, labelWidth: edge.isDrawn ? label.displayWidth : 0,
          rank: index)
      })
    let layout = FlowLayout(graph)
    for (content, place) in zip(contents, layout.places) { add(content, at: place) }
    wires += zip(flow.edges, layout.wires).filter(\.0.isDrawn).map(\.1)
    for (edge, label) in zip(flow.edges, layout.labels) {
      if let label { labels.append(BlockDiagram.Label(place: label, text: network[edge.value].output.description)) }
    }
    frame(request, block, layout, detail)
  }

  mutating func move(rows: Int, columns: Int) {
    func moved(_ place: CellPosition) -> CellPosition {
      CellPosition(row: place.row + rows, column: place.column + columns)
    }
    for index in boxes.indices {
      boxes[index].rect.row += rows
      boxes[index].rect.column += columns
    }
    for index in wires.indices { wires[index] = wires[index].map(moved) }
    for index in labels.indices { labels[index].place = moved(labels[index].place) }
  }

  private static let nowhere = Rect(row: 0, column: 0, rows: 0, columns: 0)

  /// Puts the frame around everything, whose upper edge becomes row 0.
  private mutating func frame(
    _ request: DiagramRequest, _ block: BlockID, _ layout: FlowLayout, _ detail: DiagramDetail
  ) {
    move(rows: 1, columns: 0)
    let (network, figure) = (request.network, request.figure([.block(block)]))
    let text = network.text(of: .block(block), isOpen: true, detail)
    var title = [text.name, text.meaning].filter { !$0.isEmpty }.joined(separator: "  ")
    if block == request.scope, let given = request.title { title = given }
    left = layout.left + 2
    let narrowest = left + 1 + layout.right + 2
    var figureLine: Int?
    if let figure, detail == .full || title.displayWidth + 2 + figure.text.displayWidth + 7 <= narrowest {
      title += "  " + figure.text
      figureLine = 0
    }
    right = max(layout.right + 2, title.displayWidth + 6 - left)
    height = layout.height + 2
    boxes.insert(
      BlockDiagram.Box(
        rect: Rect(row: 0, column: -left, rows: height, columns: left + 1 + right), nodes: [.block(block)],
        paths: [network[block].path], lines: [title], figure: figure, figureLine: figureLine, isFrame: true), at: 0)
  }

  private mutating func add(_ content: Content, at place: CellPosition) {
    switch content {
    case .passage: return
    case .box(var box, let left, let right):
      box.rect = Rect(
        row: place.row, column: place.column - left, rows: box.lines.count + 2, columns: left + 1 + right)
      boxes.append(box)
    case .part(var part):
      part.move(rows: place.row, columns: place.column)
      boxes += part.boxes
      wires += part.wires
      labels += part.labels
    }
  }

  private static func node(_ content: Content) -> FlowGraph.Node {
    switch content {
    case .passage: FlowGraph.Node(left: 0, right: 0, height: 0)
    case .box(let box, let left, let right): FlowGraph.Node(left: left, right: right, height: box.lines.count + 2)
    case .part(let part): FlowGraph.Node(left: part.left, right: part.right, height: part.height)
    }
  }

  private static func content(_ box: BlockDiagram.Box) -> Content {
    let width = (box.lines.map(\.displayWidth).max() ?? 0) + 4
    return .box(box, left: (width - 1) / 2, right: width - 1 - (width - 1) / 2)
  }

  /// The lines of a box: names, meanings and the figure each in a column of their own.
  private static func box(
    _ nodes: [Node], _ request: DiagramRequest, _ detail: DiagramDetail, sharedStep owner: LayerID?
  ) -> BlockDiagram.Box {
    let network = request.network
    let texts = nodes.map { network.text(of: $0, detail) }
    let nameWidth = texts.map(\.name.displayWidth).max() ?? 0
    var lines = texts.map { name, meaning in
      meaning.isEmpty || nameWidth == 0 ? name + meaning : name.padded(to: nameWidth + 2) + meaning
    }
    let figure = request.figure(nodes)
    let note = owner.map { "with " + network[$0].path.relative(to: request.path(around: nodes)).dotted }
    let width = lines.map(\.displayWidth).max() ?? 0
    var figureLine: Int?
    if let end = note == nil ? figure?.text : detail == .full ? note : nil {
      // Where columns are scarce, the figure has a line of its own.
      let line = detail == .full ? 0 : lines.count
      if line == lines.count {
        lines.append(String(repeating: " ", count: max(0, width - end.displayWidth)))
      } else {
        lines[0] = lines[0].padded(to: width + 2)
      }
      lines[line] += end
      if note == nil { figureLine = line }
    }
    return BlockDiagram.Box(
      rect: nowhere, nodes: nodes, paths: nodes.map(network.path), lines: lines, figure: figure,
      figureLine: figureLine)
  }
}
