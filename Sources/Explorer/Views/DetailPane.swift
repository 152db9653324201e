import Canvas
import Measurement
import NetworkGraph

/// Explains the row under the cursor: shapes, the arithmetic of its counts, memory, what ran and how fast.
enum DetailPane {
  static func draw(_ screen: NetworkScreen, machine: MachineFacts?, beside: Bool, on canvas: inout Canvas) {
    let size = canvas.size
    let hasFocus = screen.focus == .detail
    var content = Rect(row: 1, column: 1, rows: size.rows - 1, columns: size.columns - 2)
    if beside {
      canvas.verticalLine(row: 0, column: 0, rows: size.rows)
      content.column = 2
    } else {
      canvas.horizontalLine(row: 0, column: 0, columns: size.columns)
    }
    let lines = lines(of: screen, machine: machine, width: size.columns - 2)
    let top = max(0, min(screen.detailTop, lines.count - content.rows))
    canvas.put(
      " \(screen.label(of: screen.cursor.path)) ", row: 0, column: content.column - 1, limit: size.columns - 2,
      style: Style(hasFocus ? .title : .name))
    canvas.inside(content) { canvas in
      for (offset, line) in lines.dropFirst(top).prefix(canvas.size.rows).enumerated() {
        canvas.put(line, row: offset, column: 0, width: canvas.size.columns)
      }
      if hasFocus { canvas.placeCursor(row: 0, column: 0) }
    }
    let hidden = lines.count - top - content.rows
    if hidden > 0 {
      let note = hasFocus ? " \(hidden) more " : " \(hidden) more, Tab "
      canvas.put(note, row: 0, endingBefore: size.columns - 1, style: Style(.dim))
    }
  }

  static func lines(of screen: NetworkScreen, machine: MachineFacts?, width: Int) -> [[Span]] {
    var text = DetailText(width: width)
    let item = screen.cursor
    switch item.node {
    case .layer(let id): describe(screen.network[id], of: screen, in: &text)
    case .block(let id): describe(screen.network[id], of: screen, in: &text)
    }
    describeMemory(of: item.node, screen: screen, in: &text)
    describeTime(of: item, screen: screen, machine: machine, in: &text)
    return text.lines
  }

  private static func describe(_ layer: Layer, of screen: NetworkScreen, in text: inout DetailText) {
    let network = screen.network
    text.add("kind", layer.operation.sentence)
    text.add(
      "input",
      layer.inputs.isEmpty
        ? "the image" : layer.inputs.map { "\(network[$0].output) from \(network[$0].path)" }.joined(separator: ", "))
    text.add("output", layer.output.description)
    if let arithmetic = layer.parameterArithmetic {
      text.add("params", arithmetic.written)
      text.add("", arithmetic.meanings, .dim)
    } else if layer.countsFewerTensors {
      let own = Figures.grouped(layer.cost.parameters)
      text.add("params", "\(own): an earlier layer has the same weights, and counts them")
    }
    if let arithmetic = layer.multiplyAddArithmetic {
      text.add("mult-adds", arithmetic.written)
      text.add("", arithmetic.meanings, .dim)
    }
    describeWork(layer.cost, in: &text)
    let field = screen.model.receptiveFields[layer.id.index]
    text.add("sees", field.size.map { "\($0) of the image, in steps of \(field.stride)" } ?? "the whole image")
    if let target = screen.model.foldedNorms[layer.id] {
      text.add("folding", "folds into \(network[target].path)")
    } else if case .batchNorm = layer.operation {
      text.add("folding", "cannot be folded: what it normalises is no convolution's output alone", .warning)
    }
  }

  private static func describe(_ block: Block, of screen: NetworkScreen, in text: inout DetailText) {
    let network = screen.network
    let node = Node.block(block.id)
    text.add("kind", block.kind.rawValue + (block.form.map { ", \($0.rawValue) (p turns it)" } ?? ""))
    let inputs = network.inputs(of: node).map { "\(network[$0].output) from \(network[$0].path)" }
    text.add("input", inputs.isEmpty ? network.inputShapes : inputs.joined(separator: ", "))
    text.add("output", network.outputShape(of: node).description)
    let cost = network.cost(of: node)
    text.add("layers", "\(block.layers.count), of these \(Figures.amount(cost.convolutionLayers, "convolution"))")
    text.add("params", Figures.grouped(cost.parameters))
    if cost.buffers > 0 {
      text.add("statistics", Figures.grouped(cost.buffers) + " stored values that are not learned")
    }
    text.add("mult-adds", Figures.grouped(cost.multiplyAdds))
    describeWork(cost, in: &text)
    let field = screen.model.receptiveFields[block.output.index]
    text.add("sees", field.size.map { "\($0) of the image, in steps of \(field.stride)" } ?? "the whole image")
    let norms = screen.model.batchNorms(in: node)
    if norms.all > 0 { text.add("folding", "\(norms.foldable) of \(norms.all) batch norms fold into a convolution") }
    let removed = screen.changes.removed(in: block.path)
    if !removed.isEmpty { text.add("removed", removed.joined(separator: ", "), .removed) }
  }

  /// The work that the usual figure leaves out.
  private static func describeWork(_ cost: Cost, in text: inout DetailText) {
    let other = [
      ("biases", cost.bias), ("normalised", cost.normalisation + cost.localNormalisation + cost.layerNormalisation),
      ("activated", cost.activation), ("additions", cost.addition), ("multiplied", cost.multiplication),
      ("concatenated", cost.concatenation), ("rearranged", cost.rearrangement),
      ("pooled", cost.pooling + cost.adaptivePooling),
    ].filter { $0.1 > 0 }
    guard !other.isEmpty else { return }
    text.add("besides", other.map { "\(Figures.count($0.1)) \($0.0)" }.joined(separator: ", "))
  }

  private static func describeMemory(of node: Node, screen: NetworkScreen, in text: inout DetailText) {
    let network = screen.network
    let batch = screen.conditions.batch
    let memory = screen.model.memory.memory(of: node, batch: batch)
    let inputs = network.inputs(of: node).map { network[$0].output }
    func bytes(_ shapes: [Shape]) -> String {
      Figures.bytes(MemoryUse.bytes(shapes.reduce(0) { $0 &+ $1.elements }, images: batch))
    }
    text.add(
      "memory",
      "weights \(Figures.bytes(memory.weights)), in \(bytes(inputs.isEmpty ? [network.inputShape] : inputs)),"
        + " out \(bytes([network.outputShape(of: node)])); at most \(Figures.bytes(memory.peak)) alive at once")
    guard memory.traffic > 0 else { return }
    text.add("traffic", "\(Figures.bytes(memory.traffic)) read and written if every layer runs by itself")
    guard let intensity = memory.intensity, intensity > 0 else { return }
    text.add("intensity", "\(Figures.significant(intensity, digits: 3)) FLOP for each byte of traffic")
  }
}

/// Lines with a word in front, folded to a width.
struct DetailText {
  let width: Int
  private(set) var lines: [[Span]] = []
  private static let labelWidth = 11

  init(width: Int) { self.width = width }

  mutating func gap() { lines.append([]) }

  mutating func add(_ label: String, _ text: String, _ role: Role = .text) {
    let room = max(8, width - Self.labelWidth)
    var isFirst = true
    for line in text.folded(room) {
      lines.append([Span((isFirst ? label : "").padded(Self.labelWidth), .dim), Span(line, role)])
      isFirst = false
    }
  }
}

extension String {
  /// Its words in lines of at most so many columns. A word that is longer is broken.
  func folded(_ width: Int) -> [String] {
    let width = max(1, width)
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      var rest = word
      if !line.isEmpty, line.displayWidth + 1 + word.displayWidth > width {
        lines.append(line)
        line = ""
      }
      while rest.displayWidth > width {
        lines.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      line += (line.isEmpty ? "" : " ") + rest
    }
    return lines + [line]
  }
}

extension Operation {
  /// What the layer does, in one line.
  var sentence: String {
    switch self {
    case .convolution(let c):
      var parts = ["\(kind) \(c.kernel)", "stride \(c.stride)", "padding \(c.padding)"]
      if c.dilation != 1 { parts.append("dilation \(c.dilation)") }
      if c.groups > 1 { parts.append(c.isDepthwise ? "depthwise" : "\(c.groups) groups") }
      if c.bias { parts.append("bias") }
      return parts.joined(separator: ", ")
    case .maxPool(let pooling), .averagePool(let pooling, _):
      let rounding = pooling.ceilMode ? ", size rounded up" : ""
      return "\(kind) \(pooling.kernel), stride \(pooling.stride), padding \(pooling.padding)\(rounding)"
    case .scale(let number), .shift(let number): return "\(kind) by \(number)"
    case .linear(let inputs, let outputs, let bias): return "\(kind) \(inputs) → \(outputs)\(bias ? ", bias" : "")"
    case .dropout(let rate): return "\(kind) \(Figures.percent(rate)), does nothing at inference"
    case .stochasticDepth: return "\(kind), does nothing at inference"
    case .slice(let range): return "\(kind), channels \(range.lowerBound) to \(range.upperBound - 1)"
    case .channelShuffle(let groups): return "\(kind), \(groups) groups"
    case .padChannels(let before, let after): return "\(kind), \(before) before, \(after) after"
    case .subsample(let stride): return "\(kind), stride \(stride)"
    case .adaptiveAveragePool(let size): return "\(kind) to \(size)"
    case .unsupported(let operation): return "\(operation.type) \(operation.reason): it is not computed and not timed"
    default: return kind
    }
  }
}
