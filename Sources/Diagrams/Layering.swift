/// In which layer each node of a `LayeredPart` lies.
struct Layering {
  /// The layer of each node: that of the longest way to it.
  private(set) var layers: [Int: Int] = [:]
  /// The nodes that give several values, each of which has a lane in the layer below, where it shows its label.
  let parting: Set<Int>
  /// The edges that come down to their reader on a lane of their own.
  ///
  /// A value may join others above a reader where it reads on nowhere else. Where two values with further readers meet,
  /// whoever follows one line would come to the readers of the other; so each first parts from its own line, one
  /// layer higher, and what parted goes to this reader alone.
  private(set) var ownLanes: Set<Int> = []

  init(_ graph: FlowGraph, edges: [Int]) {
    var incoming: [Int: [Int]] = [:]
    var readers: [FlowGraph.Output: Set<Int>] = [:]
    for edge in edges {
      incoming[graph.edges[edge].to, default: []].append(edge)
      readers[graph.edges[edge].output, default: []].insert(graph.edges[edge].to)
    }
    let givers = readers.keys.map(\.node)
    parting = Set(Dictionary(grouping: givers) { $0 }.filter { $0.value.count > 1 }.keys)
    for (node, edges) in incoming.sorted(by: { $0.key < $1.key }) {
      let layer = edges.map { firstLayer(below: graph.edges[$0].from) }.reduce(0, max)
      // The layers of later readers are not known yet.
      let passing = edges.filter { edge in
        readers[graph.edges[edge].output, default: []].contains { other in
          other != node && layers[other, default: .max] >= layer
        }
      }
      let doMeet = Set(passing.map { graph.edges[$0].output }).count > 1
      if doMeet { ownLanes.formUnion(passing) }
      layers[node] = doMeet ? layer + 1 : layer
    }
  }

  /// The first layer in which a reader of a node may lie.
  private func firstLayer(below node: Int) -> Int {
    layers[node, default: 0] + (parting.contains(node) ? 2 : 1)
  }
}
