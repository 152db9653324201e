/// A way to compute a convolution or linear layer, with what it costs.
public struct Candidate: Hashable, Sendable {
  /// The most of a layer that are worth measuring.
  public static let most = 8

  let algorithm: ConvolutionAlgorithm
  /// What the cost model estimates: cycles of a core with sixteen float32 multiply-adds a cycle.
  public let cycles: Double
  /// Nanoseconds that it took on this machine, where it has been measured.
  public internal(set) var measured: Double?

  init(_ algorithm: ConvolutionAlgorithm, cycles: Double) {
    self.algorithm = algorithm
    self.cycles = cycles
  }

  /// The algorithm in words, such as `direct 6×64`.
  public var name: String { algorithm.description }
  /// How the work is cut, such as `panels 4, blocks 12, chunks 1, pixels first, threads 2`: with the name, all that
  /// tells one candidate of a layer from another.
  public var cut: String { algorithm.cut }
}

extension ConvolutionAlgorithm {
  /// How the work is cut into what threads share and caches hold.
  var cut: String {
    switch self {
    case .direct(let tiling):
      let order = tiling.panelsOuter ? "channels first" : "pixels first"
      return "panels \(tiling.panels.count), blocks \(tiling.blocks), chunks \(tiling.chunks), \(order), "
        + "threads \(tiling.workers)"
    case .winograd(let tiling):
      return "panels \(tiling.panels.count), tiles \(tiling.tiles) in \(tiling.blocks) blocks, "
        + "shares \(tiling.shares), threads \(tiling.workers)"
    case .strassen(let tiling):
      let order = tiling.panelsOuter ? "channels first" : "pixels first"
      return "panels \(tiling.panels.count), blocks \(tiling.blocks), \(order), threads \(tiling.workers)"
    }
  }

  /// The same algorithm cut otherwise. The cost model cannot tell these apart, but measuring can.
  func variants(threads: Int, outputPixels: Int) -> [ConvolutionAlgorithm] {
    switch self {
    case .direct(let tiling): tiling.variants(threads: threads, outputPixels: outputPixels).map { .direct($0) }
    case .winograd(let tiling): tiling.variants.map { .winograd($0) }
    case .strassen: []
    }
  }
}

extension DirectTiling {
  fileprivate func variants(threads: Int, outputPixels: Int) -> [DirectTiling] {
    func variant(_ change: (inout DirectTiling) -> Void) -> DirectTiling {
      var tiling = self
      change(&tiling)
      return tiling
    }
    let all = [
      variant { $0.panelsOuter.toggle() },
      variant { $0.cut(outputPixels, into: 2 * blocks) },
      variant { $0.cut(outputPixels, into: blocks / 2) },
      variant { $0.workers = workers == 1 ? threads : 1 },
    ]
    return all.filter { $0 != self }
  }

  private mutating func cut(_ pixels: Int, into wanted: Int) {
    blocks = max(1, min(wanted, pixels))
    blockPixels = (pixels + blocks - 1) / blocks
  }
}

extension WinogradTiling {
  fileprivate var variants: [WinogradTiling] {
    [2 * blocks, blocks / 2].map { blocks in
      var tiling = self
      tiling.cut(into: blocks)
      return tiling
    }
    .filter { $0 != self }
  }
}
