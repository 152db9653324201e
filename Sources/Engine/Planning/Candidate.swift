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
  /// How the work is cut, such as `4 panels, 12 blocks`: with the name, all that tells one candidate of a layer from
  /// another.
  public var cut: String { algorithm.cut }
}

extension ConvolutionAlgorithm {
  /// How the work is cut into what threads share and caches hold.
  var cut: String {
    func amount(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
    func text(_ panels: Int, _ blocks: Int, panelsOuter: Bool, workers: Int, _ more: String?...) -> String {
      let parts: [String?] =
        [amount(panels, "panel"), amount(blocks, "block")] + more
        + [panelsOuter ? "channels first" : nil, workers == 1 ? "one thread" : nil]
      return parts.compactMap { $0 }.joined(separator: ", ")
    }
    switch self {
    case .direct(let tiling):
      return text(
        tiling.panels.count, tiling.blocks, panelsOuter: tiling.panelsOuter, workers: tiling.workers,
        tiling.chunks > 1 ? amount(tiling.chunks, "chunk") : nil)
    case .winograd(let tiling):
      return text(
        tiling.panels.count, tiling.blocks, panelsOuter: false, workers: tiling.workers, amount(tiling.tiles, "tile"),
        tiling.shares > 1 ? amount(tiling.shares, "share") : nil)
    case .strassen(let tiling):
      return text(tiling.panels.count, tiling.blocks, panelsOuter: tiling.panelsOuter, workers: tiling.workers)
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
