import Architectures
import Explorer
import Measurement
import NetworkGraph
import Reports

/// Gives the timings of files for the networks and conditions that they were measured with.
struct RecordedMeasurer: Measurer {
  private let reports: [BenchReport]
  private let mailbox: Mailbox

  init(_ reports: [BenchReport], _ mailbox: Mailbox) {
    self.reports = reports
    self.mailbox = mailbox
  }

  func start(_ subject: MeasurementSubject, _ conditions: Conditions) throws {
    let recorded = try subject.specs.compactMap { spec in
      let input = try Catalogue.build(spec).inputShape
      return reports.first { $0.isOf(spec, input: input, conditions) }
    }
    guard recorded.count == subject.specs.count else { return }
    if let machine = recorded.first?.machine { mailbox.post(.machine(machine)) }
    let timings = recorded.map(\.timings)
    let difference = timings.count == 2 ? TimeDifference(from: timings[0].pass, to: timings[1].pass) : nil
    if let event = subject.event(timings, difference) { mailbox.post(event) }
  }

  var reasonForNoTimings: String? { "the timings given are of other networks or conditions" }
}

extension BenchReport {
  /// True if it measured what this spec builds, whose input shape is given, in these conditions.
  fileprivate func isOf(_ other: NetworkSpec, input shape: Shape, _ conditions: Conditions) -> Bool {
    var other = other
    other.input = nil
    return spec == other && input == shape && timings.conditions == conditions
  }
}
