import Architectures
import Measurement
import NetworkGraph

/// A network or block as a tree: what every node is, gives, costs and, where it has been measured, takes.
public struct NetworkReport: Report {
  let spec: NetworkSpec
  let network: Network
  let convention: CountingConvention
  let timings: Timings?
  let depth: Int

  /// - Parameters:
  ///   - network: what `spec` builds.
  ///   - depth: how many levels below the network are told; nil for all of them.
  public init(
    _ network: Network, spec: NetworkSpec, convention: CountingConvention, timings: Timings? = nil, depth: Int? = nil
  ) {
    self.spec = spec
    self.network = network
    self.convention = convention
    self.timings = timings
    self.depth = depth ?? .max
  }

  public var heading: [String] {
    let cost = network.cost
    return [
      "\(spec)  \(network.inputShape) → \(network.outputShape)",
      "\(Figures.count(cost.parameters)) parameters, \(Figures.count(convention.operations(cost))) \(convention.title.lowercased())"
        + " (\(convention.rawValue): \(convention.summary))",
    ]
  }

  public var table: ReportTable {
    var columns: [ReportTable.Column] = [
      .init("path", "Name"), .init("kind", "Kind"), .init("kernel", "Kernel"), .init("stride", "Stride"),
      .init("padding", "Padding"), .init("groups", "Groups", .right), .init("bias", "Bias"),
      .init("output", "Output"), .init("params", "Parameters", .right),
      .init("macs", convention.title, .right),
    ]
    if timings != nil { columns.append(.init("median_ms", "Median time", .right)) }
    var rows: [[Entry]] = []
    append(.block(network.root.id), depth: 0, to: &rows)
    return ReportTable(columns: columns, rows: rows)
  }

  private func append(_ node: Node, depth level: Int, to rows: inout [[Entry]]) {
    let facts = NodeFacts(node, in: network, convention: convention, timings: timings)
    let window = facts.window
    var row: [Entry] = [
      .node(path: facts.path, name: facts.path.isEmpty ? "\(spec)" : facts.name, depth: level), .text(facts.kind),
      window.map { .extent($0.kernel) } ?? .none, window.map { .extent($0.stride) } ?? .none,
      window.map { .extent($0.padding) } ?? .none, facts.groups.map { .integer($0) } ?? .none,
      facts.bias.map { .flag($0) } ?? .none, .lengths(facts.output), .count(facts.params), .count(facts.macs),
    ]
    if timings != nil { row.append(facts.median.map { .milliseconds($0) } ?? .none) }
    rows.append(row)
    if case .block(let id) = node, level < depth {
      for child in network[id].children { append(child, depth: level + 1, to: &rows) }
    }
  }
}

extension NetworkReport {
  private enum CodingKeys: String, CodingKey {
    case output, convention, params, macs, counters, tree
    case median = "median_ms"
  }

  public func encode(to encoder: any Encoder) throws {
    try SpecFields(spec, input: network.inputShape).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    let cost = network.cost
    try container.encode(network.outputShape.dimensions, forKey: .output)
    try container.encode(convention.rawValue, forKey: .convention)
    try container.encode(cost.parameters, forKey: .params)
    try container.encode(convention.operations(cost), forKey: .macs)
    let counters = Cost.counters.map { ($0.name, cost[keyPath: $0.value]) }
    try container.encode(Dictionary(uniqueKeysWithValues: counters), forKey: .counters)
    try container.encodeIfPresent(timings?.pass.median, forKey: .median)
    try container.encode(
      TreeNode(.block(network.root.id), in: network, convention: convention, timings: timings, depth: depth),
      forKey: .tree)
  }
}

/// A node of the tree with all nodes below it, as programs read it.
private struct TreeNode: Encodable {
  let facts: NodeFacts
  let children: [TreeNode]

  init(_ node: Node, in network: Network, convention: CountingConvention, timings: Timings?, depth: Int) {
    facts = NodeFacts(node, in: network, convention: convention, timings: timings)
    guard case .block(let id) = node, depth > 0 else {
      children = []
      return
    }
    children = network[id].children.map {
      TreeNode($0, in: network, convention: convention, timings: timings, depth: depth - 1)
    }
  }

  private enum CodingKeys: CodingKey { case children }

  func encode(to encoder: any Encoder) throws {
    try facts.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(children, forKey: .children)
  }
}
