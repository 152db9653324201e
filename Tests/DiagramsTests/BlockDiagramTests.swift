import Architectures
import Canvas
import NetworkGraph
import Testing

@testable import Diagrams

@Suite("Diagrams of the catalogue") struct BlockDiagramTests {
  private static func diagram(_ network: Network, _ detail: DiagramDetail = .full) -> BlockDiagram {
    let everything = Set(network.blocks.map(\.path))
    let request = DiagramRequest(network, scope: network.root.id, open: everything, steps: []) { _ in nil }
    return BlockDiagram(request, detail)
  }

  @Test(
    "every layer has a box, boxes overlap only as frames, and every value's shape is told", arguments: Catalogue.entries
  )
  func complete(entry: CatalogueEntry) throws {
    let network = try Catalogue.build(NetworkSpec(entry: entry.name))
    let drawn = Self.diagram(network)
    let layers = drawn.boxes.filter { !$0.isFrame }
    #expect(Set(layers.flatMap(\.paths)) == Set(network.layers.map(\.path)))
    let byRow = layers.sorted { $0.rect.row < $1.rect.row }
    for (index, box) in byRow.enumerated() {
      for other in byRow[(index + 1)...].prefix(while: { $0.rect.row < box.rect.row + box.rect.rows }) {
        #expect(box.rect.intersection(other.rect).isEmpty, "\(box.paths) and \(other.paths)")
      }
    }
    let shapes = Set(drawn.labels.map(\.text))
    for layer in network.layers { #expect(shapes.contains(layer.output.description)) }
  }

  @Test("a closed block is one box that says what it is")
  func closed() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "resnet50"))
    let request = DiagramRequest(network, scope: network.root.id, open: [], steps: []) { _ in nil }
    let drawn = BlockDiagram(request, .full)
    let box = try #require(drawn.box(showing: "layer1.0.conv1"))
    #expect(box.paths == ["layer1"])
    #expect(box.lines == ["▸ layer1  Stage"])
  }

  @Test("layers of one step stand in one box, where the flow allows it")
  func steps() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "bottleneck"))
    let ids = network.layers.filter { ["conv1", "bn1", "relu"].contains($0.path) }.map(\.id)
    let request = DiagramRequest(network, scope: network.root.id, open: [], steps: [ids]) { _ in nil }
    #expect(BlockDiagram(request, .named).box(showing: "conv1")?.paths == ["conv1", "bn1", "relu"])
  }

  @Test("boxes say less where there is less room")
  func narrow() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "inception"))
    let request = DiagramRequest(network, scope: network.root.id, open: [], steps: []) { _ in nil }
    #expect(BlockDiagram(request, columns: 60).size.columns < BlockDiagram(request, columns: 1000).size.columns)
  }

  private func wideNames() throws -> Network {
    let builder = try NetworkBuilder(name: "网络", input: .map(channels: 8, height: 16, width: 16))
    return try builder.finish(
      builder.input.block("块", "残差块") { x throws(NetworkError) in
        try x.conv("卷积层卷积层卷积层", 8, kernel: 3).conv("a\u{301}b", 8, kernel: 3) + x
      })
  }

  @Test("boxes are as wide as their text is on a terminal", arguments: DiagramDetail.allCases)
  func wideText(detail: DiagramDetail) throws {
    let network = try wideNames()
    let open = Set(network.blocks.map(\.path))
    let request = DiagramRequest(network, scope: network.root.id, open: open, steps: []) { _ in
      DiagramFigure(text: "147.5 k", weight: 1)
    }
    let diagram = BlockDiagram(request, detail)
    let canvas = diagram.canvas()
    for rect in diagram.boxes.map(\.rect) {
      let right = rect.column + rect.columns - 1
      for row in rect.row + 1..<rect.row + rect.rows - 1 {
        #expect(canvas[row: row, column: right]?.character == "│", "\(detail), row \(row)")
      }
      #expect(canvas[row: rect.row, column: right - 1]?.character == "─")
    }
  }

  @Test("a part of a diagram shows the cells that the whole has there", arguments: 0..<30)
  func part(column: Int) throws {
    let network = try wideNames()
    let open = Set(network.blocks.map(\.path))
    let diagram = BlockDiagram(
      DiagramRequest(network, scope: network.root.id, open: open, steps: []) { _ in nil }, .full)
    let whole = diagram.canvas()
    var part = Canvas(size: diagram.size)
    diagram.draw(on: &part, origin: CellPosition(row: 0, column: column))
    for row in 0..<diagram.size.rows {
      let cut = whole[row: row, column: column]?.character == nil ? 1 : 0
      let cells = part.row(row).prefix(diagram.size.columns - column).dropFirst(cut)
      #expect(cells.map(\.character) == whole.row(row).dropFirst(column + cut).map(\.character))
    }
  }

  @Test("boxes have a tint whatever they cost", arguments: [0, -1, 1e308, .infinity, .nan])
  func tint(weight: Double) throws {
    let network = try Catalogue.build(NetworkSpec(entry: "bottleneck"))
    let request = DiagramRequest(network, scope: network.root.id, open: [], steps: []) { _ in
      DiagramFigure(text: "1 s", weight: weight)
    }
    let styles = Set(BlockDiagram(request, .full).canvas().cells.map(\.style.role))
    #expect(styles.contains { if case .heat = $0 { true } else { false } })
  }

  @Test("lines that cross pass under one another, lines that meet join")
  func strokes() {
    var grid = StrokeGrid(Rect(row: 0, column: 0, rows: 3, columns: 3))
    func point(_ row: Int, _ column: Int) -> CellPosition { CellPosition(row: row, column: column) }
    grid.add([point(0, 1), point(2, 1)], style: .plain)
    grid.add([point(1, 0), point(1, 2)], style: .plain)
    var canvas = Canvas(size: CellSize(columns: 3, rows: 3))
    grid.draw(on: &canvas)
    #expect(canvas.plainText == " │\n─│─\n │\n")
  }
}
