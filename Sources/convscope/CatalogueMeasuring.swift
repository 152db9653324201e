import Architectures
import Glibc
import Measurement
import NetworkGraph

/// Measures networks of the catalogue one after the other and remembers what each has given, until all are done or the
/// person interrupts.
struct CatalogueMeasuring {
  let conditions: Conditions
  let limit: LimitOptions
  /// Measures again what is remembered.
  let afresh: Bool

  /// - Returns: what is known afterwards.
  func run(_ networks: [(entry: CatalogueEntry, network: Network)], _ known: CatalogueTimes) throws -> CatalogueTimes {
    let file = CatalogueTimes.file
    var times = known
    let due = networks.filter { afresh || known[$0.entry.name, conditions] == nil }
    for (index, item) in due.enumerated() where !Interruption.hasCome {
      Progress.show("\(index + 1) of \(due.count): \(item.entry.name)")
      do {
        guard let timings = try limit.timings(of: item.network, conditions, while: { !Interruption.hasCome }) else {
          continue
        }
        let median = timings.pass.median
        times[item.entry.name, conditions] = median
        try file.update(CatalogueTimes()) { $0[item.entry.name, conditions] = median }
      } catch let error as Failure {
        Progress.note("\(item.entry.name) is left out: \(error.message)")
      } catch let error as UnusableFile {
        Progress.end()
        throw Failure(.inputOutput, "\(error)")
      }
    }
    Progress.end()
    return times
  }

  /// What is remembered; with a warning where it cannot be used.
  static func remembered() -> CatalogueTimes {
    do throws(UnusableFile) {
      return try CatalogueTimes.file.read() ?? CatalogueTimes()
    } catch {
      Progress.note("\(error)")
      return CatalogueTimes()
    }
  }
}

/// How far something is, on a line of standard error that is written over where that is a terminal.
enum Progress {
  private static let isTerminal = isatty(STDERR_FILENO) == 1

  static func show(_ text: String) {
    end()
    try? Output.tell(isTerminal ? text : "convscope: \(text)\n", to: STDERR_FILENO)
  }

  /// A line that stays.
  static func note(_ text: String) {
    end()
    try? Output.tell("convscope: \(text)\n", to: STDERR_FILENO)
  }

  static func end() { if isTerminal { try? Output.write("\r\u{1B}[K", to: STDERR_FILENO) } }
}
