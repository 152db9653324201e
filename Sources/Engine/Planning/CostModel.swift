import NetworkGraph

/// Estimates what an algorithm costs, in cycles of a core with sixteen float32 multiply-adds a cycle.
///
/// The estimate is for choosing, not for telling: what matters is which of two is smaller. The constants are rounded
/// from measurements on layers of the catalogue.
enum CostModel {
  private static let multiplyAddsPerCycle = 16.0
  /// Share of the peak that the register tiles reach.
  private static let directShare = 0.93
  private static let productShare = 0.88
  /// Cycles of Strassen's sums for a pair of pixels of a unit, and of keeping results of products.
  private static let sumCycles = 16.0
  private static let keptCycles = 40.0
  /// Bytes of weights that all cores together get from beyond the second cache, a cycle.
  private static let streamedBytes = 8.0
  /// Bytes of weights that stay in the second cache.
  private static let cachedBytes = 600_000

  /// The ways to compute a convolution: the algorithms that apply to it, the one that is expected to be the fastest
  /// first, and then other cuts of them, which the estimate cannot tell apart.
  static func candidates(
    _ c: Convolution, input: Shape, output: Shape, isPlanar: Bool, options: PlanOptions
  ) -> [Candidate] {
    let outputPixels = options.batch * output.height * output.width
    let direct = DirectTiling(
      c, outputPixels: outputPixels, inputPixels: options.batch * input.height * input.width, isPlanar: isPlanar,
      options: options)
    var standard = [Candidate(.direct(direct), cycles: cycles(direct, c, output, options))]
    if !options.exact, !isPlanar {
      for form in WinogradTiling.Form.allCases {
        guard let tiling = WinogradTiling(c, form: form, output: output, options: options) else { continue }
        let candidate = Candidate(.winograd(tiling), cycles: cycles(tiling, options))
        if options.forcedWinograd == tiling.vertical.outputs { return [candidate] }
        standard.append(candidate)
      }
      if let tiling = StrassenTiling(c, output: output, options: options) {
        let candidate = Candidate(.strassen(tiling), cycles: cycles(tiling, options))
        if options.forcedStrassen { return [candidate] }
        standard.append(candidate)
      }
    }
    let variants = standard.flatMap { candidate in
      candidate.algorithm.variants(threads: options.threads, outputPixels: outputPixels)
        .map { Candidate($0, cycles: candidate.cycles) }
    }
    let most = Array((ranked(standard) + ranked(variants)).prefix(Candidate.most))
    guard let rank = options.forcedRank else { return most }
    return [most[min(rank, most.count - 1)]]
  }

  /// Fastest first, equal ones as they were.
  private static func ranked(_ candidates: [Candidate]) -> [Candidate] {
    candidates.enumerated().sorted { ($0.element.cycles, $0.offset) < ($1.element.cycles, $1.offset) }.map(\.element)
  }

  private static func cycles(
    _ tiling: DirectTiling, _ c: Convolution, _ output: Shape, _ options: PlanOptions
  ) -> Double {
    let pixels = Double(options.batch * output.height * output.width)
    let weights = Double(tiling.weightFloats(c))
    let compute = pixels * weights / multiplyAddsPerCycle / directShare / Double(tiling.workers)
    return max(compute, streaming(weights * 4, passes: 1))
  }

  private static func cycles(_ tiling: WinogradTiling, _ options: PlanOptions) -> Double {
    let tiles = Double(tiling.tiles)
    let weights = Double(tiling.weightFloats)
    let products = tiles * weights / multiplyAddsPerCycle / productShare
    let inputs = tiles * Double(tiling.inputUnits * tiling.shares) * tiling.inputCycles
    let outputs = tiles * Double(tiling.panels.reduce(0) { $0 + $1.units }) * tiling.outputCycles
    let passes = (Double(tiling.blocks) / Double(tiling.workers)).rounded(.up)
    return max((products + inputs + outputs) / Double(tiling.workers), streaming(weights * 4, passes: passes))
  }

  private static func cycles(_ tiling: StrassenTiling, _ options: PlanOptions) -> Double {
    let pairs = Double(tiling.pairs)
    let weights = Double(tiling.weightFloats)
    let products = pairs * weights / multiplyAddsPerCycle / directShare
    // Where all panels of a block are one worker's, so are its sums.
    let sums = pairs * Double(tiling.inputUnits) * sumCycles * Double(tiling.panelsOuter ? tiling.workers : 1)
    let kept = pairs * Double(tiling.outputUnits) * keptCycles
    return max((products + sums + kept) / Double(tiling.workers), streaming(weights * 4, passes: 1))
  }

  private static func streaming(_ bytes: Double, passes: Double) -> Double {
    bytes <= Double(cachedBytes) ? 0 : bytes * passes / streamedBytes
  }
}

extension WinogradTiling {
  /// Cycles to transform a tile of one unit, as measured.
  fileprivate var inputCycles: Double {
    switch form {
    case .f4x3, .f2x5: 200
    case .f2x3: 70
    default: 1.3 * Double(products * products)
    }
  }

  fileprivate var outputCycles: Double {
    switch form {
    case .f4x3: 170
    case .f2x5: 110
    case .f2x3: 60
    default: 7 * Double(products)
    }
  }
}
