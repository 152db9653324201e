import Testing

@testable import Engine

/// How threads share the items of a step.
@Suite struct SharingTests {
  /// Every item is in one portion of one share, and what goes together is parted in none.
  @Test(arguments: seeds(300)) func portionsCoverAllItems(_ seed: Int) {
    var dice = Dice(UInt64(seed))
    let grain = dice.pick(1...6)
    let items = dice.pick(0...60) * dice.pick([1, grain])
    let workers = dice.pick(1...5)
    let nothing = UnsafeRawPointer(bitPattern: 64)!
    let part = Part(run: { _, _, _, _ in }, task: nothing, items: items, grain: grain)
    var covered: [Int] = []
    for share in (0..<workers).map({ part.share(of: $0, among: workers) }) {
      let isWhole = share.items.lowerBound % grain == 0 && share.items.upperBound % grain == 0
      for portion in (0..<share.portions).map(share.portion) {
        #expect(!portion.isEmpty && (portion == share.items || isWhole))
        #expect(!isWhole || portion.lowerBound % grain == 0 && portion.upperBound % grain == 0)
        covered += portion
      }
    }
    #expect(covered == Array(0..<items))
  }

  /// What a step of the test below counts.
  private struct Board {
    let items = 32
    /// Items of the caller's first portion.
    let first = 2
    let counts = (0..<32).map { _ in FutexWord() }
    let done = FutexWord()
    let waited = FutexWord()
  }

  /// One worker stays in its first item until all that it has not begun is done: by the other one.
  @Test(.timeLimit(.minutes(5))) func othersDoWhatASlowWorkerHasNotBegun() {
    let board = Board()
    defer { for word in board.counts + [board.done, board.waited] { word.free() } }
    withUnsafePointer(to: board) { board in
      var part = Part(
        run: { task, begin, end, _ in
          let board = task!.assumingMemoryBound(to: Board.self).pointee
          for item in Int(begin)..<Int(end) {
            while item == 0, Int(board.done.load()) < board.items - board.first { board.waited.add(1) }
            board.counts[item].add(1)
            board.done.add(1)
          }
        }, task: UnsafeRawPointer(board), items: board.pointee.items)
      var scratch: Float = 0
      withUnsafeMutablePointer(to: &part) { part in
        withUnsafeMutablePointer(to: &scratch) { scratch in
          var step = ProgramStep(parts: part, partCount: 1, workers: 2)
          withUnsafeMutablePointer(to: &step) { step in
            let program = Program(steps: step, count: 1, slices: 1, scratch: scratch, scratchStride: 0)
            withUnsafePointer(to: program) { program in
              let team = WorkerTeam(threads: 2)
              for pass in 1...50 {
                board.pointee.done.store(0)
                team.run(program)
                #expect(board.pointee.counts.allSatisfy { Int($0.load()) == pass })
              }
            }
          }
        }
      }
      #expect(board.pointee.waited.load() > 0)
    }
  }
}
