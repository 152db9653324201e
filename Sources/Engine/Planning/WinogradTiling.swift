import NetworkGraph

/// How a 3×3 convolution of stride 1 is cut for Winograd's algorithm F(m×m, 3×3).
struct WinogradTiling: Hashable, Sendable {
  /// Output pixels of a tile, in each direction: 2 or 4.
  var m: Int
  var panels: [DirectTiling.Panel]
  var inputUnits: Int
  var tilesHigh: Int
  var tilesWide: Int
  /// Tiles of all images.
  var tiles: Int
  /// Blocks of tiles whose transformed input stays in the second cache.
  var blocks: Int
  /// Parts of the panels that a block is shared by, where there are fewer blocks than threads; each transforms the
  /// input for itself.
  var shares: Int
  var workers: Int

  /// Products of a tile for every pair of channels.
  var products: Int { (m + 2) * (m + 2) }
  /// The most tiles of a block.
  var blockTiles: Int { (tiles + blocks - 1) / blocks }

  /// Tiles of a block: so few that transformed input, products and the weights of a panel share a 1 MiB cache.
  private static let mostTiles = 12

  /// Nil where the algorithm does not apply.
  init?(_ c: Convolution, m: Int, output: Shape, options: PlanOptions) {
    guard c.kernel == 3, c.stride == 1, c.dilation == 1, c.groups == 1, c.inputChannels >= 16 else { return nil }
    self.m = m
    let set = options.instructionSet
    inputUnits = (c.inputChannels + 15) / 16
    let outputs = (c.outputChannels + 15) / 16
    let count = (outputs + set.maximumUnits - 1) / set.maximumUnits
    panels = (0..<count).map { i in
      let from = outputs * i / count
      return DirectTiling.Panel(units: outputs * (i + 1) / count - from, firstUnit: from, firstInput: 0)
    }
    tilesHigh = (output.height + m - 1) / m
    tilesWide = (output.width + m - 1) / m
    tiles = options.batch * tilesHigh * tilesWide
    let most = WinogradTiling.mostTiles
    blocks = (tiles + most - 1) / most
    workers = options.threads
    shares = 1
    if blocks < workers, panels.count > 1 {
      shares = min(workers, panels.count)
    } else if blocks % workers != 0 {
      blocks = min(tiles, (blocks + workers - 1) / workers * workers)
    }
  }

  /// Floats of the transformed weights.
  var weightFloats: Int { panels.reduce(0) { $0 + products * inputUnits * 16 * $1.units * 16 } }
  /// Floats of one worker's transformed input and products.
  var scratchFloats: Int { products * 16 * blockTiles * (inputUnits + (panels.map(\.units).max() ?? 0)) }
}

extension WinogradTiling {
  /// The weight transform G of F(4×4, 3×3) and F(2×2, 3×3), from the points 0, ±1, ±2, ∞ and 0, ±1, ∞.
  private var transform: [Double] {
    let (small, sixth, twelfth, half): (Double, Double, Double, Double) = (1 / 24, 1 / 6, 1 / 12, 1 / 2)
    let four: [Double] = [
      1 / 4, 0, 0, -sixth, -sixth, -sixth, -sixth, sixth, -sixth, small, twelfth, sixth, small, -twelfth, sixth, 0, 0,
      1,
    ]
    let two: [Double] = [1, 0, 0, half, half, half, half, -half, half, 0, 0, 1]
    return m == 4 ? four : two
  }

  /// Writes G g Gᵀ, worked out in double precision, as `[panel][product][input unit][16][units · 16]`.
  func pack(_ weights: [Float], _ c: Convolution, into destination: UnsafeMutablePointer<Float>) {
    let side = m + 2
    let g = transform
    var base = destination
    weights.withUnsafeBufferPointer { weights in
      g.withUnsafeBufferPointer { g in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: side * 3) { half in
          for panel in panels {
            let width = panel.units * 16
            let plane = inputUnits * 16 * width
            for lane in 0..<width {
              let output = panel.firstUnit * 16 + lane
              guard output < c.outputChannels else { break }
              for input in 0..<c.inputChannels {
                let w = weights.baseAddress! + (output * c.inputChannels + input) * 9
                for i in 0..<side {
                  for j in 0..<3 {
                    var sum = g[i * 3] * Double(w[j])
                    sum += g[i * 3 + 1] * Double(w[3 + j])
                    sum += g[i * 3 + 2] * Double(w[6 + j])
                    half[i * 3 + j] = sum
                  }
                }
                var to = base + input * width + lane
                for i in 0..<side {
                  for j in 0..<side {
                    var sum = half[i * 3] * g[j * 3]
                    sum += half[i * 3 + 1] * g[j * 3 + 1]
                    sum += half[i * 3 + 2] * g[j * 3 + 2]
                    to.pointee = Float(sum)
                    to += plane
                  }
                }
              }
            }
            base += products * plane
          }
        }
      }
    }
  }
}
