import Architectures
import Measurement
import NetworkGraph

/// The screen of one network: its tree, and what has been measured of it.
struct NetworkScreen: Sendable {
  /// What the person looks at: the tree, or the pane that explains its row.
  enum Pane: Hashable, Sendable { case tree, detail }

  /// What `U` goes back to.
  struct Edit: Sendable {
    var spec: NetworkSpec
    var conditions: Conditions
    /// What it showed the difference from.
    var baseline: Baseline?
  }

  /// The network as it was before it was turned or set otherwise, to tell the difference from.
  struct Baseline: Sendable {
    var model: Model
    var timings: Timings?
    /// What measuring the two in turn has given; nil until it has given something.
    var difference: TimeDifference?
    /// False where the two cannot be measured in turn: one of them not at all, or both not in the memory there is.
    var isMeasurable: Bool
  }

  private(set) var model: Model
  private(set) var conditions: Conditions
  private(set) var attribution: TimeAttribution? { didSet { takeInWeights() } }
  private(set) var baseline: Baseline?
  private(set) var changes = Changes.none
  /// Which rows the last edit has changed, be it that it led back to how it was.
  private(set) var latestChanges = Changes.none
  private(set) var history: [Edit] = []
  var isPaused = false
  /// False once it has turned out that this network cannot be measured here.
  var isMeasurable = true
  var convention: CountingConvention { didSet { takeInWeights() } }
  /// The greatest weight among the children of each item of the outline, which bars are relative to.
  private(set) var greatestWeights: [Double] = []
  var columnSet = TreeColumnSet.time
  /// What is drawn in place of the tree; nil shows the tree.
  var picture: Picture?
  var icicle = Icicle()
  /// How often the timeline has been enlarged.
  var timelineZoom = 0
  var sweep: Sweep?
  var table = Table<NodePath>()
  var expanded: Set<NodePath> = [.root]
  var mark: NodePath?
  var focus = Pane.tree
  var diagram = DiagramView(scope: .root)
  var laidOutDiagram: LaidOutDiagram?
  /// The first line of the detail pane that is shown.
  var detailTop = 0

  /// The whole of a network.
  init(_ model: Model, conditions: Conditions, convention: CountingConvention) {
    self.model = model
    self.conditions = conditions
    self.convention = convention
    weighSiblings()
    refresh()
  }

  init(_ spec: NetworkSpec, conditions: Conditions, convention: CountingConvention) throws(CatalogueError) {
    self.init(try Model(spec.whole), conditions: conditions, convention: convention)
    if !spec.path.isRoot {
      guard model.outline[spec.path] != nil else {
        // Building the missing block says what there is instead.
        _ = try Catalogue.build(spec)
        return
      }
      expanded.formUnion([spec.path] + model.outline.ancestors(of: spec.path))
    }
    refresh()
    table.select(spec.path)
  }

  var spec: NetworkSpec { model.spec }
  var network: Network { model.network }
  var timings: Timings? { attribution?.timings }

  /// The row under the cursor.
  var cursor: Outline.Item { table.selected.flatMap { model.outline[$0] } ?? model.outline.items[0] }

  /// What is to be measured: the network, or in turn with it what it was before it was edited.
  var measurement: Effect {
    guard let baseline, baseline.isMeasurable else { return .measure(spec, conditions) }
    return .measurePair(baseline.model.spec, spec, conditions)
  }

  /// The same, held if it is held.
  var measuring: [Effect] { [measurement] + (isPaused ? [.pause] : []) }

  /// Measures the network alone if these are the two that cannot be measured in turn.
  mutating func giveUp(_ a: NetworkSpec, _ b: NetworkSpec, _ conditions: Conditions) -> Effect? {
    guard a == baseline?.model.spec, b == spec, conditions == self.conditions else { return nil }
    baseline?.isMeasurable = false
    return measurement
  }

  /// Takes in what measuring it in turn with its baseline has given, if these are the two.
  mutating func receive(_ timings: PairTimings, a: NetworkSpec, b: NetworkSpec) {
    guard a == baseline?.model.spec, timings.b.conditions == conditions, b == spec else { return }
    baseline?.timings = timings.a
    baseline?.difference = timings.difference
    receive(timings.b, of: b)
  }

  /// Takes in what measuring has given, if it is about this network as it is now.
  mutating func receive(_ timings: Timings, of spec: NetworkSpec) {
    guard spec == self.spec, timings.conditions == conditions else { return }
    attribution = TimeAttribution(timings, of: network, outline: model.outline, previous: attribution)
    if table.sorting.map({ $0.column == "time" || $0.column == "share" }) ?? false { refresh() }
  }

  /// Forgets the timings, to start afresh.
  mutating func forgetTimings() {
    attribution = nil
    baseline?.timings = nil
    baseline?.difference = nil
    isPaused = false
    isMeasurable = true
  }

  /// Makes it another network, or measures it under other conditions. If there is no such network nothing changes.
  ///
  /// - Parameter tellsDifference: keeps the network before as what differences are told from.
  /// - Returns: what is to be measured now; nil if nothing has changed.
  mutating func edit(
    _ spec: NetworkSpec, _ conditions: Conditions, tellsDifference: Bool = false
  ) throws(CatalogueError) -> Effect? {
    guard spec != self.spec || conditions != self.conditions else { return nil }
    let before = Edit(spec: self.spec, conditions: self.conditions, baseline: baseline)
    let old = Baseline(model: model, timings: timings, isMeasurable: isMeasurable)
    try become(spec, conditions)
    history.append(before)
    diagram.showsChanges = tellsDifference
    latestChanges = Changes(from: old.model.network, to: network)
    if tellsDifference, baseline?.model.spec != spec { setBaseline(old) } else { setBaseline(nil) }
    return measurement
  }

  /// Goes back to the state before the last edit; nil if there is none.
  mutating func undo() throws(CatalogueError) -> Effect? {
    guard let last = history.last else { return nil }
    try become(last.spec, last.conditions)
    history.removeLast()
    setBaseline(last.baseline)
    return measurement
  }

  private mutating func become(_ spec: NetworkSpec, _ conditions: Conditions) throws(CatalogueError) {
    if spec != self.spec {
      model = try Model(spec)
      laidOutDiagram = nil
    }
    self.conditions = conditions
    forgetTimings()
    if let mark, model.outline[mark] == nil { self.mark = nil }
    refresh()
    if let search = table.search { perform(.search(search.query), height: 1) }
  }

  /// Runs whenever the timings change or go, as they do with the network.
  private mutating func takeInWeights() {
    weighSiblings()
    updateDiagramFigures()
  }

  private mutating func weighSiblings() {
    var greatest = Array(repeating: 0.0, count: model.outline.items.count)
    for item in model.outline.items {
      if let parent = item.parent, let weight = weight(of: item.node) {
        greatest[parent] = max(greatest[parent], weight)
      }
    }
    greatestWeights = greatest
  }

  private mutating func setBaseline(_ new: Baseline?) {
    baseline = new
    changes = new.map { Changes(from: $0.model.network, to: network) } ?? .none
  }
}

/// A network with all that views read of it, worked out once.
struct Model: Sendable {
  let spec: NetworkSpec
  let network: Network
  let outline: Outline
  let receptiveFields: [ReceptiveField]
  let memory: MemoryProfile
  /// The layers of each step that runs several.
  let steps: [[LayerID]]
  /// The layer into whose weights a norm goes, by the norm.
  let foldedNorms: [LayerID: LayerID]
  /// How many layers nothing here computes: passes are timed without them.
  let untimedLayers: Int
  /// All rows in order, with the text that a search looks through.
  let searchable: [(id: NodePath, text: String)]

  /// - Throws: why there is no such network.
  init(_ spec: NetworkSpec) throws(CatalogueError) { self.init(spec, try Catalogue.build(spec)) }

  /// - Parameter network: what `spec` builds.
  init(_ spec: NetworkSpec, _ network: Network) {
    self.spec = spec
    self.network = network
    outline = Outline(network)
    receptiveFields = ReceptiveField.all(in: network)
    memory = MemoryProfile(network)
    steps = FusedSteps.of(network)
    foldedNorms = FusedSteps.foldedNorms(of: network)
    untimedLayers = network.unsupported.count
    searchable = outline.items.map { ($0.path, $0.path.dotted + " " + network.kind(of: $0.node)) }
  }

  /// How many batch norms of a node go into weights, and how many there are.
  func batchNorms(in node: Node) -> (foldable: Int, all: Int) {
    network.batchNorms(in: node) { foldedNorms[$0] != nil }
  }
}

extension NetworkSpec {
  /// The spec of the whole network, whichever block is meant.
  public var whole: NetworkSpec {
    var spec = self
    spec.path = .root
    return spec
  }

  /// The spec of one block of it.
  func block(at path: NodePath) -> NetworkSpec {
    var spec = self
    spec.path = path
    return spec
  }
}
