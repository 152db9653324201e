import Architectures
import Canvas
import NetworkGraph
import Testing

@testable import Diagrams

/// What runs as one step is one box, or has a line beside its boxes.
@Suite struct BracketTests {
  @Test(arguments: [
    "bottleneck", "preact_bottleneck", "residual", "inverted_residual", "inception_resnet_v2", "resnet18",
  ])
  func joinsTheBoxesOfOneStep(name: String) throws {
    let network = try Catalogue.build(NetworkSpec(entry: name))
    // Each addition runs with the convolution that gives its first value.
    let steps = network.layers.filter { $0.operation == .add }.map { [convolution(before: $0, in: network), $0.id] }
    let open = Set(network.blocks.map(\.path))
    let request = DiagramRequest(network, scope: network.root.id, open: open, steps: steps) { _ in nil }
    let diagram = BlockDiagram(request, .full)
    #expect(diagram.brackets.count == steps.count)
    for (bracket, step) in zip(diagram.brackets, steps) {
      let boxes = step.map { id in diagram.boxes.filter { !$0.isFrame && $0.nodes.contains(.layer(id)) } }
      let rects = boxes.joined().map(\.rect)
      #expect(rects.count == 2)
      // It stands beside both, and in no box.
      for rect in rects { #expect(bracket.contains { $0.row == rect.row && $0.column < rect.column }) }
      #expect(
        bracket.allSatisfy { place in
          !diagram.boxes.contains { !$0.isFrame && $0.rect.contains(row: place.row, column: place.column) }
        })
      #expect(keepsOutOfFrames(bracket, between: step.map { network[$0].path }, in: diagram))
    }
    // What is drawn of it hides nothing.
    var bare = diagram
    bare.brackets = []
    #expect(
      diagram.canvas().plainText.replacing(BlockDiagram.bracketGlyph, with: " ").lines == bare.canvas().plainText.lines)
  }

  @Test func runsThroughNoBlockBetween() throws {
    let builder = try NetworkBuilder(name: "net", input: .map(channels: 8, height: 16, width: 16))
    let main = try builder.input.block("main", .sequential) { x throws(NetworkError) in
      try x.conv("conv", 8, kernel: 3).conv("another_conv", 8, kernel: 3)
    }
    let side = try builder.input.conv("side", 8, kernel: 3)
    let sum = try main + side
    let network = try builder.finish(sum)
    let open = Set(network.blocks.map(\.path))
    let request = DiagramRequest(network, scope: network.root.id, open: open, steps: [[side.layer, sum.layer]]) { _ in
      nil
    }
    let diagram = BlockDiagram(request, .full)
    #expect(diagram.brackets.joined().isEmpty == false)
    for bracket in diagram.brackets { #expect(keepsOutOfFrames(bracket, between: ["side", "add"], in: diagram)) }
  }

  /// Whether a bracket stands in no frame around neither of its ends, and in no title.
  private func keepsOutOfFrames(
    _ bracket: [CellPosition], between ends: [NodePath], in diagram: BlockDiagram
  ) -> Bool {
    diagram.boxes.filter(\.isFrame).allSatisfy { frame in
      let isAroundEnd = ends.contains { end in frame.paths.contains { end.isInside($0) } }
      let taken = isAroundEnd ? frame.handle : frame.rect
      return !bracket.contains { taken.contains(row: $0.row, column: $0.column) }
    }
  }

  private func convolution(before layer: Layer, in network: Network) -> LayerID {
    var id = layer.inputs[0]
    while network[id].operation.convolution == nil, let next = network[id].inputs.first { id = next }
    return id
  }
}

extension String {
  /// Without what a bracket may stand in front of.
  fileprivate var lines: [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
