import Canvas
import Measurement
import NetworkGraph

/// The tree of a network in the columns and with the footer of torchinfo's `summary`, for what reads those.
///
/// Sizes are in millions of bytes, and the forward/backward size counts the outputs of layers with parameters twice, as
/// torchinfo does. Functional operations such as additions are rows of their own, which torchinfo cannot see.
struct TorchinfoLayout {
  private struct Row {
    let name: String
    let entries: [String]
  }

  private let report: NetworkReport
  private var rows: [Row] = []
  /// How many rows there are at each depth.
  private var counts: [Int] = []

  private static let titles = [
    "Kernel Shape", "Groups", "Input Shape", "Output Shape", "Param #", "Param %", "Mult-Adds", "Trainable",
  ]
  private static let nameWidth = 40
  private static let width = 25
  private static let none = "--"

  init(_ report: NetworkReport) {
    self.report = report
    append(.block(report.network.root.id), depth: 0, lines: "", branch: "")
  }

  /// - Parameters:
  ///   - lines: what stands before the branches of its children.
  ///   - branch: what stands before its own name.
  private mutating func append(_ node: Node, depth: Int, lines: String, branch: String) {
    let facts = report.survey[node]
    let children = report.children(of: node, depth: depth).filter { $0 != .layer(report.network.input.id) }
    while counts.count <= depth { counts.append(0) }
    counts[depth] += 1
    let label = depth == 0 ? facts.kind : "\(facts.kind): \(depth)-\(counts[depth])"
    rows.append(Row(name: branch + label, entries: entries(node, facts, isOpen: !children.isEmpty)))
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      append(
        child, depth: depth + 1, lines: lines + (isLast ? "     " : "│    "), branch: lines + (isLast ? "└─" : "├─"))
    }
  }

  private func entries(_ node: Node, _ facts: NodeFacts, isOpen: Bool) -> [String] {
    let network = report.network
    let inputs = network.inputs(of: node)
    let input = inputs.isEmpty ? network.inputShape : network[inputs[0]].output
    // The rows inside an open block tell its counts.
    let params = isOpen ? 0 : facts.params
    let total = network.cost.parameters
    return [
      facts.window.map { "[\($0.kernel.height), \($0.kernel.width)]" } ?? Self.none,
      facts.groups.map(String.init) ?? Self.none, Self.shape(input.dimensions), Self.shape(facts.output),
      params == 0 ? Self.none : Figures.grouped(params),
      params == 0 ? Self.none : Figures.fixed(100 * Double(params) / Double(total), decimals: 2) + "%",
      isOpen || facts.macs == 0 ? Self.none : Figures.grouped(facts.macs), facts.params == 0 ? Self.none : "True",
    ]
  }

  /// A shape with its batch of one image.
  private static func shape(_ dimensions: [Int]) -> String {
    "[" + ([1] + dimensions).map(String.init).joined(separator: ", ") + "]"
  }

  var text: String {
    let nameWidth = max(Self.nameWidth, rows.map(\.name.displayWidth).max() ?? 0)
    let rule = String(repeating: "=", count: nameWidth + Self.titles.count * Self.width)
    func line(_ name: String, _ entries: [String]) -> String {
      var line = name.filled(nameWidth)
      for entry in entries { line += " " + entry.filled(Self.width) }
      while line.last == " " { line.removeLast() }
      return line
    }
    let head = [rule, line("Layer (type:depth-idx)", Self.titles), rule]
    let lines = head + rows.map { line($0.name, $0.entries) } + [rule] + footer(rule)
    return lines.map { $0 + "\n" }.joined()
  }

  private func footer(_ rule: String) -> [String] {
    let network = report.network
    let cost = network.cost
    let (scale, unit) = Self.scale(of: report.convention.operations(cost))
    let outputs = network.layers.reduce(0) { $0 + ($1.cost.parameters > 0 ? $1.cost.outputElements : 0) }
    let sizes = [network.inputShape.elements, 2 * outputs, cost.parameters].map { 4 * Double($0) / 1e6 }
    func size(_ megabytes: Double) -> String { Figures.fixed(megabytes, decimals: 2) }
    return [
      "Total params: \(Figures.grouped(cost.parameters))", "Trainable params: \(Figures.grouped(cost.parameters))",
      "Non-trainable params: 0",
      "Total mult-adds (\(unit)): "
        + Figures.fixed(Double(report.convention.operations(cost)) / scale, decimals: 2), rule,
      "Input size (MB): \(size(sizes[0]))", "Forward/backward pass size (MB): \(size(sizes[1]))",
      "Params size (MB): \(size(sizes[2]))", "Estimated Total Size (MB): \(size(sizes.reduce(0, +)))", rule,
      "\(report.convention.rawValue): \(report.convention.summary)",
    ]
  }

  private static func scale(of count: Int) -> (Double, String) {
    count >= 1_000_000_000_000 ? (1e12, "T") : count >= 1_000_000_000 ? (1e9, "G") : (1e6, "M")
  }
}

extension String {
  /// With blanks behind it up to so many columns.
  fileprivate func filled(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth))
  }
}
