import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("What stands on the screen")
struct ScreenTests {
  private func timed(columns: Int, rows: Int) -> Journey {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"), columns: columns, rows: rows)
    journey.send(.timings(journey.network.spec, .example(of: journey.network.network)))
    return journey
  }

  @Test("Every column at 80 × 24")
  func standardTerminal() {
    let screen = timed(columns: 80, rows: 24).screen
    #expect(screen[0] == "resnet50  input 3×224×224  batch 1  2 threads  fused          settled, 84 passes")
    #expect(screen[1] == "25.56 M params  4.089 G mult-adds (torchvision)  41.0 ms ±0.5 %")
    #expect(screen[2] == "  name              kind k/s             output params  mult-adds    time  share")
    #expect(screen[5] == "     conv1          Conv2d 7×7/2     64×112×112 9.408 k   118.0 M 1.18 ms  ▍")
    #expect(screen[6] == "     bn1            BatchNorm2d      64×112×112   128         -    → conv1")
  }

  @Test("How far the measurement is stays on the screen", arguments: ["resnet18", "preact_bottleneck", "inception_v3"])
  func progressStays(name: String) {
    for columns in [80, 100, 160] {
      var journey = Journey(NetworkSpec(entry: name), columns: columns)
      journey.send(.timings(journey.network.spec, .example(of: journey.network.network)))
      #expect(journey.screen[0].contains("settled"), "\(name) at \(columns)")
    }
  }

  @Test("Columns give way in a fixed order", arguments: [(200, 9), (80, 7), (60, 5), (40, 3), (20, 1)])
  func narrowing(width: Int, count: Int) {
    #expect(ColumnLayout(TreeColumns.all, width: width).places.count <= count)
    var kept = TreeColumns.all.count
    var last = Set(TreeColumns.all.indices)
    for width in stride(from: 200, through: 1, by: -1) {
      let columns = Set(ColumnLayout(TreeColumns.all, width: width).places.map(\.column))
      #expect(columns.isSubset(of: last))
      #expect(columns.contains(0))
      kept = min(kept, columns.count)
      last = columns
    }
    #expect(kept == 1)
  }

  @Test("Nothing reaches over the edge of its column", arguments: [20, 40, 79, 80, 81, 120, 129, 130, 200])
  func columnsDoNotOverlap(width: Int) {
    let layout = ColumnLayout(TreeColumns.all, width: width)
    for (place, next) in zip(layout.places, layout.places.dropFirst()) {
      #expect(place.start + place.width < next.start)
    }
    #expect(layout.places.allSatisfy { $0.start + $0.width <= width })
  }

  @Test(
    "The counting convention is on every screen",
    arguments: [(160, 50), (80, 24), (80, 15), (60, 12), (40, 10), (24, 8), (20, 5)])
  func convention(columns: Int, rows: Int) {
    let cifar = NetworkSpec(entry: "cifar_preact_resnet110")
    for spec in [nil, NetworkSpec(entry: "resnet50"), cifar] {
      var journey = Journey(spec, columns: columns, rows: rows)
      #expect(journey.screen.prefix(2).contains { $0.contains("torchvision") })
      guard spec != nil else { continue }
      journey.send(.timings(journey.network.spec, .example(of: journey.network.network)))
      #expect(journey.screen.prefix(2).contains { $0.contains("torchvision") })
      journey.type("Pc")
      #expect(journey.state.comparison != nil)
      #expect(journey.screen.prefix(2).contains { $0.contains("torchvision") })
    }
  }

  @Test("All of an error can be read", arguments: [(80, 24), (40, 10), (24, 7)])
  func longError(columns: Int, rows: Int) {
    var journey = Journey(NetworkSpec(entry: "inception_v3"), columns: columns, rows: rows)
    journey.command("input 3x32x32")
    let reason = journey.state.notice?.text ?? ""
    #expect(reason.contains("Mixed_6a.branch3x3.conv"))
    let shown = journey.screen.joined().filter { $0 != " " }
    #expect(shown.contains(reason.filter { $0 != " " }))
    #expect(journey.network.spec.input == nil)
    journey.type("j")
    #expect(!journey.screen.contains { $0.hasPrefix("!") })
  }

  @Test("Before anything is measured every row shows a dot, and shares are of the work")
  func unmeasured() {
    let journey = Journey(NetworkSpec(entry: "resnet50"), columns: 100, rows: 24)
    #expect(journey.screen[0].hasSuffix("not timed yet"))
    #expect(journey.screen[2].contains("% work"))
    let rows = journey.screen[3..<15]
    #expect(rows.allSatisfy { $0.contains(" ·") })
  }

  @Test("A block sums the steps that stand inside it and marks those that cross its border")
  func attribution() throws {
    var journey = timed(columns: 100, rows: 24)
    journey.type("p")
    let network = journey.network.network
    journey.send(.timings(journey.network.spec, .example(of: network)))
    let attribution = try #require(journey.network.attribution)
    let outline = journey.network.model.outline
    let block = try #require(outline["layer2.0"])
    guard case .time(let time, crosses: true) = attribution.standing(of: block.node, in: network) else {
      Issue.record("the first norm runs in the step of the addition before the block")
      return
    }
    let inside = attribution.timings.steps.filter { $0.owner.isInside("layer2.0") }
    #expect(abs(time - inside.reduce(0) { $0 + $1.time.median }) < 1e-9)
    #expect(journey.screen.contains { $0.contains("layer2 ") && $0.contains("ms*") })
    let norm = try #require(outline["layer2.0.bn1"])
    #expect(attribution.standing(of: norm.node, in: network) == .within("layer1.2.add"))
  }

  @Test("A terminal that is too small says so", arguments: [(19, 24), (80, 4)])
  func tooSmall(columns: Int, rows: Int) {
    let journey = Journey(columns: columns, rows: rows)
    #expect(journey.screen[0] == "needs 20×5")
  }

  @Test("Everything on the screen has a stand-in of ASCII")
  func ascii() {
    var journey = timed(columns: 160, rows: 50)
    for keys in ["", "s", "m", "p", "?"] {
      journey.type(keys)
      let canvas = draw(journey.state, size: journey.state.size).drawn(with: .ascii)
      let strange = Set(canvas.cells.compactMap(\.character).filter { !$0.isASCII })
      #expect(strange.isEmpty)
      let unknown = zip(draw(journey.state, size: journey.state.size).cells, canvas.cells)
        .filter { $1.character == "?" && $0.character != "?" }
      #expect(unknown.isEmpty)
    }
  }

  @Test func disturbedTimesAreNotCalledSettled() {
    var journey = Journey(NetworkSpec(entry: "cifar_resnet20"), columns: 100)
    var timings = Timings.example(of: journey.network.network)
    let median = timings.pass.median
    let cases = [(20, median / 2, false), (55, median, false), (55, median / 2, true), (84, nil, true)]
    for (preempted, quietMedian, isTold) in cases {
      timings.preempted = preempted
      timings.quietMedian = quietMedian
      journey.send(.timings(journey.network.spec, timings))
      #expect(journey.screen[0].contains("preempted, \(preempted) of 84 passes") == isTold)
      #expect(journey.screen[0].contains("settled") == !isTold)
    }
  }

  @Test func theArithmeticHasRoomForItsProduct() {
    let journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.1.conv1"))
    #expect(journey.screen.contains { $0.hasSuffix("512 × 1 × 1 × 128 × 28 × 28 = 51,380,224") })
  }

  @Test func aFilterThatFindsNothingSaysSo() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.command("filter zzz")
    #expect(journey.screen.contains { $0.contains("only rows with 'zzz'  there are none") })
    journey.command("filter conv")
    #expect(!journey.screen.contains { $0.contains("there are none") })
  }

  @Test func theOrdersSignDoesNotCutATitle() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    for _ in 0..<5 { journey.type("s") }
    #expect(journey.screen.contains { $0.contains("▼mult-adds") })
  }
}
