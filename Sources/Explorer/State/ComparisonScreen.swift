import Architectures
import Measurement
import NetworkGraph

/// The screen that lays two networks or blocks side by side.
struct ComparisonScreen: Sendable {
  enum Picture: Hashable, Sendable {
    /// The dataflows of both side by side.
    case diagrams
    /// How the times of both are distributed, and where they differ.
    case times
    /// Curves of both over a range of one setting.
    case sweep
  }

  /// What stands in one row: a node of A, its counterpart in B, or one of them alone.
  struct Pair: Hashable, Sendable {
    var a: NodePath?
    var b: NodePath?
  }

  struct Item: Sendable {
    var row: Alignment.Row
    var pair: Pair
    var depth: Int { row.depth }
    var parent: Int?
    var children: [Int] = []
    /// True if the two cost other amounts, or anything below them does or stands alone.
    var differs = false
  }

  let a: Model
  let b: Model
  let conditions: Conditions
  let alignment: Alignment
  let items: [Item]
  private let places: [Pair: Int]
  private(set) var timings: PairTimings?
  private(set) var attributionA: TimeAttribution?
  private(set) var attributionB: TimeAttribution?
  var isPaused = false
  /// False once it has turned out that the two cannot be measured here.
  var isMeasurable = true
  var convention: CountingConvention
  var table = Table<Pair>()
  var expanded: Set<Pair> = []
  /// What is drawn in place of the table.
  var picture: Picture?
  var sweep: Sweep?
  /// What both were before each edit, which `U` goes back to.
  var history: [(a: NetworkSpec, b: NetworkSpec)] = []

  /// - Throws: why one of them cannot be built.
  init(
    _ a: NetworkSpec, _ b: NetworkSpec, conditions: Conditions, convention: CountingConvention
  ) throws(CatalogueError) {
    self.a = try Model(a)
    self.b = try Model(b)
    self.conditions = conditions
    self.convention = convention
    alignment = Alignment(self.a.network, self.b.network)
    items = Self.items(of: alignment)
    places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($0.element.pair, $0.offset) })
    if let root = items.first { expanded = [root.pair] }
    refresh()
  }

  /// The rows as a tree: what lies deeper lies in the row before it.
  private static func items(of alignment: Alignment) -> [Item] {
    var items: [Item] = []
    var path: [Int] = []
    for row in alignment.rows {
      path.removeLast(path.count - row.depth)
      let pair = Pair(a: row.a.map(alignment.a.path), b: row.b.map(alignment.b.path))
      if let parent = path.last { items[parent].children.append(items.count) }
      items.append(Item(row: row, pair: pair, parent: path.last))
      path.append(items.count - 1)
    }
    for i in items.indices.reversed() {
      let costs = alignment.costs(of: items[i].row)
      let isAlone = items[i].pair.a == nil || items[i].pair.b == nil
      items[i].differs = isAlone || costs.a != costs.b || items[i].children.contains { items[$0].differs }
    }
    return items
  }

  /// True if both have been measured often enough for anything to be said of their difference.
  var tellsTimes: Bool { timings.map { $0.a.pass.hasInterval && $0.b.pass.hasInterval } ?? false }
  var measurement: Effect { .measurePair(a.spec, b.spec, conditions) }
  /// The same, held if it is held.
  var measuring: [Effect] { [measurement] + (isPaused ? [.pause] : []) }
  var title: String { "\(a.spec.shortened) against \(b.spec.shortened)" }

  func item(_ pair: Pair) -> Item? { places[pair].map { items[$0] } }

  mutating func receive(_ timings: PairTimings, a: NetworkSpec, b: NetworkSpec) {
    guard a == self.a.spec, b == self.b.spec, timings.a.conditions == conditions else { return }
    self.timings = timings
    attributionA = TimeAttribution(timings.a, of: self.a.network, outline: self.a.outline, previous: attributionA)
    attributionB = TimeAttribution(timings.b, of: self.b.network, outline: self.b.outline, previous: attributionB)
    if table.sorting?.column.hasPrefix("time") ?? false { refresh() }
  }

  mutating func forgetTimings() {
    timings = nil
    attributionA = nil
    attributionB = nil
    isPaused = false
    isMeasurable = true
  }
}

/// What the columns read.
extension ComparisonScreen {
  /// A figure of both sides; nil on a side where the row has nothing.
  func figures(_ pair: Pair, _ figure: (Cost) -> Int) -> (a: Int?, b: Int?) {
    guard let row = item(pair)?.row else { return (nil, nil) }
    let costs = alignment.costs(of: row)
    return (row.a.map { _ in figure(costs.a) }, row.b.map { _ in figure(costs.b) })
  }

  /// What the columns of times say on both sides; nil where the row has nothing or nothing is measured. The first row
  /// has the times of whole passes, which are what is told apart; all others sum steps.
  func standings(_ pair: Pair) -> (a: TimeAttribution.Standing?, b: TimeAttribution.Standing?) {
    guard let item = item(pair) else { return (nil, nil) }
    if item.parent == nil, let timings {
      return (.time(timings.a.pass.median, crosses: false), .time(timings.b.pass.median, crosses: false))
    }
    return (
      item.row.a.flatMap { node in attributionA?.standing(of: node, in: a.network) },
      item.row.b.flatMap { node in attributionB?.standing(of: node, in: b.network) }
    )
  }

  /// Time of B minus time of A, where a time stands on both, and whether that is more than the spread.
  func timeDifference(_ pair: Pair) -> (value: Milliseconds, isClear: Bool)? {
    if let timings, item(pair)?.parent == nil {
      return (timings.difference.difference, tellsTimes && timings.difference.isSignificant)
    }
    guard let row = item(pair)?.row else { return nil }
    // What one side has alone is a difference as it stands.
    if row.a == nil, case .time(let b, _)? = standings(pair).b { return (b, tellsTimes) }
    if row.b == nil, case .time(let a, _)? = standings(pair).a { return (-a, tellsTimes) }
    guard case (.time(let timeA, _)?, .time(let timeB, _)?) = standings(pair), let nodeA = row.a, let nodeB = row.b,
      let intervalA = attributionA?.interval(of: nodeA, in: a.network),
      let intervalB = attributionB?.interval(of: nodeB, in: b.network)
    else { return nil }
    return (timeB - timeA, tellsTimes && !intervalA.overlaps(intervalB))
  }
}
