/// A part of a graph between two nodes, taken apart into what stands one below the other and what stands side by side.
///
/// A graph that series and parallel reductions bring down to a single edge is series-parallel (Valdes, Tarjan and
/// Lawler 1982); drawn from this decomposition no two of its lines cross.
indirect enum Fragment {
  /// The edge itself.
  case wire(Int)
  /// Parts that alternate with the nodes between them; there is one part more than there are nodes.
  case series([Fragment], nodes: [Int])
  case parallel([Fragment])
  case layered(LayeredPart)

  init(_ graph: FlowGraph) {
    var parts: [Fragment] = []
    let cuts = graph.cutNodes
    let bundles = graph.edgesBetween(cuts)
    for (index, edges) in bundles.enumerated() {
      let (from, to) = (cuts[index], cuts[index + 1])
      parts.append(
        Reduction(graph, edges: edges, from: from, to: to).result
          ?? .layered(LayeredPart(graph, edges: edges, from: from, to: to)))
    }
    self = parts.count == 1 ? parts[0] : .series(parts, nodes: Array(cuts.dropFirst().dropLast()))
  }

  /// True for a line without anything on it.
  var isWire: Bool { if case .wire = self { true } else { false } }
  var isSeriesParallel: Bool {
    switch self {
    case .wire: true
    case .layered: false
    case .series(let parts, _), .parallel(let parts): parts.allSatisfy(\.isSeriesParallel)
    }
  }
}

extension FlowGraph {
  /// The nodes that every way from source to sink passes, in order.
  var cutNodes: [Int] {
    var furthest = 0
    let outgoing = outgoing
    var cuts: [Int] = []
    for node in nodes.indices {
      if furthest <= node { cuts.append(node) }
      for edge in outgoing[node] { furthest = max(furthest, edges[edge].to) }
    }
    return cuts
  }

  /// The edges between each cut node and the next.
  func edgesBetween(_ cuts: [Int]) -> [[Int]] {
    var section = [Int](repeating: 0, count: nodes.count)
    for (index, cut) in cuts.dropLast().enumerated() {
      for node in cut..<cuts[index + 1] { section[node] = index }
    }
    var bundles = [[Int]](repeating: [], count: max(0, cuts.count - 1))
    for (index, edge) in edges.enumerated() { bundles[section[edge.from]].append(index) }
    return bundles
  }
}

/// Series and parallel reductions of the part of a graph between two nodes.
private struct Reduction {
  private struct Link {
    var from: Int
    var to: Int
    var rank: Int
    var fragment: Fragment
  }

  private var links: [Link?]
  private var incoming: [Int: [Int]] = [:]
  private var outgoing: [Int: [Int]] = [:]

  /// What it comes down to; nil if it is not series-parallel.
  private(set) var result: Fragment?

  init(_ graph: FlowGraph, edges: [Int], from: Int, to: Int) {
    links = edges.map {
      Link(from: graph.edges[$0].from, to: graph.edges[$0].to, rank: graph.edges[$0].rank, fragment: .wire($0))
    }
    for (index, link) in links.enumerated() {
      guard let link else { continue }
      outgoing[link.from, default: []].append(index)
      incoming[link.to, default: []].append(index)
    }
    var waiting = Array((from...to).reversed())
    while let node = waiting.popLast() {
      mergeParallel(from: node)
      guard node != from, node != to, let into = incoming[node], let out = outgoing[node], into.count == 1,
        out.count == 1, let first = links[into[0]], let second = links[out[0]]
      else { continue }
      links[out[0]] = nil
      links[into[0]] = Link(
        from: first.from, to: second.to, rank: second.rank,
        fragment: .inSeries(first.fragment, node: node, second.fragment))
      incoming[node] = nil
      outgoing[node] = nil
      incoming[second.to] = (incoming[second.to] ?? []).map { $0 == out[0] ? into[0] : $0 }
      // Its ends may have become simple now.
      waiting += [second.to, first.from].filter { $0 != to }
    }
    mergeParallel(from: from)
    let left = links.compactMap { $0 }
    if left.count == 1 { result = left[0].fragment }
  }

  private mutating func mergeParallel(from node: Int) {
    guard let out = outgoing[node], out.count > 1 else { return }
    var byTarget: [Int: [Int]] = [:]
    for index in out { if let link = links[index] { byTarget[link.to, default: []].append(index) } }
    guard byTarget.values.contains(where: { $0.count > 1 }) else { return }
    var kept: [Int] = []
    for index in out {
      guard let link = links[index], let group = byTarget[link.to], group[0] == index else { continue }
      kept.append(index)
      guard group.count > 1 else { continue }
      let members = group.compactMap { links[$0] }
      links[index] = Link(
        from: node, to: link.to, rank: members.map(\.rank).min() ?? 0,
        fragment: .sideBySide(members.map { ($0.fragment, $0.rank) }))
      for other in group.dropFirst() { links[other] = nil }
      incoming[link.to] = (incoming[link.to] ?? []).filter { $0 == index || links[$0] != nil }
    }
    outgoing[node] = kept
  }
}

extension Fragment {
  fileprivate static func inSeries(_ first: Fragment, node: Int, _ second: Fragment) -> Fragment {
    var (parts, nodes): ([Fragment], [Int])
    if case .series(let firstParts, let firstNodes) = first {
      (parts, nodes) = (firstParts, firstNodes)
    } else {
      (parts, nodes) = ([first], [])
    }
    nodes.append(node)
    if case .series(let moreParts, let moreNodes) = second {
      parts += moreParts
      nodes += moreNodes
    } else {
      parts.append(second)
    }
    return .series(parts, nodes: nodes)
  }

  /// In the order in which the values are joined; a bare line, the skip, comes last.
  fileprivate static func sideBySide(_ members: [(fragment: Fragment, rank: Int)]) -> Fragment {
    let sorted = members.enumerated().sorted { a, b in
      (a.element.fragment.isWire ? 1 : 0, a.element.rank, a.offset)
        < (b.element.fragment.isWire ? 1 : 0, b.element.rank, b.offset)
    }
    return .parallel(
      sorted.flatMap { member -> [Fragment] in
        if case .parallel(let parts) = member.element.fragment { parts } else { [member.element.fragment] }
      })
  }
}
