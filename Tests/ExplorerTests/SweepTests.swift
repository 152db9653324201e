import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("A sweep") struct SweepTests {
  private func point(_ value: String, _ time: Double, _ name: String = "resnet18") -> SweepPoint {
    SweepPoint(
      value: value, name: name, batch: 2, pass: .example(time), parameters: 1, operations: 1, peakMemoryBytes: 1 << 20)
  }

  @Test func rangesChangeWhatTheyName() throws {
    let spec = NetworkSpec(entry: "resnet18")
    let conditions = Conditions(threads: 2)
    #expect(
      try SweepRange(parsing: "input=128").applied("128", to: spec, conditions).spec.input?.elements == 3 * 128 * 128)
    #expect(try SweepRange(parsing: "batch=4").applied("4", to: spec, conditions).conditions.batch == 4)
    #expect(try SweepRange(parsing: "threads=1").applied("1", to: spec, conditions).conditions.threads == 1)
    let block = NetworkSpec(entry: "bottleneck")
    #expect(try SweepRange(parsing: "width=16").applied("16", to: block, conditions).spec.settings == ["width": "16"])
    #expect(throws: CatalogueError.self) { try SweepRange(parsing: "batch=x").applied("x", to: spec, conditions) }
  }

  @Test func keyAsksMeasuresAndKeeps() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("x")
    #expect(journey.screen.last?.hasPrefix("sweep over: input=112:448:56") == true)
    journey.press(.escape)
    journey.command("sweep batch=1,2")
    let range = try SweepRange(parsing: "batch=1,2")
    let spec = NetworkSpec(entry: "resnet18")
    #expect(journey.takeEffects().last == .sweep([spec], Conditions(threads: 2), range))
    #expect(journey.screen.contains { $0.hasPrefix("0 of 2 points") } && journey.state.isMeasuring)
    journey.send(.swept([spec], range, point("1", 10)))
    #expect(journey.screen.contains { $0.hasPrefix("1 of 2 points") })
    journey.press(.escape)
    #expect(journey.network.sweep?.isRunning == false && journey.network.sweep?.points.count == 1)
    #expect(journey.takeEffects() == [.stop, .measure(spec, Conditions(threads: 2))])
    journey.type("C")
    #expect(journey.screen.contains { $0.hasPrefix("images in a second") })
    journey.type("r")
    #expect(journey.screen.last?.hasPrefix("sweep over: batch=1,2") == true)
    journey.press(.enter)
    #expect(journey.takeEffects().last == .sweep([spec], Conditions(threads: 2), range))
    #expect(journey.network.sweep?.points.isEmpty == true)
    journey.type("x")
    #expect(journey.network.picture == nil)
  }

  @Test(arguments: ["p", "u", ":batch 2\r", "c", "=1\r"]) func whatIsMeasuredInsteadEndsASweep(keys: String) throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.press(.down, .down)
    journey.command("sweep threads=1,2")
    #expect(journey.network.sweep?.isRunning == true)
    journey.press(.escape, .escape)
    _ = journey.takeEffects()
    journey.command("sweep threads=1,2")
    for key in keys { journey.press(key == "\r" ? .enter : .character(key)) }
    let sweeps = journey.state.screens.compactMap { screen in
      if case .network(let network) = screen { network.sweep } else { nil }
    }
    let measures = journey.takeEffects().dropFirst().contains { $0.takesTheEngine }
    #expect(sweeps.map(\.isRunning) == [!measures])
    if measures, let sweep = journey.state.network?.sweep, journey.state.network?.picture == .sweep {
      #expect(!sweep.isOf([journey.network.spec], journey.network.conditions))
      #expect(journey.screen.contains { $0.contains("of what was here before") })
    }
  }

  @Test func sweepsOfComparisonsStayWhenBothChange() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("c")
    journey.command("sweep batch=1,2")
    let specs = [NetworkSpec(entry: "resnet18"), try NetworkSpec(parsing: "resnet18:preact")]
    journey.send(.swept(specs, try SweepRange(parsing: "batch=1,2"), point("1", 10)))
    journey.command("input 128")
    #expect(journey.screen.contains { $0.hasPrefix("1 of 4 points") && $0.contains("of what was here before") })
    #expect(journey.state.comparison?.sweep?.isRunning == false)
    journey.type("U")
    #expect(journey.screen.contains { $0.hasPrefix("1 of 4 points") && !$0.contains("of what was here before") })
  }

  @Test func pointsKeepTheirConvention() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.command("sweep batch=1,2")
    journey.command("count strict")
    journey.command("export a.json")
    guard case .exportSweep(_, _, let convention, _, _)? = journey.takeEffects().last else {
      Issue.record("no sweep is exported")
      return
    }
    #expect(convention == .torchvision)
  }

  @Test func bothSidesOfAComparisonAreSwept() throws {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("cx")
    #expect(journey.screen.last?.hasPrefix("sweep both over: ") == true)
    journey.press(.escape)
    journey.command("sweep batch=1,2")
    let range = try SweepRange(parsing: "batch=1,2")
    let specs = [NetworkSpec(entry: "resnet18"), try NetworkSpec(parsing: "resnet18:preact")]
    #expect(journey.takeEffects().last == .sweep(specs, Conditions(threads: 2), range))
    for (spec, time) in zip(specs, [10.0, 12]) {
      journey.send(.swept(specs, range, point("1", time, spec.description)))
    }
    #expect(journey.screen.contains { $0.contains("a resnet18  b resnet18:preact") })
    #expect(journey.screen.contains { $0.hasPrefix("2 of 4 points") })
    journey.type("C")
    #expect(journey.screen.contains { $0.hasPrefix("images in a second") })
    journey.command("export points.csv")
    #expect(
      journey.takeEffects().last
        == .exportSweep(journey.state.sweep?.points ?? [], range, .torchvision, .csv, path: "points.csv"))
    journey.press(.escape)
    #expect(journey.state.sweep?.isRunning == false && journey.state.sweep?.points.count == 2)
    journey.press(.escape)
    #expect(journey.state.comparison?.picture == nil)
  }

  @Test func formsOfOneNetworkHaveNamesOfTheirOwn() throws {
    let post = NetworkSpec(entry: "cifar_resnet20")
    #expect([post, try Catalogue.otherForm(of: post)].names == ["cifar_resnet20", "cifar_resnet20 pre-activation"])
    let block = NetworkSpec(entry: "resnet50", path: "layer1.0")
    let turned = NetworkSpec(entry: "resnet50", forms: ["layer1.0": .preActivation], path: "layer1.0")
    #expect([block, turned].names == ["resnet50#layer1.0", "resnet50#layer1.0 pre-activation"])
    #expect([turned, post].names == ["resnet50#layer1.0", "cifar_resnet20"])
  }

  @Test func namedAndMarkedNetworksAreSweptTogether() throws {
    let range = try SweepRange(parsing: "threads=1,2")
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.command("sweep threads=1,2 resnet34 resnet18")
    let named = [NetworkSpec(entry: "resnet18"), NetworkSpec(entry: "resnet34")]
    #expect(journey.takeEffects().last == .sweep(named, Conditions(threads: 2), range))
    // What is refused can be put right where it stands, and takes nothing away.
    for text in ["threads=1,2 resnet1000000", "foo=1"] {
      journey.command("sweep " + text)
      #expect(journey.takeEffects().isEmpty)
      #expect(journey.screen.last?.hasPrefix("sweep over: " + text) == true)
      journey.press(.escape)
      #expect(journey.network.sweep?.range == range)
    }
    journey.type("x")
    journey.type("m")
    journey.command("open resnet50")
    journey.type("x")
    #expect(journey.screen.last?.hasPrefix("sweep with resnet18 over: ") == true)
  }

  @Test func curvesHaveLetters() throws {
    var canvas = Canvas(size: CellSize(columns: 60, rows: 14))
    let range = try SweepRange(parsing: "batch=1,2,4")
    SweepView.draw(
      [point("1", 5, "a-net"), point("2", 9, "a-net"), point("4", 17, "a-net"), point("1", 2, "b-net")], over: range,
      .time, on: &canvas)
    let text = canvas.plainText
    #expect(
      text.contains("a a-net  b b-net") && text.contains("batch →") && text.contains(" 10 ms")
    )
  }

  @Test(arguments: [0, 1, 12, 21, 200]) func anySizeIsDrawn(length: Int) throws {
    var canvas = Canvas(size: CellSize(columns: length, rows: length / 2))
    SweepView.draw([point("1", 5)], over: try SweepRange(parsing: "batch=1"), .memory, on: &canvas)
    #expect(canvas.size.columns == length)
  }
}
