import Measurement
import NetworkGraph

/// What a report tells about one block or layer.
struct NodeFacts {
  let name: String
  let path: String
  let kind: String
  /// `pre-activation` or `post-activation`, for a block that could be either.
  let form: String?
  let isLayer: Bool
  let output: [Int]
  let cost: Cost
  /// The figure of the convention that the report names.
  let macs: Int
  /// For one image.
  let memory: MemoryUse
  let field: ReceptiveField
  let window: Window?
  let groups: Int?
  let bias: Bool?
  /// The time of the steps that stand in it; nil where nothing does, or nothing has been measured.
  let median: Milliseconds?

  /// The window of a convolution or pooling.
  struct Window {
    let kernel: Extent
    let stride: Extent
    let padding: Extent
    let dilation: Extent
  }

  var params: Int { cost.parameters }
}

/// Works out the facts of a network's nodes, each in constant time.
struct NodeSurvey {
  let network: Network
  let convention: CountingConvention
  let timings: Timings?
  private let memory: MemoryProfile
  private let fields: [ReceptiveField]
  /// The times of the steps that stand on the layers before each; empty if nothing has been measured.
  private let runningTimes: [Milliseconds]

  init(_ network: Network, convention: CountingConvention, timings: Timings? = nil) {
    self.network = network
    self.convention = convention
    self.timings = timings
    memory = MemoryProfile(network)
    fields = ReceptiveField.all(in: network)
    guard let timings else {
      runningTimes = []
      return
    }
    let times = Dictionary(timings.steps.map { ($0.owner, $0.typical) }) { $0 + $1 }
    var sums = [0.0]
    for layer in network.layers { sums.append(sums[sums.count - 1] + (times[layer.path] ?? 0)) }
    runningTimes = sums
  }

  subscript(node: Node) -> NodeFacts {
    let cost = network.cost(of: node)
    var kind: String
    var form: String?
    var operation: Operation?
    switch node {
    case .block(let id):
      kind = network[id].kind.rawValue
      form = network[id].form?.rawValue
    case .layer(let id):
      kind = network[id].operation.kind
      operation = network[id].operation
    }
    return NodeFacts(
      name: network.name(of: node), path: network.path(of: node).dotted, kind: kind, form: form,
      isLayer: operation != nil, output: network.outputShape(of: node).dimensions, cost: cost,
      macs: convention.operations(cost), memory: memory.memory(of: node),
      field: fields[network.output(of: node).index], window: operation?.window,
      groups: operation?.convolution?.groups, bias: operation?.hasBias, median: median(of: node))
  }

  private func median(of node: Node) -> Milliseconds? {
    guard let timings else { return nil }
    let range = network.layerRange(of: node)
    // Steps that cover no layer, such as handing out the answer, belong to the whole.
    let time =
      node == .block(network.root.id)
      ? timings.sumOfSteps : runningTimes[range.upperBound] - runningTimes[range.lowerBound]
    return time > 0 ? time : nil
  }
}

extension NodeFacts: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, path, kind, form, output, params, macs, counters, memory, intensity, kernel, stride, padding, dilation,
      groups, bias
    case field = "receptive_field"
    case step = "effective_stride"
    case median = "median_ms"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(path, forKey: .path)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(form, forKey: .form)
    try container.encode(output, forKey: .output)
    try container.encode(params, forKey: .params)
    try container.encode(macs, forKey: .macs)
    try container.encode(cost.named, forKey: .counters)
    try container.encode(memory.named, forKey: .memory)
    try container.encode(memory.intensity, forKey: .intensity)
    try container.encode(field.size?.lengths, forKey: .field)
    try container.encode(field.stride.lengths, forKey: .step)
    try container.encodeIfPresent(window?.kernel.lengths, forKey: .kernel)
    try container.encodeIfPresent(window?.stride.lengths, forKey: .stride)
    try container.encodeIfPresent(window?.padding.lengths, forKey: .padding)
    try container.encodeIfPresent(window?.dilation.lengths, forKey: .dilation)
    try container.encodeIfPresent(groups, forKey: .groups)
    try container.encodeIfPresent(bias, forKey: .bias)
    try container.encodeIfPresent(median, forKey: .median)
  }
}

extension Cost {
  /// The counters by name.
  var named: [String: Int] {
    Dictionary(uniqueKeysWithValues: Cost.counters.map { ($0.name, self[keyPath: $0.value]) })
  }
}

extension MemoryUse {
  static let figures: [(name: String, value: KeyPath<MemoryUse, Int> & Sendable)] = [
    ("weights_bytes", \.weights), ("activations_bytes", \.activations), ("peak_bytes", \.peak),
    ("traffic_bytes", \.traffic),
  ]

  /// The figures by name.
  var named: [String: Int] {
    Dictionary(uniqueKeysWithValues: MemoryUse.figures.map { ($0.name, self[keyPath: $0.value]) })
  }
}

extension Operation {
  fileprivate var window: NodeFacts.Window? {
    switch self {
    case .convolution(let c): .init(kernel: c.kernel, stride: c.stride, padding: c.padding, dilation: c.dilation)
    case .maxPool(let p), .averagePool(let p, _):
      .init(kernel: p.kernel, stride: p.stride, padding: p.padding, dilation: 1)
    default: nil
    }
  }

  fileprivate var hasBias: Bool? {
    switch self {
    case .convolution(let c): c.bias
    case .linear(_, _, let bias): bias
    default: nil
    }
  }
}

extension Extent {
  var lengths: [Int] { [height, width] }
}

extension CountingConvention {
  /// What the figure counts, in a word.
  var title: String { self == .torchvision ? "Multiply-adds" : "Operations" }
}
