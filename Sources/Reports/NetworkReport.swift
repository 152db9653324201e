import Architectures
import Measurement
import NetworkGraph

/// A network or block as a tree: what every node is, gives, costs and, where it has been measured, takes.
public struct NetworkReport: Report {
  let spec: NetworkSpec
  let survey: NodeSurvey
  let depth: Int
  let showsFLOPs: Bool
  /// Whether there is a column that nearly every network would fill with ones.
  private let isDilated: Bool

  var network: Network { survey.network }
  var convention: CountingConvention { survey.convention }
  var timings: Timings? { survey.timings }

  /// - Parameters:
  ///   - network: what `spec` builds.
  ///   - depth: how many levels below the network are told; nil for all of them.
  ///   - showsFLOPs: adds floating-point operations, two for a multiply-add.
  public init(
    _ network: Network, spec: NetworkSpec, convention: CountingConvention, timings: Timings? = nil, depth: Int? = nil,
    showsFLOPs: Bool = false
  ) {
    self.spec = spec
    survey = NodeSurvey(network, convention: convention, timings: timings)
    self.depth = depth ?? .max
    self.showsFLOPs = showsFLOPs
    isDilated = network.layers.contains { $0.operation.convolution.map { $0.dilation != 1 } ?? false }
  }

  public static var formats: [ReportFormat] { ReportFormat.common + [.torchinfo, .timm, .modelExplorer] }

  public func foreignText(_ format: ReportFormat) throws -> String? {
    switch format {
    case .torchinfo: TorchinfoLayout(self).text
    case .timm: TimmRow.text([TimmRow(spec, network, timings: timings)])
    case .modelExplorer: try jsonText(NodeData(survey, of: leaves))
    default: nil
    }
  }

  public var heading: [String] {
    let cost = network.cost
    return [
      "\(spec)  \(network.inputShapes) → \(network.outputShape)",
      "\(Figures.count(cost.parameters)) parameters, \(Figures.count(convention.operations(cost))) \(convention.title.lowercased())"
        + " (\(convention.rawValue): \(convention.summary))",
    ] + (showsFLOPs ? ["\(Figures.count(cost.flops)) FLOPs, two for a multiply-add"] : [])
  }

  public var table: ReportTable {
    var columns: [ReportTable.Column] = [
      .init("path", "Name"), .init("kind", "Kind"), .init("kernel", "Kernel"), .init("stride", "Stride"),
      .init("padding", "Padding"),
    ]
    if isDilated { columns.append(.init("dilation", "Dilation")) }
    columns += [
      .init("groups", "Groups", .right), .init("bias", "Bias"), .init("output", "Output"),
      .init("params", "Parameters", .right), .init("macs", convention.title, .right),
    ]
    if showsFLOPs { columns.append(.init("flops", "FLOPs", .right)) }
    if timings != nil { columns.append(.init("median_ms", "Median time", .right)) }
    var rows: [[Entry]] = []
    append(.block(network.root.id), depth: 0, to: &rows)
    return ReportTable(columns: columns, rows: rows)
  }

  private func append(_ node: Node, depth level: Int, to rows: inout [[Entry]]) {
    let facts = survey[node]
    let window = facts.window
    var row: [Entry] = [
      .node(path: facts.path, name: facts.path.isEmpty ? "\(spec)" : facts.name, depth: level), .text(facts.kind),
      window.map { .extent($0.kernel) } ?? .none, window.map { .extent($0.stride) } ?? .none,
      window.map { .extent($0.padding) } ?? .none,
    ]
    if isDilated { row.append(window.map { .extent($0.dilation) } ?? .none) }
    row += [
      facts.groups.map { .integer($0) } ?? .none, facts.bias.map { .flag($0) } ?? .none, .lengths(facts.output),
      .count(facts.params), .count(facts.macs),
    ]
    if showsFLOPs { row.append(.count(facts.cost.flops)) }
    if timings != nil { row.append(facts.median.map { .milliseconds($0) } ?? .none) }
    rows.append(row)
    for child in children(of: node, depth: level) { append(child, depth: level + 1, to: &rows) }
  }

  /// The children that are told, of a node at this depth.
  func children(of node: Node, depth level: Int) -> [Node] { level < depth ? network.children(of: node) : [] }

  /// The layers, and the blocks whose children are not told.
  var leaves: [Node] {
    var leaves: [Node] = []
    func collect(_ node: Node, _ level: Int) {
      let children = children(of: node, depth: level)
      if children.isEmpty { leaves.append(node) }
      for child in children { collect(child, level + 1) }
    }
    collect(.block(network.root.id), 0)
    return leaves
  }

  public var records: ReportTable {
    var columns = NodeFacts.columns(convention)
    if showsFLOPs { columns.append(RecordColumn("flops") { .count($0.cost.flops) }) }
    if timings != nil { columns.append(RecordColumn("median_ms") { $0.median.map { .milliseconds($0) } ?? .none }) }
    return ReportTable(leaves.lazy.map { survey[$0] }, columns: columns)
  }
}

extension NetworkReport {
  private enum CodingKeys: String, CodingKey {
    case output, convention, params, macs, flops, counters, tree
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
    try container.encode(cost.named, forKey: .counters)
    if showsFLOPs { try container.encode(cost.flops, forKey: .flops) }
    try container.encodeIfPresent(timings?.pass.median, forKey: .median)
    try container.encode(TreeNode(.block(network.root.id), of: self), forKey: .tree)
  }
}

/// A node of the tree with all nodes below it, as programs read it.
private struct TreeNode: Encodable {
  let facts: NodeFacts
  let flops: Int?
  let children: [TreeNode]

  init(_ node: Node, of report: NetworkReport, depth: Int = 0) {
    facts = report.survey[node]
    flops = report.showsFLOPs ? facts.cost.flops : nil
    children = report.children(of: node, depth: depth).map { TreeNode($0, of: report, depth: depth + 1) }
  }

  private enum CodingKeys: CodingKey { case flops, children }

  func encode(to encoder: any Encoder) throws {
    try facts.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(flops, forKey: .flops)
    try container.encode(children, forKey: .children)
  }
}
