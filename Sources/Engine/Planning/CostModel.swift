import NetworkGraph

/// Estimates what an algorithm costs, in cycles of a core.
///
/// The estimate is for choosing, not for telling: what matters is which of two is smaller. The constants are rounded
/// from measurements on layers of the catalogue, for each kind of core.
struct CostModel {
  /// Float32 multiply-adds of a cycle.
  private let multiplyAddsPerCycle: Double
  /// Share of the peak that the register tiles reach.
  private let directShare: Double
  private let productShare: Double
  /// How many times the cycles of the other kinds Winograd's transforms take.
  private let transformFactor: Double
  /// Cycles of Strassen's sums for a pair of pixels of a unit, and of keeping results of products.
  private let sumCycles: Double
  private let keptCycles: Double
  /// Bytes of weights that all threads together get from beyond the second cache, a cycle: the first time, and when they
  /// pass once more.
  private let streamedBytes: Double
  private let repeatedBytes: Double
  /// Share of the time in which weights arrive, or of that of computing, that the other does not hide.
  private let exposed: Double
  /// Bytes of weights that are taken to stay in the second cache from one pass over the network to the next.
  private let keptBytes: Double

  private let options: PlanOptions
  private let weightBytes: Double

  /// - Parameter weightBytes: of the whole network, which pass through the last cache.
  init(_ options: PlanOptions, weightBytes: Double) {
    self.options = options
    self.weightBytes = weightBytes
    multiplyAddsPerCycle = Double(options.multiplyAddsPerCycle)
    /// The share of the network's weights that does not fit beside the others into a cache of so many bytes.
    func missing(_ cache: Double) -> Double {
      options.coldWeights ? 1 : max(0, 1 - cache / (CostModel.packedGrowth * weightBytes))
    }
    if options.multiplyAddsPerCycle > 16 {
      // Arithmetic is twice as fast, and all that moves values is not.
      (directShare, productShare, transformFactor) = (0.97, 0.88, 1)
      (sumCycles, keptCycles) = (64, 32)
      (repeatedBytes, exposed, keptBytes) = (24, 0.3, 0)
      streamedBytes = 4 * Double(options.threads) / missing(CostModel.nearBytes)
      return
    }
    if options.multiplyAddsPerCycle == 16 {
      (directShare, productShare, transformFactor) = (0.93, 0.88, 1)
      // Sums are read and kept in vectors of half a cache line where panels have one unit.
      (sumCycles, keptCycles) = options.instructionSet.hasNarrowPanels ? (28, 48) : (16, 40)
    } else {
      // A product and its sum are two instructions, in vectors of four.
      (directShare, productShare, transformFactor) = (0.78, 0.76, 1.7)
      (sumCycles, keptCycles) = (32, 60)
    }
    (exposed, keptBytes) = (0, options.coldWeights ? 0 : Double(WeightTraffic.cachedBytes))
    let missing = missing(CostModel.lastCacheBytes)
    // Panels of one unit keep fewer lines on the way.
    streamedBytes = 1 / (missing / (options.instructionSet.hasNarrowPanels ? 5.5 : 8) + (1 - missing) / 8)
    repeatedBytes = streamedBytes
  }

  private static let fewTiles = 32
  /// Bytes a cycle of inputs and their sums that have left the second cache and come back for the next panel.
  private static let returningBytes = 10.0
  private static let lastCacheBytes = Double(32 << 20)
  /// Bytes of weights of a network that fast cores find near them.
  private static let nearBytes = Double(4 << 20)
  /// How much larger weights are than the network's parameters, in the usual mixture of algorithms.
  private static let packedGrowth = 1.5

  /// The ways to compute a convolution: the algorithms that apply to it, the chosen one first and then the fastest, and
  /// behind them other cuts of them, which the estimate cannot tell apart.
  func candidates(_ c: Convolution, input: Shape, output: Shape, isPlanar: Bool) -> [Candidate] {
    let outputPixels = options.batch * output.height * output.width
    let algorithms = algorithms(c, input: input, output: output, isPlanar: isPlanar)
    var standard = ranked(algorithms)
    if algorithms.count > 1 {
      let all = CostModel.weighedThreads.map { threads in
        with(threads: threads).algorithms(c, input: input, output: output, isPlanar: isPlanar).map(\.cycles)
      }
      let chosen = algorithms[CostModel.leastLoss(all)]
      standard.removeAll { $0 == chosen }
      standard.insert(chosen, at: 0)
    }
    let variants = standard.flatMap { candidate in
      candidate.algorithm.variants(threads: options.threads, outputPixels: outputPixels)
        .map { Candidate($0, cycles: candidate.cycles) }
    }
    let most = Array((standard + ranked(variants)).prefix(Candidate.most))
    guard let rank = options.forcedRank else { return most }
    return [most[min(rank, most.count - 1)]]
  }

  /// Numbers of threads that the choice of an algorithm weighs, whatever the number that is to run it, so that results
  /// are the same to the bit for any.
  private static let weighedThreads = [1, 2, 4]

  /// The place of the algorithm that takes least beyond the fastest one, over rows of all their costs.
  private static func leastLoss(_ rows: [[Double]]) -> Int {
    let losses = rows[0].indices.map { i in rows.reduce(0) { $0 + $1[i] / ($1.min() ?? 1) } }
    return losses.indices.min { losses[$0] < losses[$1] } ?? 0
  }

  private func with(threads: Int) -> CostModel {
    guard threads != options.threads else { return self }
    var options = options
    options.threads = threads
    return CostModel(options, weightBytes: weightBytes)
  }

  /// The algorithms that apply, in an order that the number of threads has no part in.
  private func algorithms(_ c: Convolution, input: Shape, output: Shape, isPlanar: Bool) -> [Candidate] {
    let direct = DirectTiling(
      c, outputPixels: options.batch * output.height * output.width,
      inputPixels: options.batch * input.height * input.width, isPlanar: isPlanar, options: options)
    var all = [candidate(.direct(direct), cycles: cycles(direct, c, output))]
    guard !options.exact, !isPlanar else { return all }
    for form in WinogradTiling.Form.allCases {
      guard let tiling = WinogradTiling(c, form: form, output: output, options: options) else { continue }
      let candidate = self.candidate(.winograd(tiling), cycles: cycles(tiling))
      if options.forcedWinograd == tiling.vertical.outputs { return [candidate] }
      all.append(candidate)
    }
    if let tiling = StrassenTiling(c, output: output, options: options) {
      let candidate = self.candidate(.strassen(tiling), cycles: cycles(tiling))
      if options.forcedStrassen { return [candidate] }
      all.append(candidate)
    }
    return all
  }

  /// A step without a choice: it waits for what it moves, or for what it computes.
  ///
  /// - Parameters:
  ///   - bytes: of every value that it reads or writes.
  ///   - operations: multiply-adds, or comparisons.
  ///   - isNear: whether all values are in the second cache, as those of steps that take turns.
  static func cycles(moving bytes: [Double], computing operations: Double, isNear: Bool, _ options: PlanOptions)
    -> Double
  {
    let rate = Double(options.multiplyAddsPerCycle)
    let moving = bytes.reduce(0) {
      $0 + $1 / (isNear || $1 <= Double(SlabTiling.largeBytes * options.threads) ? nearRate : farRate)
    }
    return max(moving, operations / (depthwiseShare * rate)) / Double(options.threads) * rate / 16
  }

  /// Bytes that a core moves in a cycle where the second cache holds a value, and where it does not.
  private static let nearRate = 16.0
  private static let farRate = 8.0
  /// The share of the peak that sums over windows reach.
  private static let depthwiseShare = 0.7

  private func candidate(_ algorithm: ConvolutionAlgorithm, cycles: Double) -> Candidate {
    Candidate(algorithm, cycles: cycles * multiplyAddsPerCycle / 16)
  }

  /// Fastest first, equal ones as they were.
  private func ranked(_ candidates: [Candidate]) -> [Candidate] {
    candidates.enumerated().sorted { ($0.element.cycles, $0.offset) < ($1.element.cycles, $1.offset) }.map(\.element)
  }

  private func cycles(_ tiling: DirectTiling, _ c: Convolution, _ output: Shape) -> Double {
    let pixels = Double(options.batch * output.height * output.width)
    let weights = Double(tiling.weightFloats(c))
    let compute = pixels * weights / multiplyAddsPerCycle / directShare / Double(tiling.workers)
    return together(compute, streaming: weights * 4)
  }

  private func cycles(_ tiling: WinogradTiling) -> Double {
    let tiles = Double(tiling.tiles)
    let weights = Double(tiling.weightFloats)
    let products = tiles * weights / multiplyAddsPerCycle / productShare
    let inputs = tiles * Double(tiling.shareUnits.reduce(0, +)) * tiling.inputCycles
    let outputs = tiles * Double(tiling.panels.reduce(0) { $0 + $1.units }) * tiling.outputCycles
    let passes = tiling.hasGroups ? 1 : (Double(tiling.blocks) / Double(tiling.workers)).rounded(.up)
    let readers = tiling.hasGroups ? 1 : min(tiling.blocks, tiling.workers)
    // Few large tiles leave the register tiles of their products half empty.
    let waste = tiling.form == .f6x3 && tiling.tiles < CostModel.fewTiles ? 1.1 : 1
    return together(
      waste * (products + transformFactor * (inputs + outputs)) / Double(tiling.workers),
      streaming: weights * 4, times: passes, readers: readers)
  }

  private func cycles(_ tiling: StrassenTiling) -> Double {
    let pairs = Double(tiling.pairs)
    let products = pairs * Double(tiling.multiplyAdds) / multiplyAddsPerCycle / directShare
    // Where all panels of a block are one worker's, so are its sums.
    let sums = pairs * Double(tiling.inputUnits) * sumCycles * Double(tiling.panelsOuter ? tiling.workers : 1)
    let kept = pairs * Double(tiling.outputUnits) * keptCycles
    var compute = (products + sums + kept) / Double(tiling.workers)
    // Workers that share a block get its sums from the same cache, and wait for one another.
    if exposed > 0, tiling.workers > 1, tiling.panelsOuter, tiling.leaves(cacheOf: options.secondCacheBytes) {
      compute += pairs * Double(tiling.bytesPerPair * tiling.panels.count) / CostModel.returningBytes
    }
    return together(compute, streaming: Double(tiling.weightFloats) * 4)
  }

  /// Computing, while weights arrive that the second cache does not keep.
  ///
  /// - Parameters:
  ///   - passes: how often a thread reads them.
  ///   - readers: threads that read all of them. Fast cores each get their own from memory, as they read side by side.
  private func together(
    _ compute: Double, streaming bytes: Double, times passes: Double = 1, readers: Int = 1
  ) -> Double {
    guard bytes > keptBytes else { return compute }
    let first = exposed > 0 ? Double(readers) * bytes : bytes
    let again = bytes > Double(WeightTraffic.cachedBytes) ? (passes - 1) * first : 0
    let arrival = first / streamedBytes + again / (bytes > CostModel.lastCacheBytes ? streamedBytes : repeatedBytes)
    return max(compute, arrival) + exposed * min(compute, arrival)
  }
}

/// Weights against caches.
enum WeightTraffic {
  /// Bytes of weights that stay in the second cache.
  static let cachedBytes = 600_000
}

extension WinogradTiling {
  /// Cycles to transform a tile of one unit, as measured.
  fileprivate var inputCycles: Double {
    switch form {
    case .f6x3: 480
    case .f4x3, .f2x5: 200
    case .f2x3: 70
    default: 1.3 * Double(products * products)
    }
  }

  fileprivate var outputCycles: Double {
    switch form {
    case .f6x3: 430
    case .f4x3: 170
    case .f2x5: 110
    case .f2x3: 60
    default: 7 * Double(products)
    }
  }
}
