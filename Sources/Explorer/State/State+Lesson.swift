import Architectures

/// What the keys of the lesson do. All others do what they do elsewhere.
extension State {
  /// Begins the lesson where it was left; in it, gives the view the whole screen, and takes it back.
  mutating func toggleLesson() -> [Effect] {
    guard lesson != nil else { return [.recallLesson] }
    lesson?.isHidden.toggle()
    return []
  }

  /// Shows a step over the screens that the lesson was opened on.
  mutating func openLesson(_ progress: LessonProgress) -> [Effect] {
    let base = lesson?.screensBelow ?? screens.count
    do throws(CatalogueError) {
      let lesson = try Lesson(progress, over: base)
      let (screen, effect) = try lesson.step.view.screen(conditions, convention)
      screens.removeLast(screens.count - base)
      screens.append(screen)
      self.lesson = lesson
      mark = nil
      return [effect, .rememberLesson(lesson.progress)]
    } catch {
      refuse(error.description)
      return []
    }
  }

  /// Goes so many steps on, or back.
  mutating func goToLessonStep(_ offset: Int) -> [Effect] {
    guard let lesson else { return refuseWithoutLesson() }
    guard let progress = lesson.progress(steppingBy: offset) else {
      say(offset < 0 ? "this is the first step" : "this was the last step; q leaves the lesson")
      return []
    }
    return openLesson(progress)
  }

  /// Answers the question of the step by a choice's place from 0.
  mutating func answerLesson(_ choice: Int) -> [Effect] {
    guard var lesson else { return refuseWithoutLesson() }
    guard case .oneOf(let choices, let right) = lesson.step.question.answer, choices.indices.contains(choice) else {
      refuse("the question has no answer \(choice + 1)")
      return []
    }
    guard let right = right(self) else {
      say("that is told as soon as it has been measured")
      return []
    }
    lesson.choose(choice, isRight: choice == right)
    self.lesson = lesson
    return choice == right ? [.rememberLesson(lesson.progress)] : []
  }

  /// Notes when what a step asks for has been brought about.
  mutating func checkLessonTask() -> [Effect] {
    guard var lesson, !lesson.isAnswered, case .task(let isDone) = lesson.step.question.answer, isDone(self) else {
      return []
    }
    lesson.markAnswered()
    self.lesson = lesson
    return [.rememberLesson(lesson.progress)]
  }

  /// What `q` does on the lesson's own screen: back to what the step shows, then out of the lesson.
  ///
  /// - Returns: true if that is all that is to be done.
  mutating func stepOutOfLesson() -> Bool {
    guard let lesson, screens.count == lesson.screensBelow + 1 else { return false }
    guard isAtLessonStep else {
      lesson.step.view.restorePicture(on: &self)
      return true
    }
    self.lesson = nil
    network?.picture = nil
    comparison?.picture = nil
    return false
  }

  /// True where the lesson's own screen shows what its step began with: `q` leads out of the lesson.
  var isAtLessonStep: Bool {
    guard let lesson, screens.count == lesson.screensBelow + 1 else { return false }
    return lesson.step.view.isShown(on: self)
  }

  private mutating func refuseWithoutLesson() -> [Effect] {
    refuse("that is a key of the lesson; L opens it")
    return []
  }
}
