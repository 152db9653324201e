import ConvKernels

/// Threads that carry out the steps of a pass together. The caller of `run` is worker 0; the others look out for another
/// pass for a moment, since waking up takes longer than the first step, and then sleep and use no processor.
public final class WorkerTeam: @unchecked Sendable {
  // Everything shared between the workers is an atomic word, or is written before `generation` announces it and only
  // read until the last barrier is complete.

  /// The workers that there are: fewer than asked for where the system gives no more.
  public private(set) var threads = 1
  private var workers: [WorkerThread] = []
  private var program: UnsafePointer<Program>?
  /// What is noted of the pass.
  private var times = PassTimes()

  /// Counts passes; all ones ends the workers.
  private let generation = FutexWord()
  /// Counts the workers that sleep between passes.
  private let resting = FutexWord()
  /// Counts arrivals at barriers since the team began, wrapping around. It never starts afresh: a slow worker may
  /// still be looking at it when the next pass begins.
  private let arrivals = FutexWord()
  /// Counts the workers that sleep at a barrier.
  private let sleepers = FutexWord()
  /// Counts, for every worker, the portions of its share of a step that have been taken. Two sets take turns: a worker
  /// clears its counter for the next step while all are at this one.
  private let taken: UnsafeMutablePointer<FutexWord>
  private let counters: Int
  /// How far the caller has come.
  private var progress = Progress()
  /// Written before the generation that ends the workers.
  private var isEnding = false

  /// How far a worker has come since the team began.
  private struct Progress {
    /// The arrivals that completed its last barrier.
    var arrivals: UInt32 = 0
    /// Which set of counters is in use.
    var turn = 0
  }

  /// Looks at a word before going to sleep: a few tens of microseconds.
  private static let patience = 4000

  public init(threads: Int) {
    counters = max(1, threads)
    taken = .allocate(capacity: 2 * counters)
    for index in 0..<2 * counters { (taken + index).initialize(to: FutexWord()) }
    // Workers read `threads` only after a pass has been announced.
    for index in 1..<max(1, threads) {
      // Unowned: the team joins its workers before it goes.
      guard let worker = WorkerThread({ [unowned(unsafe) self] in serve(index) }) else { break }
      workers.append(worker)
      self.threads = index + 1
    }
  }

  deinit {
    isEnding = true
    generation.add(1)
    generation.wakeAll()
    for worker in workers { worker.join() }
    for word in [generation, resting, arrivals, sleepers] { word.free() }
    for index in 0..<2 * counters { taken[index].free() }
    taken.deallocate()
  }

  /// Carries out a program with all workers; returns when the last step is done.
  ///
  /// - Returns: when it began and when it was done, in nanoseconds.
  @discardableResult
  func run(_ program: UnsafePointer<Program>, noting times: PassTimes = PassTimes()) -> (begin: UInt64, end: UInt64) {
    let mode = ck_flush_denormals()
    defer { ck_restore_float_mode(mode) }
    self.program = program
    self.times = times
    let begin = ck_nanoseconds()
    if threads > 1 {
      generation.add(1)
      if resting.load() != 0 { generation.wakeAll() }
    }
    work(program, worker: 0, &progress)
    return (begin, ck_nanoseconds())
  }

  private func serve(_ index: Int) {
    _ = ck_flush_denormals()
    var seen: UInt32 = 0
    var progress = Progress()
    while true {
      var current = generation.load()
      var looks = 0
      while current == seen {
        looks += 1
        if looks < WorkerTeam.patience {
          ck_pause()
        } else {
          resting.add(1)
          generation.wait(while: seen)
          resting.add(.max)
        }
        current = generation.load()
      }
      if isEnding { return }
      seen = current
      work(program!, worker: index, &progress)
    }
  }

  private func work(_ program: UnsafePointer<Program>, worker: Int, _ progress: inout Progress) {
    let steps = program.pointee.steps
    let count = program.pointee.count
    let runs = count * program.pointee.slices
    let begins = times.begins.map { $0 + worker * runs }
    let ends = times.ends.map { $0 + worker * runs }
    let scratch = program.pointee.scratch + worker * program.pointee.scratchStride
    for index in 0..<runs {
      let (slice, i) = index.quotientAndRemainder(dividingBy: count)
      let step = steps + i
      if step.pointee.partCount == 0 {
        begins?[index] = ck_nanoseconds()
        ends?[index] = begins?[index] ?? ck_nanoseconds()
        continue
      }
      let sharing = min(step.pointee.workers, threads)
      if worker < sharing {
        begins?[index] = ck_nanoseconds()
        let parts = step.pointee.parts
        carryOut(parts, slice, worker, sharing, taken + progress.turn * counters, scratch)
      }
      if step.pointee.isPhased, sharing > 1 {
        progress.arrivals &+= UInt32(threads)
        arrive(expecting: progress.arrivals)
      }
      if worker < sharing {
        let parts = step.pointee.parts
        for j in 1..<step.pointee.partCount {
          run(parts + j, slice, parts[j].share(of: worker, among: sharing).items, scratch)
        }
      }
      ends?[index] = ck_nanoseconds()
      if threads > 1 {
        progress.turn = 1 - progress.turn
        let counter = taken[progress.turn * counters + worker]
        if counter.load() != 0 { counter.store(0) }
        progress.arrivals &+= UInt32(threads)
        arrive(expecting: progress.arrivals)
      }
    }
  }

  /// Does a worker's share of the work, and then what others have not begun: a processor that something else uses as well
  /// holds nobody up for longer than a portion takes.
  ///
  /// - Parameter taken: the counters of this step.
  private func carryOut(
    _ part: UnsafePointer<Part>, _ slice: Int, _ worker: Int, _ sharing: Int, _ taken: UnsafePointer<FutexWord>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    if sharing == 1 || part.pointee.grain >= part.pointee.items {
      return run(part, slice, part.pointee.share(of: worker, among: sharing).items, scratch)
    }
    for next in 0..<sharing {
      let owner = worker + next < sharing ? worker + next : worker + next - sharing
      let share = part.pointee.share(of: owner, among: sharing)
      let portions = share.portions
      // A look first, as taking takes the cache line away from the others.
      while Int(taken[owner].load()) < portions {
        let portion = Int(taken[owner].add(1)) - 1
        if portion < portions { run(part, slice, share.portion(portion), scratch) }
      }
    }
  }

  private func run(
    _ part: UnsafePointer<Part>, _ slice: Int, _ items: Range<Int>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    guard !items.isEmpty else { return }
    part.pointee.run(
      part.pointee.task + slice * part.pointee.taskStride, Int64(items.lowerBound), Int64(items.upperBound), scratch)
  }

  /// Waits until all workers have finished the step: first looking, then asleep.
  private func arrive(expecting target: UInt32) {
    if arrivals.add(1) == target {
      if sleepers.load() != 0 { arrivals.wakeAll() }
      return
    }
    var looks = 0
    while true {
      if Int32(bitPattern: arrivals.load() &- target) >= 0 { return }
      looks += 1
      if looks < WorkerTeam.patience {
        ck_pause()
      } else {
        sleepers.add(1)
        let before = arrivals.load()
        if Int32(bitPattern: before &- target) < 0 { arrivals.wait(while: before) }
        sleepers.add(.max)
      }
    }
  }
}
