import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("Browsing")
struct BrowsingTests {
  @Test("From the catalogue into a network and back")
  func catalogueToNetwork() {
    var journey = Journey()
    journey.type("/resnet50")
    journey.press(.enter)
    #expect(journey.screen.contains { $0.contains("/resnet50") && $0.contains("1 of") })
    journey.press(.escape, .enter)
    #expect(journey.network.spec == NetworkSpec(entry: "resnet50"))
    #expect(journey.takeEffects().contains(.measure(NetworkSpec(entry: "resnet50"), Conditions(threads: 2))))
    journey.type("q")
    #expect(journey.state.catalogue?.selected?.entry.name == "resnet50")
    #expect(journey.takeEffects() == [.stop])
    journey.type("q")
    #expect(journey.takeEffects() == [.quit(status: 0)])
  }

  @Test("A search of the catalogue finds what its rows say", arguments: ["bottleneck", "inception_v3", "separable"])
  func searchTheCatalogue(name: String) {
    var journey = Journey()
    journey.type("/" + name)
    journey.press(.enter, .enter)
    #expect(journey.network.spec == NetworkSpec(entry: name))
  }

  @Test("A network that was opened from the shell goes back to the shell")
  func backToTheShell() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    _ = journey.takeEffects()
    journey.type("q")
    #expect(journey.takeEffects() == [.quit(status: 0)])
  }

  @Test("A block in the name is where the cursor stands")
  func openingAtABlock() {
    let journey = Journey(NetworkSpec(entry: "resnet50", path: "layer3.0"))
    #expect(journey.cursor == "layer3.0")
    #expect(journey.network.spec.path.isRoot)
    #expect(journey.screen.contains { $0.contains("▾ 0") })
  }

  @Test func arrowsOpenAndClose() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1"))
    journey.press(.left)
    #expect(journey.cursor == "layer1")
    journey.press(.right, .right)
    #expect(journey.cursor == "layer1.0")
    journey.press(.left)
    #expect(journey.cursor == "layer1")
    journey.press(.left, .left)
    #expect(journey.cursor == "")
    journey.type("*")
    #expect(journey.network.table.rows.count == journey.network.model.outline.items.count)
    journey.type("-")
    #expect(journey.network.table.rows.count == journey.network.network.root.children.count + 1)
  }

  @Test("Search looks into closed blocks, wraps, and Esc ends it")
  func search() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    journey.type("/downsample.0")
    journey.press(.enter)
    #expect(journey.cursor == "layer1.0.downsample.0")
    #expect(journey.screen.contains { $0.contains("1 of 4") })
    journey.type("nnn")
    #expect(journey.cursor == "layer4.0.downsample.0")
    journey.type("n")
    #expect(journey.cursor == "layer1.0.downsample.0")
    journey.type("N")
    #expect(journey.screen.contains { $0.contains("4 of 4") })
    journey.press(.escape)
    #expect(journey.network.table.search == nil)
    #expect(journey.cursor == "layer4.0.downsample.0")
    journey.type("/nowhere")
    #expect(journey.screen.contains { $0.contains("nothing found") })
    #expect(journey.cursor == "layer4.0.downsample.0")
  }

  @Test("A search that is left leads back to where it began")
  func searchLeft() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2"))
    journey.type("/fc")
    #expect(journey.cursor == "fc")
    journey.press(.escape)
    #expect(journey.cursor == "layer2")
  }

  @Test("What is for rows is refused where a picture is in their place")
  func rowsBehindAPicture() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("ds")
    #expect(journey.screen.contains { $0.contains("does not apply to a picture") })
    #expect(journey.network.table.sorting == nil)
    journey.type("d")
    journey.press(.down, .down, .enter)
    #expect(journey.screen.contains { $0.contains("a layer has nothing to open") })
  }

  @Test("A filter leaves what matches and the blocks that lead there")
  func filter() {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    journey.type("fdownsample")
    journey.press(.enter)
    let shown = journey.network.table.rows.map(\.id.dotted)
    #expect(shown.contains("layer1.0.downsample"))
    #expect(shown.contains("layer1"))
    #expect(!shown.contains("conv1"))
    journey.press(.escape)
    #expect(journey.network.table.rows.map(\.id.dotted).contains("conv1"))
  }

  @Test("Sorting orders siblings, marks the title and leaves the cursor on its item")
  func sorting() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2"))
    let title = { (journey: Journey) in journey.screen[2] }
    while journey.network.table.sorting?.column != "params" { journey.type("s") }
    #expect(title(journey).contains("▼params"))
    #expect(journey.cursor == "layer2")
    let stages = journey.network.table.rows.filter { $0.depth == 1 }.map(\.id.dotted)
    #expect(Array(stages.prefix(3)) == ["layer4", "layer3", "fc"])
    journey.type("S")
    #expect(title(journey).contains("▲params"))
    #expect(journey.network.table.rows.filter { $0.depth == 1 }.map(\.id.dotted).last == "layer4")
    #expect(journey.cursor == "layer2")
  }

  @Test("The detail pane puts the numbers into the arithmetic")
  func details() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1.0.conv2"), columns: 160, rows: 50)
    #expect(journey.screen.contains { $0.contains("64 × 3 × 3 × 64 × 56 × 56 = 115,605,504") })
    journey.send(.timings(journey.network.spec, .example(of: journey.network.network)))
    #expect(journey.screen.contains { $0.contains("direct 7×64") })
    journey.send(
      .machine(
        MachineFacts(
          processor: "test", isa: "avx2", threads: 2, peakOne: 200, peakAll: 400, bandwidthOne: 10, bandwidthAll: 20,
          caches: [:])))
    #expect(journey.screen.contains { $0.contains("of the measured peak of 400") })
  }

  @Test("Tab goes to the details, which scroll while the cursor stays")
  func panes() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1.0.conv2"), columns: 80, rows: 14)
    #expect(!journey.screen.contains { $0.contains("padding") })
    journey.press(.tab)
    #expect(journey.screen.contains { $0.contains("padding") })
    journey.press(.down, .down)
    #expect(journey.network.detailTop > 0)
    #expect(journey.cursor == "layer1.0.conv2")
    journey.press(.tab)
    #expect(journey.network.focus == .tree)
  }

  @Test("The convention is on the screen, and :count changes it")
  func counting() {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    #expect(journey.screen[1].contains("4.089 G mult-adds (torchvision)"))
    journey.command("count fvcore")
    #expect(journey.screen[1].contains("4.112 G operations (fvcore)"))
    journey.command("count nonsense")
    #expect(journey.state.notice?.isError == true)
    #expect(journey.state.convention == .fvcore)
  }

  @Test("Clicks select, open, sort and run commands; the wheel scrolls")
  func mouse() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    func row(_ text: String) throws -> Int { try #require(journey.screen.firstIndex { $0.contains(text) }) }
    journey.send(.input(.mouse(.click, column: 10, row: try row("layer3"))))
    #expect(journey.cursor == "layer3")
    #expect(journey.network.table.selectedRow?.disclosure == .closed)
    journey.send(.input(.mouse(.doubleClick, column: 10, row: try row("layer3"))))
    #expect(journey.network.table.selectedRow?.disclosure == .open)
    journey.send(.input(.mouse(.click, column: 3, row: try row("layer1"))))
    #expect(journey.cursor == "layer1")
    #expect(journey.network.table.selectedRow?.disclosure == .open)
    journey.send(.input(.mouse(.wheelDown, column: 10, row: 10)))
    #expect(journey.cursor == "layer1")
    journey.send(.input(.resize(CellSize(columns: 80, rows: 12))))
    let top = journey.network.table.top
    journey.send(.input(.mouse(.wheelDown, column: 10, row: 6)))
    #expect(journey.network.table.top == top + 3)
    journey.send(.input(.resize(CellSize(columns: 80, rows: 24))))
    let titles = journey.screen[2]
    let start = try #require(titles.firstRange(of: "params")).lowerBound
    let column = titles.distance(from: titles.startIndex, to: start)
    journey.send(.input(.mouse(.click, column: column, row: 2)))
    #expect(journey.network.table.sorting?.column == "params")
    let search = try #require(FooterView.items(journey.state, width: 80).first { $0.command.name == "search" })
    journey.send(.input(.mouse(.click, column: search.start, row: 23)))
    #expect(journey.state.overlay == .prompt(Prompt(.search, label: "/")))
  }
}
