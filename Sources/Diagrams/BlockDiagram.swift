import Canvas
import NetworkGraph

/// What a box costs: the figure that it shows, and its weight among the others.
public struct DiagramFigure: Hashable, Sendable {
  public var text: String
  public var weight: Double

  public init(text: String, weight: Double) {
    self.text = text
    self.weight = weight
  }
}

/// What is drawn of a network.
public struct DiagramRequest: Sendable {
  public var network: Network
  /// The block whose dataflow it is.
  public var scope: BlockID
  /// What the scope is called where its own name does not tell enough.
  public var title: String?
  /// The blocks inside that are open; the scope always is.
  public var open: Set<NodePath>
  /// For every layer that runs in a step with others: the layer that the step begins with.
  let stepOwners: [LayerID: LayerID]
  public var figure: @Sendable ([Node]) -> DiagramFigure?

  /// The block that some children stand in.
  func path(around nodes: [Node]) -> NodePath {
    nodes.first.flatMap(network.parent).map { network[$0].path } ?? .root
  }

  /// - Parameter steps: the layers of each step.
  public init(
    _ network: Network, scope: BlockID, open: Set<NodePath>, steps: [[LayerID]],
    figure: @escaping @Sendable ([Node]) -> DiagramFigure?
  ) {
    self.network = network
    self.scope = scope
    self.open = open
    stepOwners = steps.reduce(into: [:]) { owners, step in
      guard step.count > 1 else { return }
      for layer in step { owners[layer] = step[0] }
    }
    self.figure = figure
  }
}

/// The dataflow of a block: boxes for its layers and closed blocks, frames around its open blocks, lines with the
/// shapes of the values that flow, from top to bottom.
public struct BlockDiagram: Sendable {
  /// A layer, the layers of one step that follow one another, or a block.
  public struct Box: Hashable, Sendable {
    public var rect: Rect
    /// What it stands for; none for a value that comes from outside.
    public var nodes: [Node]
    public var paths: [NodePath]
    public var lines: [String]
    /// The end of the line that names it, or of each line.
    public var figure: DiagramFigure?
    /// The line that ends with the figure; nil where none does.
    public var figureLine: Int?
    /// True for a block that is open: a frame around its boxes, with a line of text in the upper edge.
    public var isFrame = false
    /// The part that the cursor stands on: the whole box, or the upper edge of a frame.
    public var handle: Rect {
      isFrame ? Rect(row: rect.row, column: rect.column, rows: 1, columns: rect.columns) : rect
    }
  }

  public struct Label: Hashable, Sendable {
    public var place: CellPosition
    public var text: String
  }

  public internal(set) var boxes: [Box] = []
  public internal(set) var wires: [[CellPosition]] = []
  public internal(set) var labels: [Label] = []
  /// Lines beside boxes that run in one step though others stand between them: a convolution, and the addition behind it.
  public internal(set) var brackets: [[CellPosition]] = []
  public internal(set) var size = CellSize(columns: 0, rows: 0)

  /// The diagram that says as much as fits into a width; if nothing fits, the narrowest.
  public init(_ request: DiagramRequest, columns: Int) {
    var drawn = BlockDiagram(request, .full)
    for detail in DiagramDetail.allCases.dropFirst() where drawn.size.columns > columns {
      drawn = BlockDiagram(request, detail)
    }
    self = drawn
  }

  public init(_ request: DiagramRequest, _ detail: DiagramDetail) {
    var part = DiagramPart(request, block: request.scope, detail)
    part.move(rows: 0, columns: part.left)
    boxes = part.boxes
    wires = part.wires
    labels = part.labels
    size = CellSize(columns: part.left + 1 + part.right, rows: part.height)
    brackets = boxes.compactMap { bracket(of: $0, request) }
  }

  /// The line from the box whose step a box runs in to that box, without the cells that belong to other boxes; nil for
  /// one that has a step of its own.
  private func bracket(of box: Box, _ request: DiagramRequest) -> [CellPosition]? {
    guard !box.isFrame, case .layer(let id)? = box.nodes.first, let owner = request.stepOwners[id],
      !box.nodes.contains(.layer(owner)),
      let other = boxes.first(where: { !$0.isFrame && $0.nodes.contains(.layer(owner)) })
    else { return nil }
    let column = min(box.rect.column, other.rect.column) - 1
    let rows = min(box.rect.row, other.rect.row)..<max(box.rect.row + box.rect.rows, other.rect.row + other.rect.rows)
    let taken = boxes.map { part in
      // A frame around one of the ends is passed, but for its title.
      let isAroundEnd = [box, other].contains { part.rect.intersection($0.rect) == $0.rect }
      return part.isFrame && isAroundEnd ? part.handle : part.rect
    }
    return rows.map { CellPosition(row: $0, column: column) }.filter { place in
      !taken.contains { $0.contains(row: place.row, column: place.column) }
    }
  }

  /// The same drawing with other figures; nil where one has come or gone or takes another width, so that the boxes
  /// have to be laid out anew.
  public func withFigures(_ figure: ([Node]) -> DiagramFigure?) -> BlockDiagram? {
    var drawn = self
    for (index, box) in boxes.enumerated() where !box.nodes.isEmpty {
      let (old, new) = (box.figure, figure(box.nodes))
      guard old?.text.displayWidth == new?.text.displayWidth else { return nil }
      if let line = box.figureLine, let old, let new {
        drawn.boxes[index].lines[line] = box.lines[line].dropLast(old.text.count) + new.text
      }
      drawn.boxes[index].figure = new
    }
    return drawn
  }

  /// The weight that the tints are relative to.
  var greatestWeight: Double { boxes.filter { !$0.isFrame }.compactMap { $0.figure?.weight }.max() ?? 0 }

  /// The box that shows a node, or the smallest that it lies in.
  public func box(showing path: NodePath) -> Box? {
    boxes.first { $0.paths.contains(path) }
      ?? boxes.filter { $0.paths.contains { path.isInside($0) } }.max { depth($0) < depth($1) }
  }

  private func depth(_ box: Box) -> Int { box.paths.map(\.dotted.utf8.count).max() ?? 0 }
}
