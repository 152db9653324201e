import Architectures
import Canvas
import Testing

@testable import Explorer

@Suite("Diagrams in the explorer")
struct DiagramJourneyTests {
  @Test("d draws the block under the cursor, arrows go from box to box, and the tree keeps the cursor")
  func moving() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1.1"))
    journey.type("d")
    #expect(journey.screen.contains { $0.contains("▾ 1  Bottleneck") })
    journey.type("jj")
    #expect(journey.cursor == "layer1.1.conv2")
    journey.type("k")
    #expect(journey.cursor == "layer1.1.conv1")
    journey.type("d")
    #expect(journey.network.picture == nil)
    #expect(journey.cursor == "layer1.1.conv1")
  }

  @Test("Enter opens and closes a block in the drawing, as in the tree")
  func opening() {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    journey.type("d")
    for _ in 0..<10 where journey.cursor != "layer1" { journey.type("j") }
    journey.press(.enter)
    #expect(journey.network.expanded.contains("layer1"))
    #expect(journey.screen.contains { $0.contains("▾ layer1") })
    journey.press(.enter)
    #expect(!journey.network.expanded.contains("layer1"))
  }

  @Test("p marks what it changes, until the next key")
  func toggling() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1.1"), columns: 160, rows: 50)
    journey.type("dp")
    #expect(journey.screen.contains { $0.contains("╭~") })
    journey.type("j")
    #expect(!journey.screen.contains { $0.contains("╭~") })
  }

  @Test("where there is more than fits, one may scroll to see all that p changed")
  func scrollingThroughChanges() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1.1"))
    journey.type("dpG")
    let moved = "┌" + Glyphs.moved
    #expect(journey.screen.contains { $0.contains(moved) })
    journey.type("C")
    #expect(!journey.screen.contains { $0.contains(moved) })
  }

  @Test("side by side in the comparison, and q goes back one step")
  func comparing() {
    var journey = Journey(NetworkSpec(entry: "bottleneck"), columns: 160, rows: 50)
    journey.type("cd")
    #expect(journey.screen.contains { $0.split(separator: "▾").count == 3 })
    #expect(journey.state.comparison?.picture == .diagrams)
    journey.type("q")
    #expect(journey.state.comparison?.picture == nil)
  }

  @Test("a network of 1,202 layers is drawn with every block open")
  func deep() {
    var journey = Journey(NetworkSpec(entry: "cifar_resnet1202"))
    journey.type("*d")
    journey.press(.end)
    #expect(journey.screen.contains { $0.contains("linear") })
  }
}
