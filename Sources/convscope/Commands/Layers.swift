import Architectures
import ArgumentParser
import Glibc
import Measurement
import NetworkGraph
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
    let before = MachineFacts.measured()
    let layers = try Interruption.noted { try measured(conditions) }
    Progress.end()
    let machine = before.best(with: .measured())
    try Output.write(LayerClassReport(layers, machine, conditions), as: output.format.form)
    if Interruption.hasCome { throw ExitCode(128 + SIGINT) }
  }

  private func measured(_ conditions: Conditions) throws -> [LayerClassReport.Layer] {
    var layers: [LayerClassReport.Layer] = []
    for kind in LayerClass.all {
      for (spec, target) in kind.layers where !Interruption.hasCome {
        Progress.show("\(kind.title): \(spec)")
        let network = try Catalogue.network(NetworkSpec(parsing: spec))
        guard let timings = try limit.timings(of: network, conditions, while: { !Interruption.hasCome }) else {
          continue
        }
        if let layer = LayerClassReport.Layer(kind, spec: spec, target: target, network, timings) {
          layers.append(layer)
        }
      }
    }
    return layers
  }
}
