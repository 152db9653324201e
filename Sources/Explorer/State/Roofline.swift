import Measurement
import NetworkGraph

/// How near every step of a pass comes to what this machine can do (Williams, Waterman and Patterson 2009, "Roofline").
struct Roofline: Sendable {
  /// The limits for one number of threads.
  struct Roof: Hashable, Sendable {
    /// GFLOP/s.
    var peak: Double
    /// GB/s.
    var bandwidth: Double

    /// The arithmetic intensity from which on the peak is the limit.
    var ridge: Double { peak / bandwidth }
    func limit(at intensity: Double) -> Double { min(peak, intensity * bandwidth) }
  }

  /// How a point stands to its roof.
  enum Standing: Hashable, Sendable {
    case below
    /// Above the bandwidth of memory, with values that fit into a cache.
    case cached
    /// Above the peak, as if it were direct: its algorithm needs fewer multiplications than are counted.
    case fewerMultiplications
    /// Above what the machine can do: the measurement or the roof is wrong.
    case impossible
  }

  struct Point: Hashable, Sendable {
    var owner: NodePath
    var letter: Character
    var algorithm: String
    var time: Milliseconds
    /// Floating-point operations for each byte that has to be moved.
    var intensity: Double
    /// Billions of floating-point operations in a second, at the median.
    var rate: Double
    /// The rate that its roof allows.
    var limit: Double
    /// The time that it takes longer than its roof allows.
    var lost: Milliseconds
    var standing: Standing
  }

  /// Those that cannot be first, then those with the greatest loss.
  private(set) var points: [Point]
  /// With one thread and with all.
  let one: Roof
  let all: Roof
  /// The one that the points stand under.
  let roof: Roof

  /// Nil where a limit of the machine is not known.
  init?(_ timings: Timings, of network: Network, on machine: MachineFacts) {
    let limits = [machine.peakOne, machine.peakAll, machine.bandwidthOne, machine.bandwidthAll]
    guard limits.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    one = Roof(peak: machine.peakOne, bandwidth: machine.bandwidthOne)
    all = Roof(peak: machine.peakAll, bandwidth: machine.bandwidthAll)
    let roof = timings.conditions.threads == 1 ? one : all
    self.roof = roof
    let batch = timings.conditions.batch
    let traffic = StepValues(timings.steps, of: network, batch: batch).traffic
    let cache = machine.caches.values.max() ?? 0
    points = zip(timings.steps, traffic).compactMap { step, bytes in
      guard bytes > 0, step.time.median > 0 else { return nil }
      // Of a step without multiply-adds, whatever else is counted.
      var work = 2 * Double(step.multiplyAdds)
      if work == 0 {
        for path in step.covers {
          guard let layer = network.layer(at: path) else { continue }
          work += Double(batch) * Double(CountingConvention.strict.operations(layer.cost))
        }
      }
      let intensity = work / Double(bytes)
      let rate = work / step.time.median / 1e6
      guard rate.isFinite else { return nil }
      let limit = roof.limit(at: intensity)
      let least = max(work / roof.peak, Double(bytes) / roof.bandwidth) / 1e6
      return Point(
        owner: step.owner, letter: network.layer(at: step.owner)?.operation.letter ?? "X", algorithm: step.algorithm,
        time: step.time.median,
        intensity: intensity, rate: rate, limit: limit, lost: max(0, step.time.median - least),
        standing: Roofline.standing(
          rate, intensity, isDirect: !step.needsFewerMultiplications(in: network), under: roof,
          isCached: bytes <= cache))
    }.sorted { a, b in
      if (a.standing == .impossible) != (b.standing == .impossible) { return a.standing == .impossible }
      return (a.lost, b.owner.dotted) > (b.lost, a.owner.dotted)
    }
  }

  /// Two percent above a roof are the spread of measuring it.
  private static func standing(
    _ rate: Double, _ intensity: Double, isDirect: Bool, under roof: Roof, isCached: Bool
  ) -> Standing {
    if rate <= 1.02 * roof.limit(at: intensity) { return .below }
    if rate > 1.02 * roof.peak { return isDirect ? .impossible : .fewerMultiplications }
    return isCached ? .cached : .impossible
  }

  /// Those that can be drawn on logarithmic scales.
  var drawn: [Point] { points.filter { $0.intensity > 0 } }

  /// The point of the step that runs a layer, or the first of a block's.
  func index(at path: NodePath, in screen: NetworkScreen) -> Int {
    let owner = screen.attribution?.step(covering: path)?.owner
    return points.firstIndex { $0.owner == owner } ?? points.firstIndex { $0.owner.isInside(path) } ?? 0
  }
}

extension StepTiming {
  /// True where fewer multiplications are needed than the multiply-adds say: by Winograd's and Strassen's algorithms, and
  /// where convolutions that are added are one.
  fileprivate func needsFewerMultiplications(in network: Network) -> Bool {
    algorithm.hasPrefix("winograd") || algorithm.hasPrefix("strassen")
      || covers.count { network.layer(at: $0)?.operation.convolution != nil } > 1
  }
}

extension Operation {
  /// Letters of the kinds of operations that steps are of, with what they stand for.
  static let letters: [(letter: Character, meaning: String)] = [
    ("C", "conv"), ("P", "pointwise"), ("D", "depthwise"), ("G", "grouped"), ("L", "linear"), ("M", "pooling"),
    ("N", "norm"), ("A", "element-wise"), ("X", "copy"),
  ]

  var letter: Character {
    switch self {
    case .convolution(let c): c.isDepthwise ? "D" : c.isPointwise ? "P" : c.groups > 1 ? "G" : "C"
    case .linear: "L"
    case .maxPool, .averagePool, .globalAveragePool, .adaptiveAveragePool: "M"
    case .batchNorm, .layerNorm, .layerScale, .channelBias, .localResponseNorm: "N"
    case .scale, .shift, .activation, .add, .multiply, .softmax: "A"
    case .input, .concat, .slice, .channelShuffle, .padChannels, .subsample, .zeroPad, .flatten, .unflatten,
      .dropout, .stochasticDepth, .portable, .unsupported:
      "X"
    }
  }
}

extension State {
  /// The roofline of what is shown; nil until the network and the machine have been measured.
  var roofline: Roofline? {
    guard let screen = network, let timings = screen.timings, let machine else { return nil }
    return Roofline(timings, of: screen.network, on: machine)
  }

  /// Up and down walk over the table of losses.
  mutating func moveInRoofline(_ motion: Motion) {
    guard let screen = network, let roofline, !roofline.points.isEmpty else { return }
    // What belongs to no layer has a row, but no place in the tree for the cursor.
    let stops = roofline.points.map(\.owner).filter { screen.network.layer(at: $0) != nil }
    let owner = roofline.points[roofline.index(at: screen.cursor.path, in: screen)].owner
    guard let here = stops.firstIndex(of: owner) else { return }
    let target =
      switch motion {
      case .rows(let count): here + count
      case .pages(let count), .halfPages(let count): here + 5 * count
      case .first: 0
      case .last: stops.count - 1
      }
    network?.go(to: stops[max(0, min(target, stops.count - 1))])
  }

  /// To the left and to the right of the picture: to the point of the next lower or higher intensity.
  mutating func stepInRoofline(_ direction: Int) {
    guard let screen = network, let roofline, !roofline.points.isEmpty else { return }
    let here = roofline.points[roofline.index(at: screen.cursor.path, in: screen)].owner
    let row = roofline.drawn.sorted { ($0.intensity, $0.rate) < ($1.intensity, $1.rate) }.map(\.owner)
    let place = row.firstIndex(of: here).map { $0 + direction } ?? 0
    if row.indices.contains(place) { network?.go(to: row[place]) }
  }
}
