import Architectures
import Canvas
import Measurement
import NetworkGraph
import Testing

@testable import Explorer

@Suite("The lesson")
struct LessonTests {
  /// A person in the lesson, at a step.
  private static func journey(_ step: String, columns: Int = 80, rows: Int = 24) -> Journey {
    var journey = Journey(columns: columns, rows: rows)
    journey.send(.openLesson(LessonProgress(step: step)))
    return journey
  }

  @Test func namesAreUnique() { #expect(Set(Lesson.stepNames).count == Lesson.steps.count) }

  @Test("Every step fits beside or above its view, with its question answered too", arguments: Lesson.stepNames)
  func fits(_ step: String) throws {
    let open = Self.journey(step)
    #expect(open.state.notice == nil)
    let answered = try Lesson(LessonProgress(step: step, answered: [step]), over: 0)
    for lesson in [try #require(open.state.lesson), answered] {
      var state = open.state
      state.lesson = lesson
      let area = try #require(Layout(state, size: state.size)?.lesson)
      let isBeside = area.columns < state.size.columns
      let room = CellSize(columns: area.columns - (isBeside ? 2 : 1), rows: area.rows - (isBeside ? 0 : 1))
      #expect(LessonPane.lines(lesson, of: state, fitting: room).count <= room.rows)
      #expect(Layout(state, size: state.size).map { $0.table.rows >= 8 && $0.table.columns >= 20 } == true)
    }
  }

  @Test("Every question of several answers has one right one, and says so", arguments: Lesson.stepNames)
  func choices(_ step: String) throws {
    var journey = Self.journey(step)
    let lesson = try #require(journey.state.lesson)
    guard case .oneOf(let choices, let find) = lesson.step.question.answer, let right = find(journey.state) else {
      return
    }
    #expect(choices.count >= 2 && choices.count <= 4 && Set(choices).count == choices.count)
    for wrong in choices.indices where wrong != right {
      journey.type(String(wrong + 1))
      #expect(journey.state.lesson?.isAnswered == false)
      #expect(journey.screen.contains { $0.contains("\(wrong + 1) is not so") })
    }
    _ = journey.takeEffects()
    journey.type(String(right + 1))
    #expect(journey.effects == [.rememberLesson(LessonProgress(step: step, answered: [step]))])
    journey.type("9")
    #expect(journey.state.lesson?.isAnswered == true)
  }

  @Test("A click on an answer gives it", arguments: Lesson.stepNames, [80, 160])
  func clicks(_ step: String, columns: Int) throws {
    var journey = Self.journey(step, columns: columns, rows: columns == 80 ? 24 : 50)
    let lesson = try #require(journey.state.lesson)
    guard case .oneOf(let choices, let find) = lesson.step.question.answer, let right = find(journey.state) else {
      return
    }
    let wrong = right == 0 ? 1 : 0
    for choice in [wrong, right] {
      let sought = "\(choice + 1) " + choices[choice].prefix(6)
      let row = try #require(journey.screen.firstIndex { $0.contains(sought) })
      let before = try #require(journey.screen[row].firstRange(of: sought)).lowerBound
      let column = journey.screen[row].distance(from: journey.screen[row].startIndex, to: before)
      journey.send(.input(.mouse(.click, column: column + 3, row: row)))
      #expect(journey.state.lesson?.choice == choice)
    }
    #expect(journey.state.lesson?.isAnswered == true)
  }

  @Test("The networks on the screen confirm the answers")
  func confirmations() throws {
    func right(_ journey: Journey) throws -> String {
      guard case .oneOf(let choices, let right)? = journey.state.lesson?.step.question.answer else { return "" }
      return choices[try #require(right(journey.state))]
    }
    let degradation = Self.journey("degradation")
    let plain = try #require(degradation.state.comparison)
    #expect(try right(degradation) == "173,824")
    #expect(plain.b.network.cost.parameters - plain.a.network.cost.parameters == 173_824)

    let skips = Self.journey("skips")
    let pair = try #require(skips.state.comparison)
    #expect(try right(skips) == "64 when added, 96 when concatenated")
    #expect([pair.a, pair.b].map(\.network.outputShape.channels) == [64, 96])

    var convolution = Self.journey("convolution")
    #expect(try right(convolution) == "995,328")
    #expect(convolution.network.network.cost.multiplyAdds == 8 * 8 * 256 * 5 * 5 * 3)
    convolution.command("set kernel=9")
    #expect(convolution.network.network.cost.multiplyAdds == 995_328)
    #expect(convolution.screen.contains { $0.contains("now 3·9·9·256·4·4 = 995,328") })

    #expect(try right(Self.journey("depthwise")) == "the 256 output channels")
    #expect(Self.journey("depthwise").network.network.cost.multiplyAdds == 1_228_800 / 256)

    var separable = Self.journey("separable")
    #expect(try right(separable) == "pointwise")
    #expect(separable.screen.contains { $0.contains("4,800 + 49,152 = 53,952") })
    separable.command("set out=16")
    #expect(separable.screen.contains { $0.contains("now 7,872 in place of 76,800: 10.3 %") })

    let bottleneck = try #require(Self.journey("bottleneck").state.comparison)
    #expect(try right(Self.journey("bottleneck")) == "17 times")
    #expect((16..<18).contains(bottleneck.a.network.cost.multiplyAdds / bottleneck.b.network.cost.multiplyAdds))

    let stacking = Self.journey("stacking")
    #expect(try right(stacking) == "6" && stacking.cursor == "layer3" && stacking.network.cursor.children.count == 6)

    #expect(try right(Self.journey("inception-naive")) == "416")
    #expect(Self.journey("inception-naive").network.network.outputShape.channels == 416)
    #expect(try right(Self.journey("inception-reduced")) == "branch3, 5×5")
  }

  @Test(
    "What a step asks for is not there yet, and counts when it is",
    arguments: [
      ("residual", ":set stride=2\r"), ("pre-activation", "p"),
      ("pointwise", ":input 256x8x8\r:set out=64\r"), ("inception-forms", "p"),
    ])
  func tasks(_ step: String, _ keys: String) {
    var journey = Self.journey(step)
    #expect(journey.state.lesson?.isAnswered == false)
    for key in keys { key == "\r" ? journey.press(.enter) : journey.type(String(key)) }
    #expect(journey.state.lesson?.isAnswered == true)
    #expect(journey.effects.contains(.rememberLesson(LessonProgress(step: step, answered: [step]))))
  }

  @Test("Steps follow one another, and q leads back to where the lesson was opened")
  func walk() {
    var journey = Journey()
    journey.type("L")
    #expect(journey.effects.contains(.recallLesson))
    journey.send(.openLesson(LessonProgress(step: "no such step")))
    #expect(journey.state.lesson?.index == 0)
    for index in Lesson.steps.indices.dropFirst() {
      journey.type(">")
      #expect(journey.state.lesson?.index == index)
      #expect(journey.state.screens.count == 2)
    }
    journey.type(">")
    #expect(journey.state.notice?.text.contains("last step") == true)
    journey.type("<")
    #expect(journey.state.lesson?.index == Lesson.steps.count - 2)
    journey.type("q")
    #expect(journey.state.lesson == nil)
    #expect(journey.screen[0].hasPrefix("convscope"))
  }

  @Test("Screens opened from a step lead back to it; its view can have the whole screen")
  func excursions() {
    var journey = Self.journey("residual")
    let began = journey.screen
    journey.type("c")
    #expect(journey.state.comparison != nil && journey.state.lesson != nil)
    journey.type("q")
    #expect(journey.screen == began)
    journey.type("d")
    #expect(journey.state.network?.picture == nil)
    journey.type("q")
    #expect(journey.screen == began)
    journey.type("L")
    #expect(journey.state.lesson?.isHidden == true)
    #expect(!journey.screen.contains { $0.contains("The residual block") })
    journey.type("L")
    #expect(journey.screen == began)
  }

  @Test("A small screen says what the lesson needs, and shows the view")
  func small() {
    let journey = Self.journey("residual", columns: 40, rows: 10)
    #expect(journey.screen.contains { $0.contains("lesson: needs 80×24") })
    #expect(journey.screen.contains { $0.contains("residual") })
  }

  @Test func keysOfTheLessonSayWhenThereIsNone() {
    var journey = Journey(NetworkSpec(entry: "residual"))
    for key in [">", "<", "1"] {
      journey.type(key)
      #expect(journey.state.notice?.isError == true)
    }
  }

  @Test("In a comparison sizes are changed on both sides, or on none")
  func bothSides() throws {
    var journey = Self.journey("separable")
    _ = journey.takeEffects()
    journey.command("input 64x56x56")
    let screen = try #require(journey.state.comparison)
    #expect([screen.a, screen.b].map(\.network.inputShape.channels) == [64, 64])
    #expect(journey.takeEffects() == [screen.measurement])
    journey.command("set groups=2")
    #expect(journey.state.notice?.isError == true)
    #expect(journey.state.comparison?.a.spec == screen.a.spec)
  }

  @Test("What is asked of times is told by the times", arguments: [(0.5, 0), (1, 1), (2, 2)])
  func times(_ relation: Double, _ right: Int) throws {
    var journey = Self.journey("time")
    journey.type("1")
    #expect(journey.state.lesson?.choice == nil && journey.state.notice != nil)
    let screen = try #require(journey.state.comparison)
    let (a, b) = (screen.a.network, screen.b.network)
    let saving = Double(a.cost.multiplyAdds) / Double(b.cost.multiplyAdds)
    let slow = Timings.example(of: a)
    let scale = slow.pass.median / Timings.example(of: b).pass.median / (saving * relation)
    let fast = Timings.example(of: b, scale: scale)
    journey.send(
      .pair(a: screen.a.spec, b: screen.b.spec, slow, fast, TimeDifference(difference: -1, interval: -2...0)))
    for choice in 0..<3 where choice != right {
      journey.type(String(choice + 1))
      #expect(journey.state.lesson?.isAnswered == false)
    }
    journey.type(String(right + 1))
    #expect(journey.state.lesson?.isAnswered == true)
    #expect(journey.screen.contains { $0.contains("work 8.4 times less, time") })
  }
}
