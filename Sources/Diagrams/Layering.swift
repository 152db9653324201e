/// In which layer each node of a `LayeredPart` lies.
struct Layering {
  /// The layer of each node: that of the longest way to it.
  private(set) var layers: [Int: Int] = [:]
  /// The edges that come down to their reader on a lane of their own.
  ///
  /// A value may join others above a reader where it reads on nowhere else. Where two values with further readers meet,
  /// whoever follows one line would come to the readers of the other; so each first parts from its own line, one
  /// layer higher, and what parted goes to this reader alone.
  private(set) var ownLanes: Set<Int> = []

  init(_ graph: FlowGraph, edges: [Int]) {
    var incoming: [Int: [Int]] = [:]
    var readers: [Int: Set<Int>] = [:]
    for edge in edges {
      let (from, to) = (graph.edges[edge].from, graph.edges[edge].to)
      incoming[to, default: []].append(edge)
      readers[from, default: []].insert(to)
    }
    for (node, edges) in incoming.sorted(by: { $0.key < $1.key }) {
      let layer = edges.map { layers[graph.edges[$0].from, default: 0] + 1 }.reduce(0, max)
      // The layers of later readers are not known yet.
      let passing = edges.filter { edge in
        readers[graph.edges[edge].from, default: []].contains { other in
          other != node && layers[other, default: .max] >= layer
        }
      }
      let doMeet = Set(passing.map { graph.edges[$0].from }).count > 1
      if doMeet { ownLanes.formUnion(passing) }
      layers[node] = doMeet ? layer + 1 : layer
    }
  }
}
