import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("Whatever keys are pressed")
struct PropertyTests {
  /// A small generator, so that a failing sequence can be run again from its seed.
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var x = state
      x ^= x >> 33
      x &*= 0xff51_afd7_ed55_8ccd
      return x ^ (x >> 33)
    }
  }

  static let keys: [Key] =
    Commands.all.flatMap(\.keys).filter { $0 != .control("c") && $0 != .control("z") }
    + [.enter, .escape, .tab, .backspace, .down, .down, .right, .right, .character("2"), .character("x")]

  static let sizes = [(200, 60), (160, 50), (80, 24), (40, 10), (20, 5), (19, 4), (1, 1), (0, 0), (81, 34), (130, 8)]

  @Test(arguments: 0..<40 as Range<UInt64>)
  func nothingCrashes(seed: UInt64) {
    var random = Random(state: seed)
    let specs = [
      nil, NetworkSpec(entry: "resnet18"), NetworkSpec(entry: "googlenet"), NetworkSpec(entry: "bottleneck"),
    ]
    var journey = Journey(specs[Int(seed) % specs.count])
    for _ in 0..<150 {
      switch Int.random(in: 0..<12, using: &random) {
      case 0:
        let size = Self.sizes.randomElement(using: &random)!
        journey.send(.input(.resize(CellSize(columns: size.0, rows: size.1))))
      case 1:
        if let screen = journey.state.network {
          journey.send(.timings(screen.spec, .example(of: screen.network, screen.conditions)))
        }
      case 2:
        let action: InputEvent.MouseAction = [.click, .doubleClick, .wheelUp, .wheelDown].randomElement(using: &random)!
        journey.send(
          .input(
            .mouse(action, column: Int.random(in: 0..<90, using: &random), row: Int.random(in: 0..<30, using: &random)))
        )
      default: journey.press(Self.keys.randomElement(using: &random)!)
      }
      let canvas = draw(journey.state, size: journey.state.size)
      #expect(canvas.screen == journey.state.size)
      #expect(canvas == draw(journey.state, size: journey.state.size))
    }
  }

  @Test("The selected row is on the screen and carries the cursor", arguments: sizes.filter { $0.0 >= 20 && $0.1 >= 5 })
  func cursorIsVisible(columns: Int, rows: Int) throws {
    var journey = Journey(NetworkSpec(entry: "resnet50"), columns: columns, rows: rows)
    journey.type("*")
    for key in [Key.end, .pageUp, .control("u"), .home, .pageDown] {
      journey.press(key)
      let canvas = draw(journey.state, size: journey.state.size)
      let cursor = try #require(canvas.cursor)
      #expect(canvas.cells[cursor.row * columns].style.isSelected)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func undoRestoresTheVerySpec(seed: UInt64) {
    var random = Random(state: seed)
    var journey = Journey(NetworkSpec(entry: "resnet50"))
    let first = journey.network.spec
    journey.type("*")
    for _ in 0..<20 {
      switch Int.random(in: 0..<7, using: &random) {
      case 0: journey.type("p")
      case 1: journey.type("P")
      case 2: journey.type("v")
      case 3: journey.command("input \([96, 128, 224, 1].randomElement(using: &random)!)")
      case 4: journey.command("batch \(Int.random(in: 0..<5, using: &random))")
      case 5: journey.type("u")
      default: for _ in 0..<Int.random(in: 1..<40, using: &random) { journey.press(.down) }
      }
    }
    var trail = journey.network.history
    while let expected = trail.popLast() {
      journey.type("U")
      #expect(journey.network.spec == expected.spec)
      #expect(journey.network.conditions == expected.conditions)
    }
    #expect(journey.network.spec == first)
    journey.type("U")
    #expect(journey.state.notice?.text == "nothing to undo")
  }

  @Test("Timings never move the cursor", arguments: ["time", "share", "name"])
  func timingsLeaveTheCursor(column: String) {
    var journey = Journey(NetworkSpec(entry: "resnet50", path: "layer2.0"))
    while journey.network.table.sorting?.column != column { journey.type("s") }
    let before = journey.cursor
    for scale in [1.0, 2, 0.5] {
      journey.send(.timings(journey.network.spec, .example(of: journey.network.network, scale: scale)))
      #expect(journey.cursor == before)
    }
  }
}
