import ArgumentParser
import Glibc
import Measurement
import Reports

/// `convscope layers`
struct Layers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure every class of layers against what this machine can do.",
    discussion: """
      Layers of the catalogue are measured one by one, as 'convscope bench MODEL#LAYER' does, and told as shares of the \
      measured limits beside the shares that are aimed at. ^C stops and prints what is there.
      """)

  @OptionGroup var running: RunOptions
  @OptionGroup var limit: LimitOptions
  @OptionGroup var output: FormatOptions<LayerClassReport>

  func run() throws {
    let conditions = running.conditions
    let (layers, machine) = try Interruption.noted { try measured(conditions) }
    Progress.end()
    try Output.write(LayerClassReport(layers, machine, conditions), as: output.format.form)
    if Interruption.hasCome { throw ExitCode(128 + SIGINT) }
  }

  /// The layers, and the best that the machine did beside any of them. Its clock is not always the same, so that the limits
  /// are measured before and behind every layer.
  private func measured(_ conditions: Conditions) throws -> ([LayerClassReport.Layer], MachineFacts) {
    var layers: [LayerClassReport.Layer] = []
    var limits = MachineFacts.measured()
    var best = limits
    for kind in LayerClass.all {
      for sample in kind.samples where !Interruption.hasCome {
        Progress.show("\(kind.title): \(sample.name)")
        let networks = try sample.networks()
        guard let timings = try limit.timings(of: networks, conditions, while: { !Interruption.hasCome }) else {
          continue
        }
        let before = limits
        limits = .measured()
        best = best.best(with: limits)
        if let layer = LayerClassReport.Layer(kind, sample, networks, timings, before.best(with: limits)) {
          layers.append(layer)
        }
      }
    }
    return (layers, best)
  }
}
