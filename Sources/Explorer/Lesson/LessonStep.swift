import Architectures

/// One step of the lesson: a few sentences, the view that shows what they say, and one question. Figures come from the
/// networks themselves; those that a paper has measured are said to be the paper's.
struct LessonStep: Sendable {
  var title: String
  var paragraphs: [String]
  var view: LessonView
  /// What is true of the view as it has been changed; nil as it began.
  var remark: @Sendable (State) -> String? = { _ in nil }
  var question: LessonQuestion
  var papers: [Paper]

  /// Where a step's matter was published.
  struct Paper: Hashable, Sendable {
    var authors: String
    var title: String
    var year: Int
    /// `§4.1`, `Figure 2`.
    var section: String

    /// As a list of references has it.
    var reference: String { "\(authors), \(title), \(year), \(section)" }
    /// As a text points to it.
    var citation: String { "\(authors) \(year), \(section)" }
  }
}

/// What a step asks, how an answer is told to be right, and why it is.
struct LessonQuestion: Sendable {
  enum Answer: Sendable {
    /// One of several, chosen by its number. Which is right can be read off the view; nil while it has not been
    /// measured.
    case oneOf([String], right: @Sendable (State) -> Int?)
    /// Something to be brought about in the view.
    case task(@Sendable (State) -> Bool)

    /// One of several, of which always the same is right.
    static func choice(_ choices: [String], right: Int) -> Answer { .oneOf(choices) { _ in right } }
  }

  var text: String
  var answer: Answer
  var explanation: String

  /// A question with one of several figures for an answer; they are put in order, so that the place tells nothing.
  static func choice(
    _ text: String, right: Int, wrong: [Int], explanation: String, written: (Int) -> String
  ) -> LessonQuestion {
    let figures = Set(wrong + [right]).sorted()
    return LessonQuestion(
      text: text, answer: .choice(figures.map(written), right: figures.firstIndex(of: right) ?? 0),
      explanation: explanation)
  }
}
