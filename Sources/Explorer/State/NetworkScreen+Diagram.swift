import Canvas
import Diagrams
import Measurement
import NetworkGraph

/// The diagram of a block. It shares the cursor and the open blocks with the tree.
struct DiagramView: Hashable, Sendable {
  /// The block that is drawn.
  var scope: NodePath
  /// True from an edit until the next key that does more than scroll: what it changed is marked.
  var showsChanges = false
}

/// A diagram as it was laid out last: it is drawn again as long as nothing but its figures changes.
struct LaidOutDiagram: Sendable {
  /// What the places of its boxes depend on.
  struct Subject: Hashable, Sendable {
    var block: BlockID
    var open: Set<NodePath>
    var isFused: Bool
    var columns: Int
  }

  var subject: Subject
  var drawing: BlockDiagram
}

/// A way to go from box to box.
enum Direction: Hashable, Sendable { case up, down, left, right }

extension NetworkScreen {
  /// Chooses the block under the cursor, or the one around a layer, to be drawn.
  mutating func chooseDiagram() {
    if !table.filter.isEmpty { perform(.filter(""), height: 1) }
    let isBlock = !cursor.children.isEmpty
    diagram.scope = isBlock ? cursor.path : model.outline.ancestors(of: cursor.path).first ?? .root
  }

  /// The block that is drawn, or the nearest around it that there still is.
  private var drawnBlock: Block {
    ([diagram.scope] + model.outline.nearest(to: diagram.scope)).lazy.compactMap { self.network.block(at: $0) }.first
      ?? network.root
  }

  /// What is drawn, saying as much as fits into so many columns: with the blocks open that are open in the tree, or
  /// with so many levels of them.
  func blockDiagram(columns: Int, levels: Int? = nil) -> BlockDiagram {
    let block = drawnBlock.id
    let subject = LaidOutDiagram.Subject(
      block: block, open: levels.map { network.blocks(below: block, levels: $0) } ?? expanded,
      isFused: conditions.fused, columns: columns)
    if let laidOutDiagram, laidOutDiagram.subject == subject { return laidOutDiagram.drawing }
    return model.diagram(subject, attribution, convention)
  }

  /// Keeps the diagram that is shown as it is laid out.
  mutating func keepDiagram(columns: Int) {
    guard picture == .diagram else {
      laidOutDiagram = nil
      return
    }
    let drawing = blockDiagram(columns: columns)
    laidOutDiagram = LaidOutDiagram(
      subject: .init(block: drawnBlock.id, open: expanded, isFused: conditions.fused, columns: columns),
      drawing: drawing)
  }

  /// Puts the figures as they are now into the diagram that is kept, or forgets it where they do not fit in.
  mutating func updateDiagramFigures() {
    guard let laidOut = laidOutDiagram else { return }
    let drawing = laidOut.drawing.withFigures(model.diagramFigures(attribution, convention))
    laidOutDiagram = drawing.map { LaidOutDiagram(subject: laidOut.subject, drawing: $0) }
  }

  /// Moves the cursor to the nearest box that way, several times for a page.
  mutating func moveInDiagram(_ direction: Direction, rows: Int = 1, columns: Int) {
    let drawn = blockDiagram(columns: columns)
    guard var here = drawn.box(showing: cursor.path) else { return }
    let start = here.handle.row
    repeat {
      guard let next = drawn.neighbour(of: here, direction) else { break }
      here = next
    } while abs(here.handle.row - start) < rows - 1
    select(here)
  }

  /// Puts the cursor on a box.
  private mutating func select(_ box: BlockDiagram.Box) { if let path = box.paths.first { go(to: path) } }

  /// Puts the cursor on the box that is drawn on a cell.
  mutating func clickInDiagram(column: Int, row: Int, size: CellSize) {
    let drawn = blockDiagram(columns: size.columns)
    let origin = drawn.origin(showing: cursor.path, in: size)
    let box = drawn.boxes.last {
      !$0.paths.isEmpty && $0.handle.contains(row: row + origin.row, column: column + origin.column)
    }
    if let box { select(box) }
  }

  /// Puts the cursor on the block that is drawn, or on the last box.
  mutating func moveToEndOfDiagram(first: Bool, columns: Int) {
    let boxes = blockDiagram(columns: columns).boxes.filter { !$0.paths.isEmpty }
    if let box = first ? boxes.first : boxes.max(by: { $0.handle.row < $1.handle.row }) { select(box) }
  }
}

extension Network {
  /// The paths of a block and of those inside it, so many levels deep.
  fileprivate func blocks(below block: BlockID, levels: Int) -> Set<NodePath> {
    guard levels > 0 else { return [] }
    return self[block].children.reduce(into: [self[block].path]) { paths, child in
      if case .block(let id) = child { paths.formUnion(blocks(below: id, levels: levels - 1)) }
    }
  }
}

extension Model {
  /// The diagram of a block with the times of its boxes; with their work as long as nothing is measured.
  func diagram(
    _ subject: LaidOutDiagram.Subject, _ attribution: TimeAttribution?, _ convention: CountingConvention,
    title: String? = nil
  ) -> BlockDiagram {
    var request = DiagramRequest(
      network, scope: subject.block, open: subject.open, steps: subject.isFused ? steps : [],
      figure: diagramFigures(attribution, convention))
    request.title = title
    return BlockDiagram(request, columns: subject.columns)
  }

  /// What boxes cost. Times are as wide whatever they are, so that the boxes stay where they are.
  func diagramFigures(
    _ attribution: TimeAttribution?, _ convention: CountingConvention
  ) -> @Sendable ([Node]) -> DiagramFigure? {
    let network = network
    return { nodes in
      if let attribution {
        let time = nodes.compactMap { attribution.time(of: $0, in: network) }.reduce(0, +)
        return time > 0
          ? DiagramFigure(text: Figures.time(time).rightAligned(in: Figures.timeWidth), weight: time) : nil
      }
      let operations = nodes.reduce(0) { $0 + convention.operations(network.cost(of: $1)) }
      return operations > 0 ? DiagramFigure(text: Figures.count(operations), weight: Double(operations)) : nil
    }
  }
}

extension BlockDiagram {
  /// The nearest box in a direction, boxes straight ahead first.
  func neighbour(of box: Box, _ direction: Direction) -> Box? {
    let here = box.handle
    func cost(_ other: Box) -> Int? {
      let there = other.handle
      let below = there.row - here.row
      let aside = there.column + there.columns / 2 - here.column - here.columns / 2
      let rowGap = max(there.row - here.row - here.rows, here.row - there.row - there.rows, 0)
      let columnGap = max(there.column - here.column - here.columns, here.column - there.column - there.columns, 0)
      return switch direction {
      case .up: below < 0 ? rowGap + 2 * columnGap : nil
      case .down: below > 0 ? rowGap + 2 * columnGap : nil
      case .left: aside < 0 && rowGap == 0 && !other.isFrame ? columnGap + abs(below) : nil
      case .right: aside > 0 && rowGap == 0 && !other.isFrame ? columnGap + abs(below) : nil
      }
    }
    return boxes.filter { !$0.paths.isEmpty && $0 != box }
      .compactMap { other in cost(other).map { (other, $0) } }
      .min { $0.1 < $1.1 }?.0
  }
}
