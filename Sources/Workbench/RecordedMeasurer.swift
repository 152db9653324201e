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
    let recorded = try subject.specs.map { spec in
      let input = try Catalogue.build(spec).inputShape
      return report(of: spec, input: input, conditions)
    }
    let found = recorded.compactMap(\.self)
    if let machine = found.last?.machine { mailbox.post(.machine(machine)) }
    if found.count == recorded.count {
      let timings = found.map(\.timings)
      let difference = timings.count == 2 ? TimeDifference(from: timings[0].pass, to: timings[1].pass) : nil
      if let event = subject.event(timings, difference) { mailbox.post(event) }
    } else if let spec = subject.specs.last, let own = recorded.last ?? nil {
      // What a network was before a toggle may not have been recorded.
      mailbox.post(.timings(spec, own.timings))
    }
    let missing = zip(subject.specs, recorded).filter { $1 == nil }.map(\.0)
    if !missing.isEmpty { mailbox.post(.notRecorded(missing)) }
  }

  /// The points that were measured with the values of the range.
  func sweep(_ run: SweepRun, _ mailbox: Mailbox) {
    for index in 0..<run.count {
      do {
        let (spec, network, conditions) = try run.subject(at: index)
        guard let report = report(of: spec, input: network.inputShape, conditions) else { continue }
        mailbox.post(.swept(run.specs, run.range, try run.point(at: index, network, report.timings)))
      } catch { mailbox.post(run.failure(at: index, "\(error)")) }
    }
    mailbox.post(.swept(run.specs, run.range, nil))
  }

  private func report(of spec: NetworkSpec, input shape: Shape, _ conditions: Conditions) -> BenchReport? {
    reports.first { $0.isOf(spec, input: shape) && $0.timings.conditions == conditions }
  }

  var reasonForNoTimings: String? { "the timings given are of other networks or conditions" }
}

extension BenchReport {
  /// True if it measured what this spec builds, whose input shape is given.
  public func isOf(_ other: NetworkSpec, input shape: Shape) -> Bool {
    var other = other
    other.input = nil
    return spec == other && input == shape
  }
}
