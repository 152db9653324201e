/// One call of a kernel, shared by the workers of a step.
struct Part {
  var run: @convention(c) (UnsafeRawPointer?, Int64, Int64, UnsafeMutablePointer<Float>?) -> Void
  var task: UnsafeRawPointer
  var items: Int
  /// So many neighbouring items are better not parted, since they have work in common, such as the sums of a block; or
  /// all of them, where the step is too short.
  var grain = 1
  /// Bytes from the task of one slice to that of the next: zero where all slices share one.
  var taskStride = 0
}

extension Part {
  /// The items of one of so many workers.
  func share(of worker: Int, among workers: Int) -> Share {
    let items = items * worker / workers..<items * (worker + 1) / workers
    let isWhole = items.lowerBound % grain == 0 && items.upperBound % grain == 0
    return Share(items: items, grain: isWhole ? grain : max(1, items.count))
  }
}

/// A worker's share of a part, in portions that are taken one by one: what it has not begun others may take.
struct Share {
  let items: Range<Int>
  /// Items that are not parted.
  let grain: Int

  private static let mostPortions = 8

  var portions: Int { min(items.count / grain, Share.mostPortions) }

  func portion(_ index: Int) -> Range<Int> {
    func begin(_ index: Int) -> Int { items.lowerBound + items.count / grain * index / portions * grain }
    return begin(index)..<begin(index + 1)
  }
}

/// Parts that may run side by side, without a barrier between them.
struct ProgramStep {
  var parts: UnsafeMutablePointer<Part>
  var partCount: Int
  var workers: Int
  /// True where all other parts take what the first one has made: then there is a barrier behind that.
  var isPhased = false
}

/// Where workers note times of a pass, in nanoseconds: room for every step of every slice, workers one after the other.
struct PassTimes {
  /// When a worker begins its part; one that has none leaves what was there, unless the step has no parts at all.
  var begins: UnsafeMutablePointer<UInt64>?
  /// When a worker has nothing left to do in the step.
  var ends: UnsafeMutablePointer<UInt64>?
}

/// What the workers carry out: plain memory, nothing that counts references.
struct Program {
  var steps: UnsafeMutablePointer<ProgramStep>
  var count: Int
  /// How often all steps run: once for every slice of the batch.
  var slices: Int
  /// Memory of the workers' own, so many floats for each.
  var scratch: UnsafeMutablePointer<Float>
  var scratchStride: Int
}
