import Architectures
import Canvas
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
      #expect(LessonPane.lines(lesson, fitting: room).count <= room.rows)
      #expect(Layout(state, size: state.size).map { $0.table.rows >= 8 && $0.table.columns >= 20 } == true)
    }
  }

  @Test("Every question of several answers has one right one, and says so", arguments: Lesson.stepNames)
  func choices(_ step: String) throws {
    var journey = Self.journey(step)
    let lesson = try #require(journey.state.lesson)
    guard case .choice(let choices, let right) = lesson.step.question.answer else { return }
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

  @Test(
    "What a step asks for is not there yet, and counts when it is",
    arguments: [
      ("residual", ":set stride=2\r"), ("pre-activation", "p"),
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
    #expect(journey.screen.contains { $0.contains("the lesson needs 80×24") })
    #expect(journey.screen.contains { $0.contains("residual") })
  }

  @Test func keysOfTheLessonSayWhenThereIsNone() {
    var journey = Journey(NetworkSpec(entry: "residual"))
    for key in [">", "<", "1"] {
      journey.type(key)
      #expect(journey.state.notice?.isError == true)
    }
  }
}
