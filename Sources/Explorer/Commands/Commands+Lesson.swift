import Canvas

extension Commands {
  static let lesson: [Command] =
    [
      Command(
        name: "lesson", keys: [.character("L")], group: .lesson,
        help: "opens the lesson where it was left; in it, gives the view the whole screen", hint: "learn"
      ) { state, _ in state.toggleLesson() },
      Command(
        name: "next-step", keys: [.character(">"), .character("]")], group: .lesson, help: "to the next step",
        hint: "next", isEssential: true, places: [.network, .comparison]
      ) { state, _ in state.goToLessonStep(1) },
      Command(
        name: "previous-step", keys: [.character("<"), .character("[")], group: .lesson, help: "to the step before",
        places: [.network, .comparison]
      ) { state, _ in state.goToLessonStep(-1) },
    ] + (1...4).map(answer)

  private static func answer(_ number: Int) -> Command {
    Command(
      name: "answer-\(number)", keys: [.character(Character(String(number)))], group: .lesson,
      help: "answers the question with \(number)", places: [.network, .comparison]
    ) { state, _ in state.answerLesson(number - 1) }
  }
}
