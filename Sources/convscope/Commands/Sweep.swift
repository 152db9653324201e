import Architectures
import ArgumentParser
import Explorer
import Glibc
import Measurement
import NetworkGraph
import Reports

/// `convscope sweep MODEL …`
struct Sweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure networks over a range of one setting.",
    discussion: "An interrupt ends it and keeps what has been measured.")

  @Argument(help: "The networks or blocks: NAME[:PRESET][#PATH].", completion: .models)
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "What to go through: input=128:512:32, batch=1,2,4,8, threads=1:8, or a setting of the block or family.",
      valueName: "key=values"))
  var over: String

  @Option(help: "What a plot shows.")
  var show = SweepMeasure.time

  @OptionGroup var output: DrawnFormatOptions<SweepReport>
  @OptionGroup var options: ModelOptions
  @OptionGroup var running: RunOptions
  @OptionGroup var limit: LimitOptions
  @OptionGroup var counting: CountOptions

  func run() throws {
    try output.check(picture: Picture.sweep.least)
    let range: SweepRange
    do { range = try SweepRange(parsing: over) } catch { throw Failure(.usage, "\(error)") }
    let specs = try models.map { try options.spec(of: $0) }
    do throws(CatalogueError) { try range.checkApplies(to: specs, running.conditions) } catch { throw Failure(error) }
    let points = try Interruption.noted { try measure(specs, over: range) }
    try output.write(SweepReport(points, over: range, convention: counting.count)) {
      SweepView.draw(points, over: range, show, on: &$0)
    }
    if Interruption.hasCome { throw ExitCode(128 + SIGINT) }
  }

  /// Every network at every value, value by value. What cannot be built or run is told and left out, unless that is
  /// all of it.
  private func measure(_ specs: [NetworkSpec], over range: SweepRange) throws -> [SweepPoint] {
    var points: [SweepPoint] = []
    var last: Failure?
    let count = range.values.count * specs.count
    for (index, value) in range.values.enumerated() {
      for (place, spec) in specs.enumerated() where !Interruption.hasCome {
        Progress.show("\(index * specs.count + place + 1) of \(count): \(spec) at \(range.key)=\(value)")
        do throws(Failure) {
          if let point = try measure(spec, at: value, of: range) { points.append(point) }
        } catch {
          last = error
          Progress.note("\(spec) at \(range.key)=\(value) is left out: \(error.message)")
        }
      }
    }
    Progress.end()
    if points.isEmpty, let last { throw last }
    return points
  }

  private func measure(_ spec: NetworkSpec, at value: String, of range: SweepRange) throws(Failure) -> SweepPoint? {
    let (at, conditions): (NetworkSpec, Conditions)
    do { (at, conditions) = try range.applied(value, to: spec, running.conditions) } catch { throw Failure(error) }
    let network = try Catalogue.network(at)
    guard let timings = try limit.timings(of: network, conditions, while: { !Interruption.hasCome }) else { return nil }
    do {
      return SweepPoint(
        value, spec, network, timings, counting.count, memory: try memoryNeeded(by: network, conditions))
    } catch { throw Failure(.usage, "\(error)") }
  }
}

extension SweepMeasure: ExpressibleByArgument {}
