import Architectures
import Measurement
import NetworkGraph

/// The screen that lays two networks or blocks side by side.
struct ComparisonScreen: Sendable {
  /// What stands in one row: a node of A, its counterpart in B, or one of them alone.
  struct Pair: Hashable, Sendable {
    var a: NodePath?
    var b: NodePath?
  }

  struct Item: Sendable {
    var pair: Pair
    var depth: Int
    var parent: Int?
    var children: [Int]
  }

  let a: Model
  let b: Model
  let conditions: Conditions
  let items: [Item]
  private let places: [Pair: Int]
  private(set) var timings: PairTimings?
  private(set) var attributionA: TimeAttribution?
  private(set) var attributionB: TimeAttribution?
  var isPaused = false
  var convention: CountingConvention
  var table = Table<Pair>()
  var expanded: Set<Pair> = []

  /// - Throws: why one of them cannot be built.
  init(
    _ a: NetworkSpec, _ b: NetworkSpec, conditions: Conditions, convention: CountingConvention
  ) throws(CatalogueError) {
    self.a = try Model(a)
    self.b = try Model(b)
    self.conditions = conditions
    self.convention = convention
    items = []
    places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($0.element.pair, $0.offset) })
    if let root = items.first { expanded = [root.pair] }
    refresh()
  }

  var measurement: Effect { .measurePair(a.spec, b.spec, conditions) }
  var title: String { "\(a.spec) against \(b.spec)" }

  func item(_ pair: Pair) -> Item? { places[pair].map { items[$0] } }

  mutating func receive(_ timings: PairTimings, a: NetworkSpec, b: NetworkSpec) {
    guard a == self.a.spec, b == self.b.spec, timings.a.conditions == conditions else { return }
    self.timings = timings
    attributionA = TimeAttribution(timings.a, of: self.a.network, outline: self.a.outline)
    attributionB = TimeAttribution(timings.b, of: self.b.network, outline: self.b.outline)
    if table.sorting?.column.hasPrefix("time") ?? false { refresh() }
  }

  mutating func forgetTimings() {
    timings = nil
    attributionA = nil
    attributionB = nil
    isPaused = false
  }
}
