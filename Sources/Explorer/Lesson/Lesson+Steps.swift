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
    Entry(name: "degradation", make: LessonStep.degradation),
    Entry(name: "skips", make: LessonStep.skips),
    Entry(name: "residual", make: LessonStep.residualBlock),
    Entry(name: "pre-activation", make: LessonStep.preActivation),
    Entry(name: "convolution", make: LessonStep.convolution),
    Entry(name: "pointwise", make: LessonStep.pointwise),
    Entry(name: "depthwise", make: LessonStep.depthwise),
    Entry(name: "separable", make: LessonStep.separable),
    Entry(name: "time", make: LessonStep.time),
    Entry(name: "bottleneck", make: LessonStep.bottleneck),
    Entry(name: "stacking", make: LessonStep.stacking),
    Entry(name: "inception-naive", make: LessonStep.naiveInception),
    Entry(name: "inception-reduced", make: LessonStep.reducedInception),
    Entry(name: "inception-forms", make: LessonStep.inceptionForms),
  ]

  static let stepNames = steps.map(\.name)
}

extension LessonProgress {
  /// The names of all steps in their order.
  public static var stepNames: [String] { Lesson.stepNames }
}
