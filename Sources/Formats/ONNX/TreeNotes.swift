import NetworkGraph

/// What a file that this program wrote says of its tree beside the operators, in the model's metadata: the kinds of
/// its blocks, with the form of those that have two, and of the layers whose operator stands for others too. With it the tree is read again as it was.
struct TreeNotes: Sendable {
  /// By the dotted paths of blocks and layers; the network's own is empty.
  private var kinds: [String: String] = [:]

  private static let prefix = "convscope.kind:"
  /// Longer than any kind's name; damaged files may have anything.
  private static let longest = 64

  init(of network: Network) {
    for block in network.blocks {
      kinds[block.path.dotted] = block.kind.rawValue + (block.form.map { Self.separator + $0.rawValue } ?? "")
    }
    for layer in network.layers {
      switch (layer.operation, layer.output) {
      case (.stochasticDepth(let rate), _): kinds[layer.path.dotted] = Self.word(ofRate: rate)
      case (.linear, .map): kinds[layer.path.dotted] = Self.linear
      case (.portable(.stored), _): kinds[layer.path.dotted] = Self.constant
      case (.portable(.permute), _): kinds[layer.path.dotted] = Self.permutation
      default: break
      }
    }
  }

  init(_ entries: [ONNXStringStringEntryProto]) {
    for entry in entries where entry.key.hasPrefix(Self.prefix) && (1...Self.longest).contains(entry.value.count) {
      kinds[String(entry.key.dropFirst(Self.prefix.count))] = ONNXNode.printable(entry.value)
    }
  }

  private var isEmpty: Bool { kinds.isEmpty }

  /// What goes into the file, in the order of the paths.
  var entries: [(key: String, value: String)] {
    kinds.sorted { $0.key < $1.key }.map { (Self.prefix + $0.key, $0.value) }
  }

  /// What the block at a path is; nil where the file does not say.
  func blockKind(at path: NodePath) -> BlockKind? {
    kinds[path.dotted].flatMap { $0.split(separator: Self.separator).first }.map { BlockKind(rawValue: String($0)) }
  }

  /// True for a block that has two forms, false for one that has none; nil where the file does not say.
  func hasForms(at path: NodePath) -> Bool? { kinds[path.dotted]?.contains(Self.separator) }

  private static let separator = ", "

  /// True if the convolution of single pixels in these scopes was a linear layer of every pixel.
  func isLinear(at scopes: [String]) -> Bool { kinds[scopes.joined(separator: ".")] == Self.linear }

  /// True if what is stored in these scopes was a layer.
  func isConstant(at scopes: [String]) -> Bool {
    !isEmpty && kinds[scopes.joined(separator: ".")] == Self.constant
  }

  /// True if the transposition in these scopes was a layer, not the border of another.
  func isPermutation(at scopes: [String]) -> Bool {
    !isEmpty && kinds[scopes.joined(separator: ".")] == Self.permutation
  }

  /// The rate of the stochastic depth that stood where the file has a node that does nothing; nil for none.
  func stochasticDepth(at scopes: [String]) -> Double? {
    guard !isEmpty, let word = kinds[scopes.joined(separator: ".")], word.hasPrefix(Self.stochasticDepth) else {
      return nil
    }
    return Double(word.dropFirst(Self.stochasticDepth.count)).flatMap { (0...1).contains($0) ? $0 : nil }
  }

  private static let linear = "Linear"
  private static let constant = "Constant"
  private static let permutation = "Permute"
  private static let stochasticDepth = "StochasticDepth "
  private static func word(ofRate rate: Double) -> String { "\(stochasticDepth)\(rate)" }
}
