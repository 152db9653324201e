import Architectures
import ArgumentParser
import Engine
import Glibc
import Measurement
import NetworkGraph

/// `convscope tune MODEL`
struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the algorithms of every layer on this machine, and remember the fastest.",
    discussion: """
      What is remembered counts for layers of the same shape in all networks, for this processor, number of threads \
      and version of the engine, and all other commands plan by it. ^C stops and remembers nothing.
      """)

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions

  func run() throws {
    let network = try Catalogue.network(options.spec(of: model))
    let conditions = running.conditions
    let result: Tuner.Result?
    do {
      result = try Interruption.noted {
        try Tuner(network, conditions).run { done, all in
          Progress.show("tuning \(network.name) \(Tune.bar(done, of: all)) \(done) of \(all)")
          return !Interruption.hasCome
        }
      }
    } catch let error as PlanError { throw Failure(.usage, "\(error)") }
    Progress.end()
    guard let result else { throw ExitCode(128 + SIGINT) }
    try remember(result)
    let gain = result.instant > 0 ? 1 - result.tuned / result.instant : 0
    try Output.tell(
      result.changed == 0
        ? "nothing is faster than the cost model's plan: \(Figures.time(result.instant))\n"
        : "\(Figures.amount(result.changed, "layer")) changed: \(Figures.time(result.instant)) before,"
          + " \(Figures.time(result.tuned)) after"
          + " (\(Figures.percent(gain)) less)\n")
  }

  private func remember(_ result: Tuner.Result) throws(Failure) {
    do throws(UnusableFile) {
      try TuningFile.file.update(TuningFile(.none)) { known in
        var tuning = known.tuning
        tuning.replace(result.layers, by: result.tuning)
        known = TuningFile(tuning)
      }
    } catch { throw Failure(.inputOutput, "\(error)") }
  }

  private static func bar(_ done: Int, of all: Int) -> String {
    "[" + String(repeating: "#", count: done) + String(repeating: ".", count: all - done) + "]"
  }
}
