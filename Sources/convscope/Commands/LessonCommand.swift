import Architectures
import ArgumentParser
import Explorer

/// `convscope lesson`
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Walk through a lesson on residual blocks, cheap convolutions and Inception modules.",
    discussion: """
      It goes on where it was left. Where standard input or output is no terminal, or with --print, it prints the text \
      of all steps.
      """)

  @Argument(
    help: "The step to begin at, by its name or number. (default: where it was left)",
    completion: .list(LessonProgress.stepNames))
  var step: String?

  @Flag(help: "Print the text of all steps.")
  var print = false

  @OptionGroup var explorer: ExplorerOptions

  func validate() throws {
    if let step, name(of: step) == nil {
      throw ValidationError(
        "no step is called '\(step)': expected one of \(LessonProgress.stepNames.joined(separator: ", "))")
    }
  }

  private func name(of step: String) -> String? {
    let names = LessonProgress.stepNames
    if let number = Int(step), (1...names.count).contains(number) { return names[number - 1] }
    return names.contains(step) ? step : nil
  }

  func run() throws {
    // A file that cannot be read is as good as none.
    var progress = (try? ExplorerOptions.lessonFile.read()) ?? LessonProgress()
    if let name = step.flatMap(name) { progress.step = name }
    guard
      try !explorer.explore(
        showsCatalogue: false, mayOpen: !print, explorer.recorded(), .openLesson(progress))
    else { return }
    let text: String
    do throws(CatalogueError) { text = try LessonText.all() } catch { throw Failure(error) }
    try Output.tell(text)
  }
}
