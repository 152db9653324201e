import Measurement
import NetworkGraph

/// Whose time is it? The time of a step that runs several layers stands on its owner; a block sums the steps that
/// stand inside it.
struct TimeAttribution: Sendable {
  /// What the column of times says about a row.
  enum Standing: Hashable, Sendable {
    /// The row's own time; `crosses` if a step of it also runs layers outside, or one outside runs layers of it.
    case time(Milliseconds, crosses: Bool)
    /// The row runs inside the step of this layer.
    case within(NodePath)
    /// The row needs no time: nothing runs for it.
    case nothing
  }

  let timings: Timings
  private let layout: Layout
  /// Of all layers before one: what their steps typically take, and the ends of their intervals.
  private let runningSums: [Sums]
  private let rest: Milliseconds

  /// - Parameter previous: what was known of the same network before, so that a report of the same steps costs little.
  init(_ timings: Timings, of network: Network, outline: Outline, previous: TimeAttribution? = nil) {
    self.timings = timings
    if let previous,
      previous.timings.steps.elementsEqual(timings.steps, by: { ($0.owner, $0.covers) == ($1.owner, $1.covers) })
    {
      layout = previous.layout
    } else {
      layout = Layout(timings.steps, of: network, outline: outline)
    }
    var sums = Sums()
    var runningSums = [sums]
    runningSums.reserveCapacity(network.layers.count + 1)
    for step in layout.stepOfLayer {
      if let step { sums.add(timings.steps[step]) }
      runningSums.append(sums)
    }
    rest = layout.unowned.reduce(0) { $0 + timings.steps[$1].typical }
    self.runningSums = runningSums
  }

  /// Which step runs what: the same in every report of a plan.
  private struct Layout {
    /// Steps by their owners.
    private(set) var steps: [NodePath: Int] = [:]
    /// Layers that the step of another runs, and that other.
    private(set) var owners: [NodePath: NodePath] = [:]
    /// Blocks of which a step runs layers inside and outside.
    private(set) var crossing: Set<NodePath> = []
    /// The step that each layer owns.
    let stepOfLayer: [Int?]
    /// What belongs to no layer, such as laying out the answer, is the whole network's.
    let unowned: [Int]

    init(_ timings: [StepTiming], of network: Network, outline: Outline) {
      var steps: [NodePath: Int] = [:]
      for (index, step) in timings.enumerated() {
        steps[step.owner] = index
        for path in step.covers where path != step.owner { owners[path] = step.owner }
        guard step.covers.count > 1 else { continue }
        let lineages = step.covers.map { Set(outline.ancestors(of: $0)) }
        let common = lineages.dropFirst().reduce(lineages[0]) { $0.intersection($1) }
        for lineage in lineages { crossing.formUnion(lineage.subtracting(common)) }
      }
      stepOfLayer = network.layers.map { steps[$0.path] }
      unowned = timings.indices.filter { network.layerID(at: timings[$0].owner) == nil }
      self.steps = steps
    }
  }

  private struct Sums {
    var typical: Milliseconds = 0
    var lower: Milliseconds = 0
    var upper: Milliseconds = 0

    mutating func add(_ step: StepTiming) {
      typical += step.typical
      lower += step.time.interval.lowerBound
      upper += step.time.interval.upperBound
    }
  }

  /// The step whose time stands on this layer.
  func step(ownedBy path: NodePath) -> StepTiming? { layout.steps[path].map { timings.steps[$0] } }

  /// The step that runs this layer.
  func step(covering path: NodePath) -> StepTiming? {
    step(ownedBy: path) ?? layout.owners[path].flatMap(step(ownedBy:))
  }

  func standing(of node: Node, in network: Network) -> Standing {
    let path = network.path(of: node)
    switch node {
    case .layer:
      if let step = step(ownedBy: path) { return .time(step.typical, crosses: false) }
      return layout.owners[path].map { .within($0) } ?? .nothing
    case .block:
      let range = network.layerRange(of: node)
      let owned = layout.stepOfLayer[range].contains { $0 != nil }
      if owned { return .time(sum(over: range), crosses: layout.crossing.contains(path)) }
      let elsewhere = network.layers[range].lazy.compactMap { layout.owners[$0.path] }.first
      return elsewhere.map { .within($0) } ?? .nothing
    }
  }

  /// Where the time that stands on a node lies: the 95 % interval of a step, and for several the sums of its ends, which
  /// are further apart than need be, since not all steps err to one side.
  func interval(of node: Node, in network: Network) -> ClosedRange<Milliseconds> {
    let range = network.layerRange(of: node)
    let (before, all) = (runningSums[range.lowerBound], runningSums[range.upperBound])
    return all.lower - before.lower...max(all.upper - before.upper, all.lower - before.lower)
  }

  /// The time that stands on a node, for sorting, bars and shares; nil where none does.
  func time(of node: Node, in network: Network) -> Milliseconds? {
    let time = sum(over: network.layerRange(of: node))
    return time > 0 ? time : nil
  }

  private func sum(over range: Range<Int>) -> Milliseconds {
    runningSums[range.upperBound].typical - runningSums[range.lowerBound].typical
      + (range.count == runningSums.count - 1 ? rest : 0)
  }
}
