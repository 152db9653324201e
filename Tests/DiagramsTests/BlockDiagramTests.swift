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
