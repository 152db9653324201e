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
  /// Room for when every worker begins and ends its part of every step of every slice: workers one after the other.
  private var spans: UnsafeMutablePointer<UInt64>?

  /// Counts passes; all ones ends the workers.
  private let generation = FutexWord()
  /// Counts the workers that sleep between passes.
  private let resting = FutexWord()
  /// Counts arrivals at barriers since the team began, wrapping around. It never starts afresh: a slow worker may
  /// still be looking at it when the next pass begins.
  private let arrivals = FutexWord()
  /// Counts the workers that sleep at a barrier.
  private let sleepers = FutexWord()
  /// The arrivals that completed the caller's last barrier.
  private var target: UInt32 = 0

  private static let end = UInt32.max
  /// Looks at a word before going to sleep: a few tens of microseconds.
  private static let patience = 4000

  public init(threads: Int) {
    // Workers read `threads` only after a pass has been announced.
    for index in 1..<max(1, threads) {
      // Unowned: the team joins its workers before it goes.
      guard let worker = WorkerThread({ [unowned(unsafe) self] in serve(index) }) else { break }
      workers.append(worker)
      self.threads = index + 1
    }
  }

  deinit {
    generation.store(WorkerTeam.end)
    generation.wakeAll()
    for worker in workers { worker.join() }
    for word in [generation, resting, arrivals, sleepers] { word.free() }
  }

  /// Carries out a program with all workers; returns when the last step is done.
  ///
  /// - Parameters:
  ///   - stamps: room for a time in nanoseconds before the first step and after every step of every slice, or
  ///   nil.
  ///   - spans: room for two times for every worker, step and slice, where a worker without a part leaves what was
  ///   there; or nil.
  func run(
    _ program: UnsafePointer<Program>, stamps: UnsafeMutablePointer<UInt64>?,
    spans: UnsafeMutablePointer<UInt64>? = nil
  ) {
    let mode = ck_flush_denormals()
    defer { ck_restore_float_mode(mode) }
    self.program = program
    self.spans = spans
    if threads > 1 {
      generation.add(1)
      if resting.load() != 0 { generation.wakeAll() }
    }
    work(program, worker: 0, stamps: stamps, target: &target)
  }

  private func serve(_ index: Int) {
    _ = ck_flush_denormals()
    var seen: UInt32 = 0
    var target: UInt32 = 0
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
      if current == WorkerTeam.end { return }
      seen = current
      work(program!, worker: index, stamps: nil, target: &target)
    }
  }

  private func work(
    _ program: UnsafePointer<Program>, worker: Int, stamps: UnsafeMutablePointer<UInt64>?, target: inout UInt32
  ) {
    let steps = program.pointee.steps
    let count = program.pointee.count
    let spans = spans.map { $0 + 2 * worker * count * program.pointee.slices }
    let scratch = program.pointee.scratch + worker * program.pointee.scratchStride
    stamps?[0] = ck_nanoseconds()
    for index in 0..<count * program.pointee.slices {
      let (slice, i) = index.quotientAndRemainder(dividingBy: count)
      let step = steps + i
      let sharing = min(step.pointee.workers, threads)
      if worker < sharing {
        spans?[2 * index] = ck_nanoseconds()
        for j in 0..<step.pointee.partCount {
          let part = step.pointee.parts + j
          let items = part.pointee.items
          let begin = items * worker / sharing
          let end = items * (worker + 1) / sharing
          if begin < end {
            part.pointee.run(
              part.pointee.task + slice * part.pointee.taskStride, Int64(begin), Int64(end), scratch)
          }
        }
        spans?[2 * index + 1] = ck_nanoseconds()
      }
      if threads > 1 {
        target &+= UInt32(threads)
        arrive(expecting: target)
      }
      stamps?[index + 1] = ck_nanoseconds()
    }
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
