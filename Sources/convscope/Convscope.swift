import ArgumentParser
import Glibc
import Terminal

/// The program: its subcommands, and how they end.
@main
struct Convscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convscope",
    abstract: "Explores the architectures of convolutional networks, and measures what they cost on this machine.",
    usage: "convscope [<model>] [<options>]\nconvscope <subcommand> [<options>]",
    discussion: """
      'convscope MODEL' opens the explorer; without a model it opens the catalogue. A model is written \
      NAME[:PRESET][#PATH], such as resnet50, resnet50:preact or resnet50#layer3.0.
      """,
    version: "0.1.0",
    subcommands: [
      Explore.self, List.self, Show.self, Bench.self, Tune.self, Compare.self, Run.self, Export.self, Draw.self,
      Sweep.self, Layers.self, Machine.self, LessonCommand.self,
    ],
    defaultSubcommand: Explore.self)

  static func main() {
    CharacterLocale.adopt()
    FileGuard.install(
      line: "convscope: a file was made shorter while it was being read\n", status: Failure.Status.data.rawValue)
    // A limit to the size of files is an error of writing, told as any other.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      failure.end()
    } catch let status as ExitCode {
      Glibc.exit(status.rawValue)
    } catch {
      end(after: error)
    }
  }

  /// Ends after an error of the parser, or a wish for help, a version or a completion script, which it also throws.
  private static func end(after error: any Error) -> Never {
    let status = exitCode(for: error)
    guard status.isSuccess else { Failure(.usage, message(for: error)).end() }
    do throws(Failure) { try Output.write(fullMessage(for: error) + "\n") } catch { error.end() }
    Glibc.exit(EXIT_SUCCESS)
  }
}
