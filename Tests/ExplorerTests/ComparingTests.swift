import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("Comparing")
struct ComparingTests {
  private func timed(_ journey: inout Journey, difference: TimeDifference) throws {
    let screen = try #require(journey.state.comparison)
    journey.send(
      .pair(
        a: screen.a.spec, b: screen.b.spec, .example(of: screen.a.network), .example(of: screen.b.network, scale: 1.1),
        difference))
  }

  @Test("c compares a block with its other form, and says whether the difference is larger than the spread")
  func otherForm() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0.conv2"))
    _ = journey.takeEffects()
    journey.type("c")
    let a = NetworkSpec(entry: "resnet50", path: "layer2.0")
    let b = NetworkSpec(entry: "resnet50", forms: ["layer2.0": .preActivation], path: "layer2.0")
    #expect(journey.takeEffects() == [.measurePair(a, b, Conditions(threads: 2))])
    #expect(journey.screen.contains { $0.contains("conv2") })
    try timed(&journey, difference: TimeDifference(difference: 0.31, interval: 0.2...0.4))
    #expect(journey.screen[1].contains("B is slower"))
    #expect(journey.screen[1].contains("+310 µs (95 %: +200 µs … +400 µs)"))
    try timed(&journey, difference: TimeDifference(difference: 0.31, interval: -0.2...0.4))
    #expect(journey.screen[1].contains("no difference larger than the spread"))
    journey.type("q")
    #expect(journey.cursor == "layer2.0.conv2")
    #expect(journey.takeEffects() == [.stop, .measure(NetworkSpec(entry: "resnet50"), Conditions(threads: 2))])
  }

  @Test("What is not as usual about how both are run stands in the header", arguments: [60, 80, 160])
  func conditions(columns: Int) throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"), columns: columns)
    journey.command("batch 4")
    journey.command("threads 1")
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    let timings = Timings.example(of: screen.a.network, screen.conditions)
    for difference in [0.31, 0.1] {
      #expect(journey.screen[0...1].joined().contains("batch 4"))
      #expect(journey.screen[0...1].joined().contains("1 thread"))
      let difference = TimeDifference(difference: difference, interval: 0.01...0.4)
      journey.send(.pair(a: screen.a.spec, b: screen.b.spec, timings, timings, difference))
    }
    #expect(journey.screen[1].contains("B is slower"))
    journey = Journey(NetworkSpec(entry: "resnet18"), columns: columns)
    journey.type("c")
    #expect(!journey.screen[0...1].joined().contains("batch") && !journey.screen[0...1].joined().contains("thread"))
  }

  @Test("U takes back what was changed on both sides, step by step")
  func undo() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"), columns: 120)
    journey.type("cs")
    #expect(!journey.screen[0].contains("input"))
    let sorting = try #require(journey.state.comparison?.table.sorting)
    journey.type("U")
    #expect(journey.screen.contains { $0.contains("nothing to undo") })
    journey.command("input 128")
    journey.command("input 96")
    #expect(journey.state.comparison?.table.sorting == sorting)
    #expect(journey.screen[0].contains("input 3×96×96"))
    for side in [128, 224] {
      journey.type("U")
      #expect(journey.state.comparison?.b.network.inputShape == .map(channels: 3, height: side, width: side))
    }
    #expect(journey.takeEffects().last == journey.state.comparison?.measurement)
  }

  @Test("The mouse leaves the table alone while a picture stands in its place", arguments: ["d", "y"])
  func mouseOnPictures(key: String) throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("c" + key)
    let before = journey.screen
    for row in 3..<20 { journey.send(.input(.mouse(.click, column: 5, row: row))) }
    journey.send(.input(.mouse(.doubleClick, column: 5, row: 6)))
    #expect(journey.screen == before)
  }

  @Test("Nothing is said of a difference before there are passes enough")
  func fewPasses() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    func passes(_ count: Int) -> (Timings, Timings) {
      let pass = Distribution(Array(repeating: 10, count: count))
      var timings = (a: Timings.example(of: screen.a.network), b: Timings.example(of: screen.b.network))
      timings.a.pass = pass
      timings.b.pass = pass
      return timings
    }
    for (count, isTold) in [(1, false), (5, false), (6, true)] {
      let (a, b) = passes(count)
      journey.send(
        .pair(
          a: screen.a.spec, b: screen.b.spec, a, b, TimeDifference(difference: 0.31, interval: 0.31...0.31)))
      #expect(journey.screen[1].contains("B is slower") == isTold)
    }
  }

  @Test("What one side has alone is a difference of times too")
  func oneSide() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.command("open resnet34")
    journey.type("m")
    journey.command("open resnet18")
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    try timed(&journey, difference: TimeDifference(difference: 0.31, interval: 0.2...0.4))
    let alone = try #require(
      screen.items.first { item in
        item.children.isEmpty && (item.row.a == nil || item.row.b == nil)
          && item.pair.b?.dotted.hasSuffix("conv1") ?? item.pair.a?.dotted.hasSuffix("conv1") ?? false
      })
    let value = try #require(journey.state.comparison?.timeDifference(alone.pair)).value
    #expect((value > 0) == (alone.row.a == nil))
  }

  @Test("A timing that was held is held again when one comes back")
  func backToHeldTiming() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    journey.type("tc")
    _ = journey.takeEffects()
    journey.type("qt")
    #expect(
      journey.takeEffects() == [
        .stop, .measure(NetworkSpec(entry: "resnet50"), Conditions(threads: 2)), .pause, .resume,
      ])
  }

  @Test("m and c compare two blocks")
  func markedBlock() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2"))
    journey.type("m")
    #expect(journey.screen.contains { $0.hasPrefix("◆") && $0.contains("layer2") })
    journey.press(.left, .down)
    #expect(journey.cursor == "layer3")
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    #expect(screen.a.spec.path == "layer2")
    #expect(screen.b.spec.path == "layer3")
    #expect(journey.screen.contains { $0.hasPrefix("+") })
  }

  @Test("a mark is compared with rows of other networks too, until it is taken back")
  func markedElsewhere() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18", path: "layer2"))
    journey.type("m")
    journey.command("open resnet34#layer2")
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    #expect(screen.a.spec == NetworkSpec(entry: "resnet18", path: "layer2"))
    #expect(screen.b.spec == NetworkSpec(entry: "resnet34", path: "layer2"))
    journey.type("q")
    journey.press(.escape)
    journey.press(.home)
    journey.type("c")
    #expect(try #require(journey.state.comparison).a.spec == NetworkSpec(entry: "resnet34"))
  }

  @Test("m and c compare networks of the catalogue")
  func networks() throws {
    var journey = Journey()
    journey.type("/resnet34")
    journey.press(.enter)
    journey.type("mjc")
    let screen = try #require(journey.state.comparison)
    #expect(screen.a.spec == NetworkSpec(entry: "resnet34"))
    #expect(screen.b.spec == NetworkSpec(entry: "resnet50"))
    #expect(journey.screen[0].contains("resnet34"))
  }

  @Test("c on a stage compares it with the stage of the network's other form, where that has one at the same place")
  func stage() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2"))
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    #expect(screen.a.spec == NetworkSpec(entry: "resnet50", path: "layer2"))
    #expect(screen.b.spec == NetworkSpec(entry: "resnet50", preset: "preact", path: "layer2"))
    journey = Journey(NetworkSpec(entry: "vgg16", path: "features"))
    journey.type("c")
    #expect(journey.state.comparison == nil)
    #expect(journey.state.notice?.isError == true)
  }

  @Test("c on a stage whose blocks have been turned compares it with what it was")
  func turnedStage() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2"))
    journey.type("pc")
    let screen = try #require(journey.state.comparison)
    #expect(screen.a.spec.forms.count == 4)
    #expect(screen.b.spec == NetworkSpec(entry: "resnet50", path: "layer2"))
    let preset = try Catalogue.build(NetworkSpec(entry: "resnet50", preset: "preact", path: "layer2"))
    #expect(screen.a.network.cost.parameters == preset.cost.parameters)
    #expect(screen.b.network.cost.parameters != preset.cost.parameters)
  }

  @Test("A layer has no other form to be compared with")
  func layerAlone() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "conv1"))
    journey.type("c")
    #expect(journey.state.comparison == nil)
    #expect(journey.state.notice?.isError == true)
  }

  @Test("Differences stand in every row, and rows can be opened, searched and sorted")
  func rows() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50"), columns: 120, rows: 40)
    journey.type("c")
    try timed(&journey, difference: TimeDifference(difference: 4, interval: 3...5))
    #expect(journey.screen.contains { $0.contains("everything") && $0.contains("-7.680 k") })
    journey.type("/layer3.0.bn3")
    journey.press(.enter)
    #expect(journey.state.comparison?.table.selected?.b == "layer3.0.bn3")
    journey.press(.escape)
    journey.type("*ss-S")
    #expect(journey.state.comparison?.table.sorting?.column == "params-a")
  }
}

@Suite("The screen of a comparison")
struct ComparisonScreenTests {
  @Test("Titles and the row of the whole at 80 × 24")
  func standardTerminal() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    journey.send(
      .pair(
        a: screen.a.spec, b: screen.b.spec, .example(of: screen.a.network), .example(of: screen.b.network, scale: 1.1),
        TimeDifference(difference: 0.3, interval: 0.2...0.4)))
    #expect(journey.screen[0] == "A resnet50#layer2.0 post-activation  B pre-activation       counting torchvision")
    #expect(journey.screen[2] == "  name             Δparams  madds A     B    Δmadds   time A   time B     Δtime")
    #expect(journey.screen[3] == "~▾ everything      -1.536 k 372.5 M 372.5 M      =   3.73 ms  4.10 ms    +300 µs")
    #expect(journey.screen[22].hasPrefix("in both: everything  output 512×28×28"))
  }

  @Test("A difference inside the spread has a sign of its own")
  func withinTheSpread() throws {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    journey.send(
      .pair(
        a: screen.a.spec, b: screen.b.spec, .example(of: screen.a.network),
        .example(of: screen.b.network, scale: 1.001),
        TimeDifference(difference: 0.01, interval: -0.2...0.4)))
    #expect(journey.screen[3].hasSuffix("≈+10.0 µs"))
    #expect(journey.screen.contains { $0.contains("conv1") && $0.contains("≈+") })
  }
}
