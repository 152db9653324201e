import ConvKernels
import NetworkGraph

/// Units of output channels that are computed together, and the input channels that they take.
struct OutputPanel: Hashable, Sendable {
  /// 16 for every unit; 8 of a last one whose upper half has no channels, where the instruction set has tiles for that.
  var lanes: Int
  var firstUnit: Int
  /// Steps that the input channels take, at every tap.
  var channelSteps: Int
  var firstInputUnit = 0

  var units: Int { (lanes + 15) / 16 }
  var endInputUnit: Int { firstInputUnit + (channelSteps * Int(CK_DEPTH) + 15) / 16 }

  /// Lanes of a last panel of one unit.
  static func lastLanes(_ outputChannels: Int, for set: InstructionSet) -> Int {
    set.hasHalfPanels && 1...8 ~= outputChannels % 16 ? 8 : 16
  }

  /// Panels of one group of output channels; those beyond the last whole unit are a panel of their own, where half a one
  /// does for them.
  static func cut(channels: Int, channelSteps: Int, for set: InstructionSet) -> [OutputPanel] {
    let units = (channels + 15) / 16
    guard lastLanes(channels, for: set) == 8 else { return cut(units, channelSteps: channelSteps, for: set) }
    return cut(units - 1, channelSteps: channelSteps, for: set)
      + [OutputPanel(lanes: 8, firstUnit: units - 1, channelSteps: channelSteps)]
  }

  /// Panels of equal width, as wide as the instruction set's tiles can be.
  static func cut(_ units: Int, channelSteps: Int, for set: InstructionSet) -> [OutputPanel] {
    cut(units, channelSteps: channelSteps, most: set.maximumUnits)
  }

  private static func cut(_ units: Int, channelSteps: Int, most: Int) -> [OutputPanel] {
    let count = (units + most - 1) / most
    return (0..<count).map { i in
      let from = units * i / count
      return OutputPanel(
        lanes: 16 * (units * (i + 1) / count - from), firstUnit: from, channelSteps: channelSteps)
    }
  }

  /// Panels of a convolution, for all of its groups, of so many units at the most. Where a group is no whole number of
  /// units, groups share them, and a panel takes the input channels of all groups that it meets: weights between channels
  /// of different groups are zeros.
  static func cut(_ c: Convolution, most: Int) -> [OutputPanel] {
    let inputs = c.inputChannels / c.groups
    let outputs = c.outputChannels / c.groups
    func panel(units: Int, firstUnit: Int) -> OutputPanel {
      let last = min((firstUnit + units) * 16, c.outputChannels) - 1
      let from = firstUnit * 16 / outputs * inputs / 16
      let channels = (last / outputs + 1) * inputs - from * 16
      return OutputPanel(
        lanes: 16 * units, firstUnit: firstUnit, channelSteps: (channels + Int(CK_DEPTH) - 1) / Int(CK_DEPTH),
        firstInputUnit: from)
    }
    if c.groups == 1 {
      return cut((c.outputChannels + 15) / 16, channelSteps: panel(units: 1, firstUnit: 0).channelSteps, most: most)
    }
    guard outputs % 16 == 0 else {
      return (0..<(c.outputChannels + 15) / 16).map { panel(units: 1, firstUnit: $0) }
    }
    return (0..<c.groups).flatMap { group in
      cut(outputs / 16, channelSteps: 0, most: most).map {
        panel(units: $0.units, firstUnit: group * outputs / 16 + $0.firstUnit)
      }
    }
  }
}

extension [OutputPanel] {
  /// Into how many blocks to cut pixels so that threads get equal shares of all panels of all blocks.
  func blocks(atLeast wanted: Int, of pixels: Int, for workers: Int) -> Int {
    let divides = count * wanted % workers == 0 && Set(map(\.lanes)).count == 1
    return Swift.max(1, Swift.min(divides ? wanted : (wanted + workers - 1) / workers * workers, pixels))
  }
}

/// How the offset-table kernel cuts a convolution: output channels into panels, pixels into blocks, the reduction into
/// chunks. What a pixel's value is does not depend on any of it.
struct DirectTiling: Hashable, Sendable {
  var panels: [OutputPanel]
  /// Input channels of one step of the reduction: half a unit, or 1 where the input is planar.
  var depth: Int
  var chunks: Int
  var blocks: Int
  /// The most output pixels of a block.
  var blockPixels: Int
  /// All blocks of a panel one after the other, so that its weights are read once; else all panels of a block.
  var panelsOuter: Bool
  /// Threads that share the step.
  var workers: Int
  /// Pixels and channels of the largest register tile.
  var tile: Extent

  /// Input channels of a chunk: 64 output channels of it fill a quarter of a 1 MiB cache.
  private static let chunkChannels = 1024
  /// Bytes of input that a block of pixels may read, so that it stays cached while all panels pass over it.
  private static let blockBytes = 256 << 10
  /// The most output pixels of a block, so that the lists of where they lie stay in the first cache.
  private static let listedPixels = 512
  /// Multiply-adds below which a second thread costs more than it brings. They are few, since what the threads have
  /// written before lies in the caches of all of them, and one alone would have to fetch it.
  static let serialMultiplyAdds = 1e5

  init(_ c: Convolution, outputPixels: Int, inputPixels: Int, isPlanar: Bool, options: PlanOptions) {
    let set = options.instructionSet
    let depth = isPlanar ? 1 : Int(CK_DEPTH)
    self.depth = depth
    panels =
      c.groups > 1
      ? OutputPanel.cut(c, most: set.maximumUnits)
      : OutputPanel.cut(channels: c.outputChannels, channelSteps: (c.inputChannels + depth - 1) / depth, for: set)
    let widest = panels.map(\.units).max() ?? 1
    tile = .by(set.pixels(units: widest), widest * 16)

    let channels = (panels.map(\.channelSteps).max() ?? 1) * depth
    let reduction = channels * c.kernel.area
    chunks = max(1, (reduction + DirectTiling.chunkChannels / 2) / DirectTiling.chunkChannels)
    // Of a whole batch: too many to count, perhaps, before anybody has asked whether there is room for it.
    let packed = panels.reduce(0) { $0 + $1.channelSteps * depth * $1.lanes } * c.kernel.area
    let multiplyAdds = Double(outputPixels) * Double(packed)
    workers = multiplyAdds < DirectTiling.serialMultiplyAdds ? 1 : options.threads

    let weightBytes = packed * 4
    let inputBytes = inputPixels * max(channels, c.inputChannels) * 4
    // Small maps under large weights: every thread reads its own share of the weights, once.
    panelsOuter = weightBytes > inputBytes
    blocks = max(
      1, outputPixels / DirectTiling.listedPixels, min(inputBytes / DirectTiling.blockBytes, outputPixels / tile.height)
    )
    if panelsOuter { blocks = 1 }
    blocks = panels.blocks(atLeast: blocks, of: outputPixels, for: workers)
    blockPixels = (outputPixels + blocks - 1) / blocks
  }

  /// Floats of one worker's lists of output pixels.
  var scratchFloats: Int { 8 * blockPixels }
}

extension Convolution {
  /// The most floats of the weights with channels in whole units, which may be too many to be counted: where groups are no
  /// whole units, a unit of output channels takes the input channels of all groups that it meets.
  var packedWeights: Double {
    let outputs = Double((outputChannels + 15) / 16 * 16)
    let met =
      groups == 1 ? inputChannels : min(inputChannels, inputChannels / groups * (16 * groups / outputChannels + 2))
    return outputs * Double((met + 31) / 16 * 16) * Double(kernel.area)
  }
}
