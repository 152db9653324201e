/// When one worker was at its part of one step, in nanoseconds from the beginning of the pass.
public struct WorkSpan: Hashable, Sendable {
  public var step: Int
  public var worker: Int
  public var begin: UInt64
  public var end: UInt64
}

extension Executor {
  /// One forward pass that also notes when every worker begins and ends its part of every step. Between its parts a
  /// worker waits for the others.
  ///
  /// - Returns: the spans of the workers one after the other, each in order of time; and how long the pass took.
  public func tracedPass() -> (spans: [WorkSpan], nanoseconds: UInt64) {
    let runs = plan.steps.count * (plan.options.batch / plan.slice)
    var stamps = [UInt64](repeating: 0, count: runs + 1)
    var times = [UInt64](repeating: 0, count: 2 * runs * team.threads)
    withProgram { program in
      stamps.withUnsafeMutableBufferPointer { stamps in
        times.withUnsafeMutableBufferPointer { times in
          team.run(program, stamps: stamps.baseAddress, spans: times.baseAddress)
        }
      }
    }
    let start = stamps[0]
    var spans: [WorkSpan] = []
    for worker in 0..<team.threads {
      for run in 0..<runs {
        let place = 2 * (worker * runs + run)
        guard times[place + 1] > 0, !plan.steps.isEmpty else { continue }
        // A worker may begin before the caller has looked at the clock.
        spans.append(
          WorkSpan(
            step: run % plan.steps.count, worker: worker, begin: max(times[place], start) - start,
            end: max(times[place + 1], start) - start))
      }
    }
    return (spans, stamps[runs] - start)
  }
}
