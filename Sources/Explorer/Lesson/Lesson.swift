import Architectures

/// The lesson, while somebody walks through it: a text beside or above the explorer's own screens.
struct Lesson: Sendable {
  private(set) var progress: LessonProgress
  /// The place of the step among all, from 0.
  let index: Int
  let step: LessonStep
  /// How many screens the lesson was opened over.
  let screensBelow: Int
  /// The answer that was chosen last.
  private(set) var choice: Int?
  /// True while the view has the whole screen.
  var isHidden = false

  /// - Throws: why the step's networks cannot be built.
  init(_ progress: LessonProgress, over screensBelow: Int) throws(CatalogueError) {
    index = Lesson.stepNames.firstIndex(of: progress.step) ?? 0
    step = try Lesson.steps[index].make()
    self.progress = progress
    self.progress.step = Lesson.stepNames[index]
    self.screensBelow = screensBelow
  }

  var isAnswered: Bool { progress.answered.contains(progress.step) }

  /// Takes an answer by its place from 0.
  mutating func choose(_ choice: Int, isRight: Bool) {
    self.choice = choice
    if isRight { markAnswered() }
  }

  mutating func markAnswered() { progress.answered.insert(progress.step) }

  /// The progress at another step; nil where there is none.
  func progress(steppingBy offset: Int) -> LessonProgress? {
    guard Lesson.steps.indices.contains(index + offset) else { return nil }
    return LessonProgress(step: Lesson.stepNames[index + offset], answered: progress.answered)
  }
}
