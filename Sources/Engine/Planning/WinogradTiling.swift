import ConvKernels
import NetworkGraph

/// How a convolution of stride 1 is cut for Winograd's algorithm.
struct WinogradTiling: Hashable, Sendable {
  /// Which filters it takes, and how many outputs a tile has.
  enum Form: Hashable, Sendable, CaseIterable {
    case f6x3, f4x3, f2x3, f2x5, row3, row5, row7, column3, column5, column7

    /// The transforms along columns and along rows, worked out once.
    static let transforms = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.makeTransforms()) })

    private func makeTransforms() -> (vertical: WinogradTransform, horizontal: WinogradTransform) {
      func square(_ outputs: Int, _ taps: Int) -> (WinogradTransform, WinogradTransform) {
        let transform = WinogradTransform.square(outputs: outputs, taps: taps)
        return (transform, transform)
      }
      return switch self {
      case .f6x3: square(6, 3)
      case .f4x3: square(4, 3)
      case .f2x3: square(2, 3)
      case .f2x5: square(2, 5)
      case .row3: (.identity, .line(taps: 3))
      case .row5: (.identity, .line(taps: 5))
      case .row7: (.identity, .line(taps: 7))
      case .column3: (.line(taps: 3), .identity)
      case .column5: (.line(taps: 5), .identity)
      case .column7: (.line(taps: 7), .identity)
      }
    }
  }

  let form: Form
  let vertical: WinogradTransform
  let horizontal: WinogradTransform
  var panels: [OutputPanel]
  /// The most lanes of a register tile: a panel that has more takes several passes for a product, and its weights lie so.
  var packedLanes: Int
  /// True for several groups of channels: panels that read the same units are a share, whose blocks follow one another.
  var hasGroups: Bool
  var tilesHigh: Int
  var tilesWide: Int
  /// Tiles of all images.
  var tiles: Int
  /// Blocks of tiles whose transformed input stays in the second cache.
  var blocks: Int
  /// Parts of the panels that a block is shared by, where there are fewer blocks than threads, or groups; each transforms
  /// the input that it reads for itself.
  var shares: Int
  var workers: Int

  /// Products of a tile for every pair of channels.
  var products: Int { vertical.products * horizontal.products }
  /// The most tiles of a block.
  var blockTiles: Int { (tiles + blocks - 1) / blocks }

  /// Tiles of a block in two dimensions: so few that transformed input, products and the weights of a panel share a
  /// 1 MiB cache. A line has fewer products, so that a block may have more tiles.
  private static let mostSquares = 12
  private static let mostLines = 36
  /// Bytes of transformed input and products of a block that fit beside the weights of a panel, which pass through that
  /// cache once for every block: where arithmetic is fast, or a panel's weights serve few channels, blocks are as large as
  /// they may be.
  private static let blockBytes = 768 << 10
  private static let mostTiles = 48
  /// Bytes of a block whose transformed input leaves that cache, which saves passes of the weights.
  private static let mostBlockBytes = 4 << 20

  /// Input channels from which on their transformed values do not stay in the second cache while all panels pass: panels
  /// of so many units let them pass less often, if each of their units takes a register tile of its own. The products of
  /// the largest tiles would take too much of that cache.
  private static let deepChannels = 256
  private static let deepUnits = 4
  /// Tiles of a block below which workers share one.
  private static let leastTiles = 6
  /// Bytes of weights that are better read once than by every worker, as long as all tiles, so many at the most, make one
  /// block. Where workers have no cache in common, memory gives each of them what it reads.
  private static let largeWeights = 8 << 20
  private static let mostSharedTiles = 18

  /// Nil where the form does not fit the convolution.
  init?(_ c: Convolution, form: Form, output: Shape, options: PlanOptions) {
    guard let transforms = Form.transforms[form] else { return nil }
    (vertical, horizontal) = transforms
    self.form = form
    guard c.kernel == .by(vertical.taps, horizontal.taps), c.stride == 1, c.dilation == 1, c.inputChannels >= 16
    else { return nil }
    hasGroups = c.groups > 1
    let isDeep = c.inputChannels / c.groups >= WinogradTiling.deepChannels && form != .f6x3
    let widestTile = options.instructionSet.maximumUnits
    panels = OutputPanel.cut(c, most: isDeep ? max(WinogradTiling.deepUnits, widestTile) : widestTile)
    packedLanes = 16 * widestTile
    tilesHigh = (output.height + vertical.outputs - 1) / vertical.outputs
    tilesWide = (output.width + horizontal.outputs - 1) / horizontal.outputs
    tiles = options.batch * tilesHigh * tilesWide
    let isSquare = vertical.outputs == horizontal.outputs
    workers = options.threads
    blocks = 1
    shares = 1
    if hasGroups { shares = WinogradTiling.shares(of: panels, c) }
    let widest = panels.map(\.units).max() ?? 0
    let tileBytes = products * 16 * 4 * (mostUnits + widest)
    // The largest tiles of many channels fill the cache sooner: half of them are still whole register tiles.
    let isLarge = form == .f6x3 && tileBytes * WinogradTiling.mostSquares > WinogradTiling.blockBytes
    let usual = isSquare ? WinogradTiling.mostSquares / (isLarge ? 2 : 1) : WinogradTiling.mostLines
    let weightBytes = weightFloats * 4 / shares
    let room = WinogradTiling.blockBytes - (weightBytes > WeightTraffic.cachedBytes ? 0 : weightBytes * 3 / 4)
    let isLong = hasGroups || options.multiplyAddsPerCycle > 16 || options.instructionSet.hasNarrowPanels
    var most = isLong ? max(usual, min(room / tileBytes, WinogradTiling.mostTiles)) : usual
    if options.multiplyAddsPerCycle > 16, !hasGroups {
      most = fewestBytes(most, tileBytes: tileBytes, weightBytes: weightBytes, options)
    }
    cut(into: (tiles + most - 1) / most)
    if isDeep, panels.count % shares > 0 {
      // Where workers share panels, narrower ones can be shared evenly.
      panels = OutputPanel.cut(c, most: widestTile)
      cut(into: (tiles + most - 1) / most)
    }
  }

  /// Tiles of a block for a core that waits for weights: so many as fit into the second cache, or as many as let the
  /// weights pass less often, though their transformed input then leaves that cache and comes back for every panel.
  private func fewestBytes(_ fitting: Int, tileBytes: Int, weightBytes: Int, _ options: PlanOptions) -> Int {
    let own = (tiles + workers - 1) / workers
    let many = min(own, WinogradTiling.mostBlockBytes / tileBytes)
    guard many > fitting else { return fitting }
    // Of a whole batch: too many to count, perhaps, before anybody has asked whether there is room for it.
    let readAndWritten = mostUnits * (1 + panels.count) + 2 * panels.reduce(0) { $0 + $1.units }
    let spilled = Double(own) * Double(products * 64 * readAndWritten)
    let passing = Double(max(0, weightBytes - options.secondCacheBytes / 2))
    func bytes(_ most: Int) -> Double { Double((own + most - 1) / most) * passing }
    return bytes(many) + spilled < bytes(fitting) ? many : fitting
  }

  /// Cuts the tiles into as many blocks as every worker needs; too few tiles for that into one, and its panels into shares.
  mutating func cut(into wanted: Int) {
    if hasGroups {
      blocks = max(1, min(max(wanted, (workers + shares - 1) / shares), tiles))
      return
    }
    let even = (max(1, wanted) + workers - 1) / workers * workers
    let areLarge = weightFloats * 4 > WinogradTiling.largeWeights && tiles <= WinogradTiling.mostSharedTiles
    let areShared = (areLarge || tiles < WinogradTiling.leastTiles * even) && panels.count > 1
    shares = areShared ? min(workers, panels.count) : 1
    blocks = shares > 1 ? 1 : min(even, tiles)
  }

  /// Floats of the transformed weights.
  var weightFloats: Int { panels.reduce(0) { $0 + products * $1.channelSteps * Int(CK_DEPTH) * $1.lanes } }
  /// Floats of one worker's list of tiles, transformed input and products.
  var scratchFloats: Int {
    Plan.aligned(2 * blockTiles) + products * 16 * blockTiles * (mostUnits + (panels.map(\.units).max() ?? 0))
  }

  /// Units of the input that each share reads.
  var shareUnits: [Int] {
    (0..<shares).map { share in
      let part = panels[panels.count * share / shares..<panels.count * (share + 1) / shares]
      return (part.map(\.endInputUnit).max() ?? 0) - (part.first?.firstInputUnit ?? 0)
    }
  }

  var mostUnits: Int { shareUnits.max() ?? 0 }

  /// A share for every group, or for as many as end where a unit of outputs does: hardly any others read their inputs.
  private static func shares(of panels: [OutputPanel], _ c: Convolution) -> Int {
    var channels = c.outputChannels / c.groups
    if channels % 16 == 0 { return c.groups }
    while channels % 16 != 0 { channels *= 2 }
    return (panels.count * 16 + channels - 1) / channels
  }
}

extension WinogradTiling: CustomStringConvertible {
  var description: String {
    "winograd F(\(vertical.outputs)×\(horizontal.outputs), \(vertical.taps)×\(horizontal.taps))"
  }
}

extension WinogradTiling {
  /// Writes the weights, transformed in both directions, as `[panel][product][step][depth][lane]`, where panels wider than
  /// register tiles are cut by those: `[panel][product][tile][step][depth][lane]`.
  func pack(
    _ weights: UnsafeMutableBufferPointer<Float>, _ c: Convolution, into destination: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns) = (vertical.taps, horizontal.taps)
    let (inputs, outputs) = (c.inputChannels / c.groups, c.outputChannels / c.groups)
    let (high, wide) = (vertical.products, horizontal.products)
    let widest = panels.map(\.lanes).max() ?? 0
    // All lanes of a panel at once: the inner loops run over neighbours in memory.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: widest * (rows * columns + high * columns + 1)) { room in
      let taps = room.baseAddress!
      let half = taps + widest * rows * columns
      let sum = half + widest * high * columns
      var base = destination
      for panel in panels {
        let width = panel.lanes
        let first = panel.firstUnit * 16
        let real = min(width, c.outputChannels - first)
        let plane = panel.channelSteps * Int(CK_DEPTH) * width
        let packed = min(width, packedLanes)
        let places = (0..<width).map { $0 / packed * (plane / width * packed) + $0 % packed }
        // Among groups that share a panel, an output channel meets only the inputs of its own.
        for group in first / outputs...(first + real - 1) / outputs {
          let start = max(0, group * outputs - first)
          let count = min(real, (group + 1) * outputs - first) - start
          for input in 0..<inputs {
            for lane in 0..<count {
              let from = ((first + start + lane) * inputs + input) * rows * columns
              for tap in 0..<rows * columns { taps[tap * width + lane] = Double(weights[from + tap]) }
            }
            for i in 0..<high {
              for k in 0..<columns {
                let to = half + (i * columns + k) * width
                to.update(repeating: 0, count: count)
                for l in 0..<rows {
                  WinogradTiling.add(taps + (l * columns + k) * width, vertical.weights[i * rows + l], to: to, count)
                }
              }
              for j in 0..<wide {
                sum.update(repeating: 0, count: count)
                for k in 0..<columns {
                  let factor = horizontal.weights[j * columns + k]
                  WinogradTiling.add(half + (i * columns + k) * width, factor, to: sum, count)
                }
                let row = group * inputs + input - panel.firstInputUnit * 16
                let to = base + (i * wide + j) * plane + row * packed
                for lane in 0..<count { to[places[start + lane]] = Float(sum[lane]) }
              }
            }
          }
        }
        base += products * plane
      }
    }
  }

  private static func add(
    _ values: UnsafeMutablePointer<Double>, _ factor: Double, to sum: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for i in 0..<count { sum[i] += values[i] * factor }
  }
}
