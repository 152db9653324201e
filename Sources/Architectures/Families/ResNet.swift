import NetworkGraph

/// Residual networks for ImageNet (He et al. 2015, Table 1): a stem, four stages of residual blocks, each stage half
/// as large and twice as wide as the one before, and a classifier.
struct ResNet: Module {
  /// The published depths: layers with weights.
  enum Depth: Int, CaseIterable {
    case d18 = 18
    case d34 = 34
    case d50 = 50
    case d101 = 101
    case d152 = 152

    var blocksPerStage: [Int] {
      switch self {
      case .d18: [2, 2, 2, 2]
      case .d34, .d50: [3, 4, 6, 3]
      case .d101: [3, 4, 23, 3]
      case .d152: [3, 8, 36, 3]
      }
    }

    var hasBottlenecks: Bool { self >= .d50 }
  }

  /// Channels of the stem, and of the first stage inside its blocks.
  static let stemWidth = 64

  /// Which block of a stage makes the map smaller.
  enum Downsampling: Hashable, Sendable {
    /// The first block of every stage but the first.
    case first
    /// The last block of every stage but the last.
    case last
  }

  /// Residual blocks of each stage.
  var blocksPerStage: [Int]
  var block: ResidualBlockKind
  /// nil for a plain network, which has one form: without shortcuts the other is the same chain, cut elsewhere.
  var form: BlockForm? = .postActivation
  var stridePlacement = Bottleneck.StridePlacement.spatial
  var downsampling = Downsampling.first
  var options = ResidualOptions()
  var stemBias = false
  /// Groups of the 3×3 of a bottleneck (ResNeXt's cardinality), and channels of each in the first stage (wider than 64
  /// in all: Wide ResNet).
  var groups = 1
  var groupWidth = ResNet.stemWidth
  var excites = false
  /// Also in the pre-activation form the stem's convolution is followed by a norm and ReLU, and the blocks of the
  /// first stage do without their own.
  var activatesStem = false

  var kind: BlockKind { .network }
  private var names: NamingScheme { options.names }

  /// A network of one of the published depths.
  init(depth: Depth, form: BlockForm? = .postActivation, options: ResidualOptions = ResidualOptions()) {
    blocksPerStage = depth.blocksPerStage
    block = ResidualBlockKind(hasBottlenecks: depth.hasBottlenecks)
    self.form = form
    self.options = options
  }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try stem(x)
    for stage in blocksPerStage.indices {
      y = try y.block(names.stage(stage), .stage) { x throws(NetworkError) in
        var y = x
        for position in 0..<blocksPerStage[stage] {
          y = try y.apply(names.block(position), residual(stage: stage, position: position))
        }
        return y
      }
    }
    if form == .preActivation { y = try y.batchNorm(names.lastNorm, epsilon: options.epsilon).relu() }
    return try y.globalAveragePool(names.pool).flatten(names.flatten).linear(names.classifier, 1000)
  }

  private func stem(_ x: Value) throws(NetworkError) -> Value {
    var y = try x.conv(names.stem, ResNet.stemWidth, kernel: 7, stride: 2, bias: stemBias)
    if form != .preActivation || activatesStem {
      y = try y.batchNorm(names.stemNorm, epsilon: options.epsilon).relu()
    }
    return try y.maxPool(names.stemPool, kernel: 3, stride: 2, padding: 1)
  }

  private func residual(stage: Int, position: Int) -> any Module {
    let shrinks =
      switch downsampling {
      case .first: stage > 0 && position == 0
      case .last: stage < blocksPerStage.count - 1 && position == blocksPerStage[stage] - 1
      }
    let width = ResNet.stemWidth << stage
    let stride = shrinks ? 2 : 1
    guard form != nil else { return PlainBlock(outputChannels: width, stride: stride) }
    var options = options
    options.leadingActivation = !(activatesStem && stage == 0)
    // One sixteenth of the block's output (Hu et al. 2018, §6.1).
    let squeeze = excites ? width * block.expansion / 16 : nil
    return switch block {
    case .basic: BasicBlock(form: form, outputChannels: width, squeeze: squeeze, stride: stride, options: options)
    case .bottleneck:
      Bottleneck(
        form: form, width: width, innerWidth: width * groupWidth / ResNet.stemWidth * groups, groups: groups,
        squeeze: squeeze, stride: stride, stridePlacement: stridePlacement, options: options)
    }
  }
}

extension ResNet.Depth: Comparable {
  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The parts of a ResNet: torchvision's `resnet50`, timm's `resnetv2_50`.
extension NamingScheme {
  var stem: String { choose("conv1", "stem.conv") }
  var stemNorm: String { choose("bn1", "stem.norm") }
  var stemPool: String { choose("maxpool", "stem.pool") }
  func stage(_ index: Int) -> String { choose("layer\(index + 1)", "stages.\(index)") }
  func block(_ index: Int) -> String { choose("\(index)", "blocks.\(index)") }
  var lastNorm: String { "norm" }
  var pool: String { choose("avgpool", "head.global_pool") }
  var flatten: String { choose("flatten", "head.flatten") }
  var classifier: String { choose("fc", "head.fc") }
}
