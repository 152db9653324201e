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
    help: "The step to begin at, by its name. (default: where it was left)",
    completion: .list(LessonProgress.stepNames))
  var step: String?

  @Flag(help: "Print the text of all steps.")
  var print = false

  @OptionGroup var explorer: ExplorerOptions

  func validate() throws {
    if let step, !LessonProgress.stepNames.contains(step) {
      throw ValidationError(
        "no step is called '\(step)': expected one of \(LessonProgress.stepNames.joined(separator: ", "))")
    }
  }

  func run() throws {
    // A file that cannot be read is as good as none.
    var progress = (try? ExplorerOptions.lessonFile.read()) ?? LessonProgress()
    if let step { progress.step = step }
    guard try !explorer.explore(showsCatalogue: false, mayOpen: !print, .openLesson(progress)) else { return }
    let text: String
    do throws(CatalogueError) { text = try LessonText.all() } catch { throw Failure(error) }
    try Output.write(text)
  }
}
