import Architectures
import ArgumentParser
import Measurement
import NetworkGraph
import Reports

/// `convscope bench MODEL`
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time forward passes on this machine: the whole network and every layer.",
    discussion: "Without --seconds or --passes it stops when the median has settled, after 10 seconds at the latest.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Flag(help: "Tell how far the answer lies from that of the exact plan.")
  var deviation = false

  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions
  @OptionGroup var weights: WeightOptions
  @OptionGroup var limit: LimitOptions
  @OptionGroup var counting: CountOptions
  @OptionGroup var output: FormatOptions<MeasuredReport>

  func run() throws {
    let spec = try options.spec(of: model)
    let network = try Catalogue.network(spec)
    let weights = try weights.file(for: spec)
    let measured = try limit.measure([network], running.conditions, weights: weights)
    let report = BenchReport(
      spec: spec, input: network.inputShape, timings: measured.timings[0], machine: MachineFacts.measured(),
      deviation: try deviation ? measuredDeviation(of: network, weights) : nil)
    try Output.write(MeasuredReport(report, of: network, convention: counting.count), as: output.format.form)
  }

  private func measuredDeviation(
    of network: Network, _ weights: (any WeightSource)?
  ) throws(Failure) -> Double {
    do {
      return try deviationFromExact(network, running.conditions, weights: weights)
    } catch { throw Failure(.usage, "\(error)") }
  }
}
