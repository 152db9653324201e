import Architectures
import Canvas
import NetworkGraph
import Testing

@testable import Explorer

@Suite("The icicle") struct IcicleTests {
  private func screen(_ name: String) throws -> NetworkScreen {
    Journey(try NetworkSpec(parsing: name)).network
  }

  @Test("cells of a level lie side by side, below the block they stand in", arguments: Catalogue.entries.map(\.name))
  func cellsFit(name: String) throws {
    let screen = try screen(name)
    for measure in IcicleMeasure.allCases where measure != .time {
      let layout = screen.icicleLayout(measure, width: 77)
      var ends: [Int: Int] = [:]
      var places: [Int: Range<Int>] = [:]
      for cell in layout.cells {
        #expect(cell.columns.lowerBound >= ends[cell.level, default: 0])
        ends[cell.level] = cell.columns.upperBound
        places[cell.item] = cell.columns
        if let parent = screen.model.outline.items[cell.item].parent {
          let around = try #require(places[parent])
          #expect(around.contains(cell.columns.lowerBound) && cell.columns.upperBound <= around.upperBound)
        }
      }
      if let whole = layout.cells.first { #expect(whole.columns == 0..<77) }
    }
  }

  @Test func widthsAreShares() throws {
    let screen = try screen("resnet18")
    let layout = screen.icicleLayout(.multiplyAdds, width: 1000)
    let conv1 = try #require(screen.model.outline.index(of: "conv1"))
    #expect(layout.cells.first { $0.item == conv1 }?.columns.count == 65)
  }

  /// Against the layers summed one by one.
  @Test(arguments: ["resnet18", "googlenet"]) func highlightedShareIsTheSumOfItsLayers(name: String) throws {
    var journey = Journey(NetworkSpec(entry: name))
    journey.type("w/conv1")
    journey.press(.enter)
    let network = journey.network.network
    func sum(_ layers: [Layer], _ cost: (Layer) -> Int) -> Double { Double(layers.reduce(0) { $0 + cost($1) }) }
    let found = network.layers.filter { $0.path.dotted.contains("conv1") }
    #expect(!found.isEmpty)
    for (measure, cost) in [
      (IcicleMeasure.multiplyAdds, { (layer: Layer) in layer.cost.multiplyAdds }),
      (.parameters, { $0.cost.parameters }),
    ] {
      let share = try #require(journey.network.shareOfMatches(by: measure))
      #expect(abs(share - sum(found, cost) / sum(network.layers, cost)) < 1e-12)
    }
  }

  @Test func aShareIsOneOfWhatIsShown() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("w")
    journey.type("j")
    for _ in 0..<20 where journey.cursor != "layer2" { journey.type("l") }
    journey.press(.enter)
    #expect(journey.network.icicle.zoom == "layer2")
    journey.type("/conv2")
    journey.press(.enter)
    let network = journey.network.network
    let shown = network.layers.filter { $0.path.isInside("layer2") }
    func work(_ layers: [Layer]) -> Double { Double(layers.reduce(0) { $0 + $1.cost.multiplyAdds }) }
    let share = try #require(journey.network.shareOfMatches(by: .multiplyAdds))
    #expect(abs(share - work(shown.filter { $0.path.dotted.hasSuffix("conv2") }) / work(shown)) < 1e-12)
  }

  @Test func keysWalkAndZoom() throws {
    var journey = Journey(try NetworkSpec(parsing: "resnet18"))
    journey.type("w")
    #expect(journey.screen.contains { $0.hasPrefix("mult-adds (torchvision)") })
    journey.type("jl")
    #expect(journey.cursor == "layer1")
    journey.press(.enter)
    #expect(journey.network.icicle.zoom == "layer1")
    journey.type("jjkh")
    #expect(journey.cursor == "layer1.0")
    journey.press(.escape)
    #expect(journey.network.icicle.zoom == .root && journey.network.picture == .icicle)
    journey.type("w")
    #expect(journey.network.picture == nil && journey.cursor == "layer1.0")
  }

  @Test func searchTellsTheShareOfWhatItFinds() throws {
    var journey = Journey(try NetworkSpec(parsing: "resnet18"))
    journey.type("w/layer1")
    journey.press(.enter)
    #expect(try #require(journey.network.shareOfMatches(by: .multiplyAdds)) - 462.4 / 1814 < 0.001)
    #expect(journey.screen.contains { $0.contains("25.5 % highlighted") })
  }

  @Test func widthsCanBeChosen() throws {
    var journey = Journey(try NetworkSpec(parsing: "resnet18"))
    journey.command("widths traffic")
    #expect(journey.screen.contains { $0.hasPrefix("memory traffic") })
    journey.command("widths height")
    #expect(journey.screen.contains { $0.contains("expected time, mult-adds") })
  }

  @Test func smallScreensSayWhatIsNeeded() throws {
    var journey = Journey(try NetworkSpec(parsing: "resnet18"), columns: 40, rows: 10)
    journey.type("w")
    #expect(journey.screen.contains { $0.contains("the icicle needs 48×") })
  }
}
