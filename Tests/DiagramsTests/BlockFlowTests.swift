import Architectures
import NetworkGraph
import Testing

@testable import Diagrams

@Suite("The flow of values in a block") struct BlockFlowTests {
  private static func request(_ network: Network, open: Set<NodePath> = []) -> DiagramRequest {
    DiagramRequest(network, scope: network.root.id, open: open, steps: []) { _ in nil }
  }

  /// `enc` gives two values: that of `enc.c1`, which `enc.c2` reads too, and that of `enc.c2`.
  private func twoValues() throws -> Network {
    let builder = try NetworkBuilder(name: "two values", input: .map(channels: 8, height: 16, width: 16))
    var first = builder.input
    let second = try builder.input.block("enc", .sequential) { x throws(NetworkError) in
      first = try x.conv("c1", 8, kernel: 3)
      return try first.conv("c2", 16, kernel: 3)
    }
    let p = try first.conv("p", 8, kernel: 3)
    let sum = try p + second.conv("q", 8, kernel: 3)
    return try builder.finish(.concat([.concat([sum, first.conv("s", 8, kernel: 3), second]), sum + p]))
  }

  @Test("a value that is read inside and outside leaves its block")
  func readOutside() throws {
    let network = try twoValues()
    let block = try #require(network.blocks.last)
    let flow = BlockFlow(Self.request(network), block.id)
    let leaving = flow.edges.filter { $0.to == flow.items.count - 1 && $0.isDrawn }.map { network[$0.value].path }
    #expect(leaving == ["enc.c1", "enc.c2"])
  }

  @Test("each value of a block shows its shape once where it flows on in layers")
  func labels() throws {
    let labels = BlockDiagram(Self.request(try twoValues()), .full).labels.map(\.text)
    #expect(labels.filter { $0 == "16×16×16" }.count == 1)
  }

  @Test("every value that is read outside leaves its block", arguments: Catalogue.entries)
  func everyValueLeaves(entry: CatalogueEntry) throws {
    let network = try Catalogue.build(NetworkSpec(entry: entry.name))
    for block in network.blocks {
      let flow = BlockFlow(Self.request(network), block.id)
      let leaving = Set(flow.edges.filter { $0.to == flow.items.count - 1 }.map(\.value))
      let read = network.layers.filter { !block.layers.contains($0.id.index) }.flatMap(\.inputs)
        .filter { block.layers.contains($0.index) }
      #expect(leaving.isSuperset(of: read), "\(block.path)")
    }
  }
}
