import Measurement
import NetworkGraph

/// What a report tells about one block or layer.
struct NodeFacts: Encodable {
  let name: String
  let path: String
  let kind: String
  /// `pre-activation` or `post-activation`, for a block that could be either.
  let form: String?
  let output: [Int]
  let params: Int
  /// The figure of the convention that the report names.
  let macs: Int
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
  }

  init(_ node: Node, in network: Network, convention: CountingConvention, timings: Timings?) {
    let path = network.path(of: node)
    let cost = network.cost(of: node)
    name = network.name(of: node)
    self.path = path.dotted
    output = network.outputShape(of: node).dimensions
    params = cost.parameters
    macs = convention.operations(cost)
    switch node {
    case .block(let id):
      kind = network[id].kind.rawValue
      form = network[id].form?.rawValue
      (window, groups, bias) = (nil, nil, nil)
    case .layer(let id):
      let operation = network[id].operation
      kind = operation.kind
      form = nil
      window = operation.window
      groups = operation.convolution?.groups
      bias = operation.hasBias
    }
    let inside = timings?.steps.filter { $0.owner.isInside(path) } ?? []
    median = inside.isEmpty ? nil : inside.reduce(0) { $0 + $1.time.median }
  }

  private enum CodingKeys: String, CodingKey {
    case name, path, kind, form, output, params, macs, kernel, stride, padding, groups, bias
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
    try container.encodeIfPresent(window?.kernel.lengths, forKey: .kernel)
    try container.encodeIfPresent(window?.stride.lengths, forKey: .stride)
    try container.encodeIfPresent(window?.padding.lengths, forKey: .padding)
    try container.encodeIfPresent(groups, forKey: .groups)
    try container.encodeIfPresent(bias, forKey: .bias)
    try container.encodeIfPresent(median, forKey: .median)
  }
}

extension Operation {
  fileprivate var window: NodeFacts.Window? {
    switch self {
    case .convolution(let c): .init(kernel: c.kernel, stride: c.stride, padding: c.padding)
    case .maxPool(let p), .averagePool(let p, _): .init(kernel: p.kernel, stride: p.stride, padding: p.padding)
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

extension Entry {
  static func extent(_ extent: Extent) -> Entry { .lengths(extent.lengths) }
}

extension CountingConvention {
  /// What the figure counts, in a word.
  var title: String { self == .torchvision ? "Multiply-adds" : "Operations" }
}
