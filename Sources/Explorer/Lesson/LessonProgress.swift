/// How far somebody has come in the lesson: what is remembered of it.
public struct LessonProgress: Codable, Hashable, Sendable {
  /// The name of the step that was last shown; a name that no step has stands for the first.
  public var step: String
  /// The names of the steps whose questions have been answered.
  public var answered: Set<String>

  /// - Parameter step: the name of a step; nil for the first.
  public init(step: String? = nil, answered: Set<String> = []) {
    self.step = step ?? Lesson.stepNames[0]
    self.answered = answered
  }
}
