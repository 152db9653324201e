import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("Toggling and editing")
struct TogglingTests {
  @Test("p turns the block around the cursor, keeps the place, and turns back")
  func toggleABlock() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0.conv2"))
    let before = journey.network.spec
    journey.send(.timings(before, .example(of: journey.network.network)))
    _ = journey.takeEffects()
    journey.type("p")
    #expect(journey.network.spec.forms == ["layer2.0": .preActivation])
    #expect(journey.cursor == "layer2.0.conv2")
    #expect(journey.network.expanded.contains("layer2.0"))
    #expect(journey.takeEffects() == [.measurePair(before, journey.network.spec, Conditions(threads: 2))])
    #expect(journey.screen[2].contains("params -1.536 k"))
    #expect(journey.screen[2].contains("53/53 → 51/52"))
    #expect(journey.screen[2].contains("time ·"))
    #expect(journey.screen.contains { $0.hasPrefix("~") && $0.contains("layer2") })
    journey.send(inTurn(before, journey, difference: 0.5, interval: 0.4...0.6))
    #expect(journey.network.timings != nil)
    #expect(journey.screen[2].contains("time +500 µs (+1.2 %)"))
    journey.send(inTurn(before, journey, difference: 0.5, interval: -0.1...1.1))
    #expect(journey.screen[2].contains("time +500 µs (in the noise)"))
    journey.type("p")
    #expect(journey.network.spec == before)
    #expect(journey.network.baseline == nil)
    #expect(journey.takeEffects() == [.measure(before, Conditions(threads: 2))])
  }

  @Test("A network that was turned is measured in turn with what it was, whatever is looked at in between")
  func inTurn() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    let before = journey.network.spec
    journey.type("p")
    let pair = Effect.measurePair(before, journey.network.spec, Conditions(threads: 2))
    journey.send(inTurn(before, journey, difference: 0.5, interval: 0.4...0.6))
    _ = journey.takeEffects()
    journey.type("r")
    #expect(journey.takeEffects() == [pair])
    #expect(journey.network.timings == nil)
    #expect(!journey.screen[2].contains("time +"))
    journey.type("cq")
    #expect(journey.takeEffects().last == pair)
    journey.command("batch 2")
    #expect(journey.takeEffects() == [.measure(journey.network.spec, Conditions(batch: 2, threads: 2))])
    journey.type("U")
    #expect(journey.takeEffects() == [pair])
  }

  @Test("Where a block's change is lost in the network's noise, the header says how to time the block")
  func blockInTheNoise() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"), columns: 120)
    let before = journey.network.spec
    journey.type("p")
    journey.send(inTurn(before, journey, difference: 0.5, interval: -0.1...1.1))
    #expect(journey.screen[2].hasSuffix("(in the noise)  c times the block alone"))
    journey.send(inTurn(before, journey, difference: 0.5, interval: 0.4...0.6))
    #expect(journey.screen[2].hasSuffix("(+1.2 %)  both timed in turn"))
    journey.type("r")
    journey.send(inTurn(before, journey, difference: 0.5, interval: -0.1...1.1))
    #expect(journey.screen[2].contains("alone"))
    // With a mark, be it set in the catalogue, c compares something else.
    journey.state.mark = NetworkSpec(entry: "resnet18")
    #expect(!journey.screen[2].contains("alone"))
    journey.state.mark = nil
    journey.type("gg")
    #expect(!journey.screen[2].contains("alone"))
  }

  /// What measuring the network on the screen in turn with what it was has given.
  private func inTurn(
    _ before: NetworkSpec, _ journey: Journey, difference: Milliseconds, interval: ClosedRange<Milliseconds>
  ) -> Event {
    let timings = Timings.example(of: journey.network.network)
    return .pair(
      a: before, b: journey.network.spec, timings, timings,
      TimeDifference(difference: difference, interval: interval))
  }

  @Test("P turns the whole network, and back, as p does on the first row", arguments: ["P", "p"])
  func toggleTheNetwork(key: String) {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    let before = journey.network.spec
    journey.type(key)
    #expect(journey.network.network.cost.parameters == 25_549_352)
    #expect(journey.screen[2].contains("53/53 → 32/49"))
    journey.type(key)
    #expect(journey.network.spec == before)
  }

  @Test("p on a stage turns its blocks, those first that are unlike the others")
  func toggleAStage() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2"))
    let before = journey.network.spec
    journey.type("p")
    let all = journey.network.spec
    #expect(Set(all.forms.keys) == ["layer2.0", "layer2.1", "layer2.2", "layer2.3"])
    #expect(journey.screen.contains { $0.contains("layer2, 4 blocks: ") })
    journey.type("p")
    #expect(journey.network.spec == before)
    journey.type("pU")
    #expect(journey.network.spec == before)
    // The first block alone, and back with the stage.
    var single = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    single.type("p")
    #expect(single.network.spec.forms.count == 1)
    single.press(.left, .left)
    #expect(single.cursor == "layer2")
    single.type("p")
    #expect(single.network.spec.forms.isEmpty)
  }

  @Test("What is held stays held through an edit, until t or r")
  func heldThroughEdits() {
    var journey = Journey(NetworkSpec(entry: "resnet18", path: "layer1.0"))
    journey.type("t")
    for key in ["p", "U", "u"] {
      _ = journey.takeEffects()
      journey.type(key)
      #expect(journey.network.isPaused)
      #expect(journey.takeEffects().last == .pause)
    }
    journey.type("t")
    #expect(journey.takeEffects() == [.resume])
    journey.type("tr")
    #expect(!journey.network.isPaused)
  }

  @Test("P after p goes back to the block that was turned by itself")
  func wholeAfterBlock() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    journey.type("p")
    let turned = journey.network.spec
    journey.type("PP")
    #expect(journey.network.spec == turned)
  }

  @Test("Without another form the status line says so, and why")
  func noOtherForm() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "conv1"))
    journey.type("p")
    #expect(journey.state.notice?.isError == true)
    #expect(journey.state.notice?.text.contains("conv1") == true)
    journey = Journey(NetworkSpec(entry: "googlenet", preset: "paper"))
    journey.type("P")
    #expect(journey.state.notice?.isError == true)
  }

  @Test("Undoing says what went back")
  func wordsOfUndoing() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    for (command, words) in [
      ("batch 4", "batch 4 → 1"), ("threads 1", "threads 1 → 2"), ("fused", "layer by layer → fused"),
      ("input 128", "input 3×128×128 → 3×224×224"), ("form", "layer2.0: pre-activation → post-activation"),
      ("form-all", "resnet50:preact → resnet50"), ("preset v1", "resnet50:v1 → resnet50"),
    ] {
      journey.command(command)
      journey.type("U")
      #expect(journey.state.notice?.text == "undone: \(words)")
    }
  }

  @Test("v walks through the presets")
  func presets() {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    var seen: [String?] = []
    repeat {
      journey.type("v")
      seen.append(journey.network.spec.preset)
    } while journey.network.spec.preset != nil && seen.count < 20
    #expect(seen.contains("v1"))
    #expect(seen.last == .some(nil))
  }

  @Test("A size that cannot be is refused with the layer and both shapes, and nothing changes")
  func impossibleSize() {
    var journey = Journey(NetworkSpec(entry: "inception_v3"))
    let before = journey.network.spec
    journey.command("input 16")
    #expect(journey.state.notice?.isError == true)
    #expect(journey.state.notice?.text.contains("does not fit into its input") == true)
    #expect(journey.network.spec == before)
    for text in ["0", "-5", "1000000000", "3x1000000000x1000000000", "axb", "3x4", "99999999999999999999"] {
      journey.command("input \(text)")
      #expect(journey.state.notice?.isError == true, "\(text)")
      #expect(journey.network.spec == before)
    }
    for text in ["0", "-1", "x", "1e9", "99999999999999999999"] {
      journey.command("batch \(text)")
      journey.command("threads \(text)")
      #expect(journey.state.notice?.isError == true, "\(text)")
    }
    #expect(journey.network.conditions == Conditions(threads: 2))
  }

  @Test("The header says what a setting cost")
  func costOfASetting() {
    var journey = Journey(NetworkSpec(entry: "bottleneck"))
    let before = journey.network.spec
    journey.command("set width=32")
    #expect(journey.takeEffects().last == .measurePair(before, journey.network.spec, Conditions(threads: 2)))
    #expect(journey.screen[2].contains("params -"))
    #expect(journey.screen[2].contains("mult-adds -"))
    journey.send(inTurn(before, journey, difference: -0.5, interval: -0.6...(-0.4)))
    #expect(journey.screen[2].contains("time -500 µs"))
    journey.command("set width=64")
    #expect(journey.network.baseline?.model.spec.settings == ["width": "32"])
    journey = Journey(NetworkSpec(entry: "resnet50"))
    journey.type("v")
    #expect(journey.screen[2].contains("mult-adds"))
  }

  @Test("i asks for the size, with the present one to edit")
  func askForTheSize() {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    journey.type("i")
    #expect(journey.screen.contains { $0.contains("input size, CxHxW: 3x224x224") })
    journey.press(.control("u"))
    journey.type("160")
    journey.press(.enter)
    #expect(journey.network.network.inputShape == .map(channels: 3, height: 160, width: 160))
  }

  @Test("What is typed takes the place of the present value, unless one goes into it first")
  func typeOverTheValue() {
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    journey.type("b16")
    journey.press(.enter)
    #expect(journey.network.conditions.batch == 16)
    journey.type("b")
    journey.press(.home)
    journey.type("1")
    journey.press(.enter)
    #expect(journey.network.conditions.batch == 116)
  }

  @Test("Settings of a block, typed and through the form")
  func settings() {
    var journey = Journey(NetworkSpec(entry: "bottleneck"))
    journey.command("set width=32")
    #expect(journey.network.spec.settings["width"] == "32")
    journey.command("set nonsense=1")
    #expect(journey.state.notice?.isError == true)
    journey.type("=")
    #expect(journey.screen.contains { $0.contains("settings") })
    while case .form(let form)? = journey.state.overlay, form.fields[form.selected].setting.key != .stride {
      journey.press(.down)
    }
    journey.press(.control("u"))
    journey.type("x")
    journey.press(.enter)
    #expect(journey.screen.contains { $0.contains("stride cannot be 'x'") })
    journey.press(.backspace)
    journey.type("2")
    journey.press(.enter)
    #expect(journey.state.overlay == nil)
    #expect(journey.network.spec.settings == ["width": "32", "stride": "2"])
  }

  @Test("Timings of another network or other conditions are not shown")
  func staleTimings() {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer1.0"))
    let old = journey.network.spec
    let timings = Timings.example(of: journey.network.network)
    journey.send(.timings(old, timings))
    #expect(journey.network.timings != nil)
    journey.type("p")
    #expect(journey.network.timings == nil)
    journey.send(.timings(old, timings))
    #expect(journey.network.timings == nil)
    journey.command("batch 2")
    journey.send(.timings(journey.network.spec, .example(of: journey.network.network)))
    #expect(journey.network.timings == nil)
  }

  @Test("Timing is paused, resumed, restarted, and fused or not")
  func timing() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    let spec = journey.network.spec
    _ = journey.takeEffects()
    journey.type("ttru")
    #expect(
      journey.takeEffects() == [
        .pause, .resume, .measure(spec, Conditions(threads: 2)), .measure(spec, Conditions(threads: 2, fused: false)),
      ])
  }

  @Test("e asks what to write, and then where")
  func export() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    _ = journey.takeEffects()
    journey.type("ec")
    journey.press(.enter)
    #expect(
      journey.takeEffects() == [
        .exportNetwork(NetworkSpec(entry: "resnet18"), .torchvision, nil, .csv, path: "resnet18.csv")
      ])
    journey.type("es")
    journey.press(.enter)
    #expect(journey.takeEffects() == [.saveDisplay(path: "resnet18.svg")])
    journey.command("export nowhere")
    #expect(journey.state.notice?.isError == true)
  }

  @Test("Interrupting and suspending work under every overlay", arguments: ["", "?", ":", "/", "e"])
  func interrupt(keys: String) {
    var journey = Journey()
    journey.type(keys)
    _ = journey.takeEffects()
    journey.press(.control("z"), .control("l"), .control("c"))
    #expect(journey.takeEffects() == [.suspend, .redraw, .quit(status: 130)])
  }
}

@Suite("What cannot be measured")
struct UnmeasurableTests {
  @Test("A batch that does not fit is taken back, with the reason in the status line")
  func batchTooLarge() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    let spec = journey.network.spec
    journey.command("batch 100000")
    _ = journey.takeEffects()
    journey.send(.notMeasurable(spec, Conditions(batch: 100_000, threads: 2), "needs 300 GiB, there are 8 GiB"))
    #expect(journey.network.conditions == Conditions(threads: 2))
    #expect(journey.takeEffects() == [.measure(spec, Conditions(threads: 2))])
    #expect(journey.screen.contains { $0.contains("! needs 300 GiB") })
  }

  @Test("What cannot be measured in turn with what it was is measured alone, and taken back if that cannot be either")
  func notInTurn() {
    var journey = Journey(NetworkSpec(entry: "resnet18", path: "layer1.0"))
    let (before, conditions) = (journey.network.spec, Conditions(threads: 2))
    journey.type("p")
    let turned = journey.network.spec
    _ = journey.takeEffects()
    journey.send(.pairNotMeasurable(a: before, b: turned, conditions, "no memory for both"))
    #expect(journey.takeEffects() == [.measure(turned, conditions)])
    #expect(journey.screen.contains { $0.contains("! not measured in turn with what it was: no memory for both") })
    journey.send(.notMeasurable(turned, conditions, "no memory"))
    #expect(journey.network.spec == before)
    #expect(journey.takeEffects() == [.measure(before, conditions)])

    journey.send(.notMeasurable(before, conditions, "no memory"))
    journey.type("p")
    #expect(journey.takeEffects() == [.measure(turned, conditions)])
  }

  @Test("Where there is nothing to take back, the screen says that there will be no times")
  func atOnce() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.send(.notMeasurable(journey.network.spec, Conditions(threads: 2), "no memory"))
    #expect(journey.screen[0].contains("cannot be timed here"))
    #expect(!journey.state.isMeasuring)
  }

  @Test("A comparison says that there will be no times, waits for none, and r tries again")
  func comparison() throws {
    var journey = Journey(NetworkSpec(entry: "bottleneck"))
    journey.type("c")
    let screen = try #require(journey.state.comparison)
    #expect(journey.state.isMeasuring)
    journey.send(.pairNotMeasurable(a: screen.b.spec, b: screen.a.spec, Conditions(threads: 2), "another pair"))
    #expect(journey.state.isMeasuring)
    journey.send(.pairNotMeasurable(a: screen.a.spec, b: screen.b.spec, Conditions(threads: 2), "no memory"))
    #expect(!journey.state.isMeasuring)
    #expect(journey.screen.contains { $0.contains("! no memory") })
    #expect(journey.screen[1].contains("cannot be timed here"))
    journey.type("t")
    #expect(journey.screen.contains { $0.contains("! cannot be timed here") })
    journey.type("r")
    #expect(journey.state.isMeasuring)
  }

  @Test("What is said of another state is not taken as said of this one")
  func late() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.command("batch 2")
    journey.send(.notMeasurable(journey.network.spec, Conditions(threads: 2), "no memory"))
    #expect(journey.network.conditions.batch == 2)
  }
}
