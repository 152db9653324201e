import Architectures
import Measurement

/// The lesson to be read: what every step says and asks, with its answer.
public enum LessonText {
  /// - Throws: why a step's networks cannot be built.
  public static func all(width: Int = 80) throws(CatalogueError) -> String {
    var text = ""
    for (index, entry) in Lesson.steps.enumerated() {
      let step = try entry.make()
      let title = "\(index + 1). \(step.title) (\(entry.name))"
      let parts = step.paragraphs + [step.question.text, step.question.writtenAnswer] + step.papers.map(\.reference)
      let folded = parts.map { $0.folded(width).joined(separator: "\n") }
      text += ([title] + folded).joined(separator: "\n\n") + "\n\n\n"
    }
    return text
  }
}

extension LessonQuestion {
  /// Its answer, and why that is right.
  fileprivate var writtenAnswer: String {
    switch answer {
    case .oneOf(let choices, let right):
      // Where nothing is measured, only measuring can tell.
      right(State(size: LessonPane.least, conditions: Conditions(threads: 1))).map {
        "Answer: \(choices[$0]): \(explanation)"
      } ?? "Answer: it is measured: \(choices.formatted(separator: ", ", last: " or ")). For \(explanation)"
    case .task: "Answer: \(explanation)"
    }
  }
}

extension [String] {
  fileprivate func formatted(separator: String, last: String) -> String {
    count > 1 ? dropLast().joined(separator: separator) + last + self[count - 1] : first ?? ""
  }
}
