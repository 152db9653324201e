import ConvKernels
import NetworkGraph

/// Units of output channels that are computed together, and the first input unit of their group.
struct OutputPanel: Hashable, Sendable {
  var units: Int
  var firstUnit: Int
  var firstInput = 0

  /// Panels of equal width, as wide as the instruction set's tiles can be.
  static func cut(_ units: Int, for set: InstructionSet) -> [OutputPanel] {
    let count = (units + set.maximumUnits - 1) / set.maximumUnits
    return (0..<count).map { i in
      let from = units * i / count
      return OutputPanel(units: units * (i + 1) / count - from, firstUnit: from)
    }
  }
}

extension [OutputPanel] {
  /// Into how many blocks to cut pixels so that threads get equal shares of all panels of all blocks.
  func blocks(atLeast wanted: Int, of pixels: Int, for workers: Int) -> Int {
    let divides = count * wanted % workers == 0 && Set(map(\.units)).count == 1
    return Swift.max(1, Swift.min(divides ? wanted : (wanted + workers - 1) / workers * workers, pixels))
  }
}

/// How the offset-table kernel cuts a convolution: output channels into panels, pixels into blocks, the reduction into
/// chunks. What a pixel's value is does not depend on any of it.
struct DirectTiling: Hashable, Sendable {
  var panels: [OutputPanel]
  /// Input channels of one step of the reduction: half a unit, or 1 where the input is planar.
  var depth: Int
  /// Steps that a panel's input channels take, at every tap.
  var channelSteps: Int
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
  /// Multiply-adds below which a second thread costs more than it brings: about 20 µs.
  static let serialMultiplyAdds = 1e6

  init(_ c: Convolution, outputPixels: Int, inputPixels: Int, isPlanar: Bool, options: PlanOptions) {
    let set = options.instructionSet
    let groups = c.blockDiagonalGroups
    let inputs = c.inputChannels / groups
    let outputs = (c.outputChannels / groups + 15) / 16
    depth = isPlanar ? 1 : Int(CK_DEPTH)
    channelSteps = (inputs + depth - 1) / depth
    let units = isPlanar ? inputs : (inputs + 15) / 16

    panels = (0..<groups).flatMap { group in
      OutputPanel.cut(outputs, for: set).map { panel in
        OutputPanel(
          units: panel.units, firstUnit: group * outputs + panel.firstUnit, firstInput: group * units)
      }
    }
    let widest = panels.map(\.units).max() ?? 1
    tile = .by(set.pixels(units: widest), widest * 16)

    let reduction = channelSteps * depth * c.kernel.area
    chunks = max(1, (reduction + DirectTiling.chunkChannels / 2) / DirectTiling.chunkChannels)
    // Of a whole batch: too many to count, perhaps, before anybody has asked whether there is room for it.
    let multiplyAdds = Double(outputPixels) * Double(reduction * outputs * 16 * groups)
    workers = multiplyAdds < DirectTiling.serialMultiplyAdds ? 1 : options.threads

    let weightBytes = reduction * outputs * groups * 16 * 4
    let inputBytes = inputPixels * channelSteps * depth * groups * 4
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
  /// Floats of the weights when narrow groups are taken together and channels fill whole units: where that is dense, it
  /// may be too large to be counted.
  var packedWeights: Double {
    let groups = blockDiagonalGroups
    let inputs = (inputChannels / groups + 15) / 16 * 16
    let outputs = (outputChannels / groups + 15) / 16 * 16
    return Double(inputs) * Double(outputs) * Double(kernel.area) * Double(groups)
  }

  /// The number of groups when narrow ones are taken together until their channels fill whole units; the weights
  /// between channels of different groups are zeros then.
  var blockDiagonalGroups: Int {
    guard groups > 1 else { return 1 }
    let inputs = inputChannels / groups
    let outputs = outputChannels / groups
    let together = (1...groups).first {
      groups % $0 == 0 && inputs * $0 % 16 == 0 && outputs * $0 % 16 == 0
    }
    return together.map { groups / $0 } ?? 1
  }
}
