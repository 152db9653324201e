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
    let runs = plan.steps.count * plan.slices
    let all = runs * team.threads
    var times = [UInt64](repeating: 0, count: 2 * all)
    var (start, end): (UInt64, UInt64) = (0, 0)
    withProgram { program in
      times.withUnsafeMutableBufferPointer { times in
        (start, end) = team.run(
          program, noting: PassTimes(begins: times.baseAddress, ends: times.baseAddress.map { $0 + all }))
      }
    }
    var spans: [WorkSpan] = []
    for worker in 0..<team.threads {
      for run in 0..<runs {
        let place = worker * runs + run
        guard times[place] > 0, !plan.steps.isEmpty else { continue }
        // A worker may begin before the caller has looked at the clock.
        spans.append(
          WorkSpan(
            step: run % plan.steps.count, worker: worker, begin: max(times[place], start) - start,
            end: max(times[all + place], start) - start))
      }
    }
    for index in plan.slabs.indices { shareOut(&spans, index) }
    return (spans, end - start)
  }

  /// Gives the steps of a slab their shares of each worker's time, one after the other: in truth they take turns.
  private func shareOut(_ spans: inout [WorkSpan], _ slab: Int) {
    let steps = plan.slabs[slab].steps
    let shares = layerShares(of: slab)
    for last in spans.indices where spans[last].step == steps.upperBound {
      let (begin, duration) = (spans[last].begin, Double(spans[last].end - spans[last].begin))
      var done = 0.0
      for (place, share) in zip(last + 1 - steps.count...last, shares) {
        spans[place].begin = begin + UInt64(duration * done)
        done = min(1, done + share)
        spans[place].end = begin + UInt64(duration * done)
      }
    }
  }
}
