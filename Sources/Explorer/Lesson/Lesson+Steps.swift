import Architectures
import NetworkGraph

extension Lesson {
  /// A step, by the name that it is remembered by.
  struct Entry: Sendable {
    var name: String
    var make: @Sendable () throws(CatalogueError) -> LessonStep
  }

  /// All steps in their order.
  static let steps: [Entry] = [
    Entry(name: "residual", make: LessonStep.residualBlock),
    Entry(name: "pre-activation", make: LessonStep.preActivation),
  ]

  static let stepNames = steps.map(\.name)
}

extension LessonProgress {
  /// The names of all steps in their order.
  public static var stepNames: [String] { Lesson.stepNames }
}

extension LessonStep.Paper {
  static func residualLearning(_ section: String) -> Self {
    Self(authors: "He et al.", title: "Deep Residual Learning for Image Recognition", year: 2015, section: section)
  }

  static func identityMappings(_ section: String) -> Self {
    Self(authors: "He et al.", title: "Identity Mappings in Deep Residual Networks", year: 2016, section: section)
  }
}
