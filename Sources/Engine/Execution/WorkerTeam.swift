import ConvKernels
import Glibc
import Synchronization

/// Threads that carry out the steps of a pass together. The caller of `run` is worker 0; the others sleep between
/// passes and use no processor then.
public final class WorkerTeam: @unchecked Sendable {
  // Everything shared between the workers is an atomic word, or is written before `generation` announces it and only
  // read until `finished` is complete.
  /// The workers that there are: fewer than asked for where the system gives no more.
  public private(set) var threads: Int
  private let words: UnsafeMutableRawPointer
  private var program: UnsafePointer<Program>?
  private var workers: [pthread_t] = []
  /// The arrivals that complete the caller's next barrier, less one round.
  private var target: UInt32 = 0

  /// A word of its own cache line.
  private struct Word {
    let atomic: UnsafeMutablePointer<Atomic<UInt32>>
    var address: UnsafeMutablePointer<UInt32> {
      UnsafeMutableRawPointer(atomic).assumingMemoryBound(to: UInt32.self)
    }

    init(_ memory: UnsafeMutableRawPointer, line: Int) {
      atomic = (memory + 64 * line).bindMemory(to: Atomic<UInt32>.self, capacity: 1)
    }
  }

  /// Counts passes; all ones ends the workers.
  private let generation: Word
  /// Counts arrivals at barriers since the team began, wrapping around. It never starts afresh: a slow worker may
  /// still be looking at it when the next pass begins.
  private let arrivals: Word
  /// Counts the workers that sleep at a barrier.
  private let sleepers: Word

  private static let end = UInt32.max
  /// Looks at a word before going to sleep: a few tens of microseconds.
  private static let patience = 4000

  public init(threads: Int) {
    self.threads = max(1, threads)
    words = .allocate(byteCount: 3 * 64, alignment: 64)
    words.initializeMemory(as: UInt8.self, repeating: 0, count: 3 * 64)
    generation = Word(words, line: 0)
    arrivals = Word(words, line: 1)
    sleepers = Word(words, line: 2)
    for index in 1..<max(1, self.threads) {
      let start = Start(team: self, index: index)
      var thread = pthread_t()
      // Signals belong to the thread that owns the terminal: a worker starts with all of them blocked.
      var all = sigset_t()
      var before = sigset_t()
      sigfillset(&all)
      for fault in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] { sigdelset(&all, fault) }
      pthread_sigmask(SIG_SETMASK, &all, &before)
      let result = pthread_create(
        &thread, nil,
        { argument in
          let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
          start.team.serve(start.index)
          return nil
        }, Unmanaged.passRetained(start).toOpaque())
      pthread_sigmask(SIG_SETMASK, &before, nil)
      guard result == 0 else {
        Unmanaged.passUnretained(start).release()
        self.threads = index
        break
      }
      workers.append(thread)
    }
  }

  deinit {
    generation.atomic.pointee.store(WorkerTeam.end, ordering: .sequentiallyConsistent)
    ck_futex_wake(generation.address, Int32.max)
    for worker in workers { pthread_join(worker, nil) }
    words.deallocate()
  }

  /// What a worker is given: unowned, since the team joins its workers before it goes.
  private final class Start {
    unowned(unsafe) let team: WorkerTeam
    let index: Int
    init(team: WorkerTeam, index: Int) {
      self.team = team
      self.index = index
    }
  }

  /// Carries out a program with all workers; returns when the last step is done.
  ///
  /// - Parameter stamps: room for a time in nanoseconds before the first step and after every step, or nil.
  func run(_ program: UnsafePointer<Program>, stamps: UnsafeMutablePointer<UInt64>?) {
    let mode = ck_flush_denormals()
    defer { ck_restore_float_mode(mode) }
    self.program = program
    if threads > 1 {
      generation.atomic.pointee.add(1, ordering: .sequentiallyConsistent)
      ck_futex_wake(generation.address, Int32.max)
    }
    work(program, worker: 0, stamps: stamps, target: &target)
  }

  private func serve(_ index: Int) {
    _ = ck_flush_denormals()
    var seen: UInt32 = 0
    var target: UInt32 = 0
    while true {
      var current = generation.atomic.pointee.load(ordering: .acquiring)
      while current == seen {
        ck_futex_wait(generation.address, seen)
        current = generation.atomic.pointee.load(ordering: .acquiring)
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
    stamps?[0] = ck_nanoseconds()
    for i in 0..<count {
      let step = steps + i
      let sharing = min(step.pointee.workers, threads)
      if worker < sharing {
        for j in 0..<step.pointee.partCount {
          let part = step.pointee.parts + j
          let items = part.pointee.items
          let begin = items * worker / sharing
          let end = items * (worker + 1) / sharing
          if begin < end { part.pointee.run(part.pointee.task, Int64(begin), Int64(end)) }
        }
      }
      if threads > 1 {
        target &+= UInt32(threads)
        arrive(expecting: target)
      }
      stamps?[i + 1] = ck_nanoseconds()
    }
  }

  /// Waits until all workers have finished the step: first looking, then asleep.
  private func arrive(expecting target: UInt32) {
    let (_, mine) = arrivals.atomic.pointee.add(1, ordering: .sequentiallyConsistent)
    if mine == target {
      if sleepers.atomic.pointee.load(ordering: .sequentiallyConsistent) != 0 {
        ck_futex_wake(arrivals.address, Int32.max)
      }
      return
    }
    var looks = 0
    while true {
      let now = arrivals.atomic.pointee.load(ordering: .acquiring)
      if Int32(bitPattern: now &- target) >= 0 { return }
      looks += 1
      if looks < WorkerTeam.patience {
        ck_pause()
      } else {
        sleepers.atomic.pointee.add(1, ordering: .sequentiallyConsistent)
        let before = arrivals.atomic.pointee.load(ordering: .sequentiallyConsistent)
        if Int32(bitPattern: before &- target) < 0 { ck_futex_wait(arrivals.address, before) }
        sleepers.atomic.pointee.subtract(1, ordering: .sequentiallyConsistent)
      }
    }
  }
}

/// One call of a kernel, shared by the workers of a step.
struct Part {
  var run: @convention(c) (UnsafeRawPointer?, Int64, Int64) -> Void
  var task: UnsafeRawPointer
  var items: Int
}

/// Parts that may run side by side, without a barrier between them.
struct ProgramStep {
  var parts: UnsafeMutablePointer<Part>
  var partCount: Int
  var workers: Int
}

/// What the workers carry out: plain memory, nothing that counts references.
struct Program {
  var steps: UnsafeMutablePointer<ProgramStep>
  var count: Int
}
