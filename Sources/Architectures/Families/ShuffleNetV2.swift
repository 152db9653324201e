import NetworkGraph

/// ShuffleNet V2 (Ma et al. 2018, Table 5): half of the channels pass by, and a shuffle mixes the halves. Names are
/// torchvision's.
struct ShuffleNetV2: Module {
  enum Width: String, CaseIterable {
    case half = "x0_5"
    case full = "x1_0"
    case oneAndHalf = "x1_5"
    case double = "x2_0"

    /// Output channels of the three stages and of the last convolution.
    var channels: (stages: [Int], last: Int) {
      switch self {
      case .half: ([48, 96, 192], 1024)
      case .full: ([116, 232, 464], 1024)
      case .oneAndHalf: ([176, 352, 704], 1024)
      case .double: ([244, 488, 976], 2048)
      }
    }
  }

  private static let blocksPerStage = [4, 8, 4]

  var blocksPerStage: [Int]
  /// Output channels of each stage.
  var stages: [Int]
  /// Output channels of the last convolution.
  var last: Int

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try x.apply("conv1", ConvNormActivation(outputChannels: 24, kernel: 3, stride: 2, activation: .relu))
      .maxPool("maxpool", kernel: 3, stride: 2, padding: 1)
    for (index, (count, channels)) in zip(blocksPerStage, stages).enumerated() {
      y = try y.block("stage\(index + 2)", .stage) { x throws(NetworkError) in
        var y = x
        for position in 0..<count {
          let block = ShuffleUnit(outputChannels: channels, stride: position == 0 ? 2 : 1)
          y = try y.apply("\(position)", block)
        }
        return y
      }
    }
    return try y.apply("conv5", ConvNormActivation(outputChannels: last, kernel: 1, activation: .relu))
      .globalAveragePool("mean").flatten().linear("fc", 1000)
  }
}

/// A unit of ShuffleNet V2 (Ma et al. 2018, Fig. 3c and d): with stride 1 one half of the channels passes by; with stride
/// 2 both branches take all of them.
struct ShuffleUnit: Module {
  var outputChannels: Int
  var stride = 1

  var kind: BlockKind { "InvertedResidual" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let half = outputChannels / 2
    let joined: Value
    if stride == 1 {
      let halves = try x.chunk(2)
      joined = try .concat([halves[0], branch2(halves[1], half)])
    } else {
      let branch1 = try x.block("branch1", .sequential) { x throws(NetworkError) in
        try x.conv("0", x.channels, kernel: 3, stride: Extent(stride), groups: x.channels).batchNorm("1")
          .conv("2", half, kernel: 1).batchNorm("3").relu("4")
      }
      joined = try .concat([branch1, branch2(x, half)])
    }
    return try joined.channelShuffle("channel_shuffle", groups: 2)
  }

  private func branch2(_ x: Value, _ channels: Int) throws(NetworkError) -> Value {
    try x.block("branch2", .sequential) { x throws(NetworkError) in
      try x.conv("0", channels, kernel: 1).batchNorm("1").relu("2")
        .conv("3", channels, kernel: 3, stride: Extent(stride), groups: channels).batchNorm("4")
        .conv("5", channels, kernel: 1).batchNorm("6").relu("7")
    }
  }
}

extension ShuffleNetV2 {
  static let entries = Width.allCases.map { entry("shufflenet_v2_\($0.rawValue)", $0) }

  static let family = entry("shufflenet_v2", .full)

  private static func entry(_ name: String, _ width: Width) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "ShuffleNet", year: 2018,
      paper: "Ma et al.: ShuffleNet V2, arXiv:1807.11164",
      summary: "half of the channels pass by every unit, a shuffle mixes them",
      settings: [
        Setting(.blocks, blocksPerStage), Setting(.channels, width.channels.stages),
        Setting(.out, width.channels.last, "output channels of the last convolution"),
      ],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .none(reason: "nothing is activated after its joins: there is no other order") },
      module: { _, settings throws(CatalogueError) in
        let channels = settings.integers(.channels)
        let blocks = settings.integers(.blocks)
        try settings.require(channels.allSatisfy { $0 % 2 == 0 }, .channels, "even numbers, for two halves")
        try settings.require(
          channels.count == blocks.count, .channels, "as many numbers as stages, of which there are \(blocks.count)")
        return ShuffleNetV2(blocksPerStage: blocks, stages: channels, last: settings.integer(.out))
      })
  }
}
