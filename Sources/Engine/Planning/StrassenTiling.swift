import ConvKernels
import NetworkGraph

/// How a pointwise convolution is cut for one step of Strassen's algorithm: pairs of pixels, and halves of the input and
/// output channels, so that seven products of halves do the work of eight. An odd unit of input channels belongs to the
/// lower half; one of output channels is computed directly.
///
/// Source: Strassen 1969, "Gaussian Elimination is not Optimal", in the form with fifteen additions that is due to
/// Winograd; four of them are among weights, and seven are made by beginning a product with another's result.
struct StrassenTiling: Hashable, Sendable {
  /// Of the lower half of the output channels, and one of an odd unit behind both halves.
  var panels: [OutputPanel]
  /// Units of the lower half of the input channels.
  var inputUnits: Int
  /// The upper half may have one less.
  var upperInputUnits: Int
  /// Units of half of the output channels, but for an odd one.
  var outputUnits: Int
  /// Steps that the lower half of the input channels takes in a product.
  var channelSteps: Int { inputUnits * StrassenTiling.unitSteps }
  /// Pairs of pixels of all images; where the pixels of an image are odd, one of its pairs has one pixel.
  var pairs: Int
  var blocks: Int
  /// One block, of whose panels every worker has a share; else all panels of a block are one worker's, with its sums.
  var panelsOuter: Bool { blocks == 1 }
  var workers: Int
  /// Pixels and channels of the largest register tile.
  var tile: Extent

  static let products = 7
  static let unitSteps = 16 / Int(CK_DEPTH)
  /// Bytes of weights beyond which what they take of memory is not worth what they save of time.
  private static let mostWeightBytes = 16 << 20
  /// Bytes of a block's input, whose sums are as large again.
  private static let blockBytes = 256 << 10
  /// The most pairs of a block, so that results that wait stay near the first cache.
  private static let mostPairs = 48

  /// Nil where the convolution has no such halves.
  init?(_ c: Convolution, output: Shape, options: PlanOptions) {
    let units = (inputs: (c.inputChannels + 15) / 16, outputs: (c.outputChannels + 15) / 16)
    let area = output.height * output.width
    guard c.kernel == 1, c.groups == 1, c.padding == 0, area > 1, units.inputs > 1, units.outputs > 1
    else { return nil }
    inputUnits = (units.inputs + 1) / 2
    upperInputUnits = units.inputs / 2
    outputUnits = units.outputs / 2
    panels = OutputPanel.cut(
      outputUnits, channelSteps: inputUnits * StrassenTiling.unitSteps, for: options.instructionSet)
    if units.outputs % 2 > 0 {
      panels.append(
        OutputPanel(
          lanes: OutputPanel.lastLanes(c.outputChannels, for: options.instructionSet),
          firstUnit: 2 * outputUnits, channelSteps: units.inputs * StrassenTiling.unitSteps))
    }
    let widest = panels.map(\.units).max() ?? 1
    tile = .by(options.instructionSet.pixels(units: widest), widest * 16)
    pairs = options.batch * ((area + 1) / 2)
    let direct = Double(2 * pairs) * Double(units.inputs * units.outputs * 256)
    workers = direct < DirectTiling.serialMultiplyAdds ? 1 : options.threads
    blocks = 1
    let inputBytes = pairs * inputUnits * 16 * 16
    let weightBytes = weightFloats * 4
    guard weightBytes <= StrassenTiling.mostWeightBytes else { return nil }
    if weightBytes <= inputBytes {
      blocks = max(1, inputBytes / StrassenTiling.blockBytes, pairs / StrassenTiling.mostPairs)
    }
    blocks = panels.blocks(atLeast: blocks, of: pairs, for: workers)
  }

  /// The most pairs of a block.
  var blockPairs: Int { (pairs + blocks - 1) / blocks }
  /// Floats of the weights and their sums.
  var weightFloats: Int { pairedFloats + oddFloats }
  private var pairedFloats: Int { StrassenTiling.products * inputUnits * outputUnits * 256 }
  private var oddFloats: Int { odd.map { $0.channelSteps * Int(CK_DEPTH) * $0.lanes } ?? 0 }
  private var odd: OutputPanel? { panels.last.flatMap { $0.firstUnit < outputUnits ? nil : $0 } }
  /// Multiply-adds of a pair of pixels.
  var multiplyAdds: Int {
    pairedFloats - 2 * (inputUnits - upperInputUnits) * outputUnits * 256 + 2 * oddFloats
  }
  /// Bytes of inputs and their sums that the products of a panel read of a pair of pixels.
  var bytesPerPair: Int { StrassenTiling.products * inputUnits * 64 }
  /// Whether a block's inputs and sums, four halves of each, do not stay in a cache while all panels pass.
  func leaves(cacheOf bytes: Int) -> Bool { blockPairs * inputUnits * 64 * 8 > bytes }
  /// Floats of one worker's sums, results that wait, and lists of pairs.
  var scratchFloats: Int { blockPairs * (16 * (4 * inputUnits + 12) + 24) }
}

extension StrassenTiling: CustomStringConvertible {
  var description: String { "strassen \(tile)" }
}

extension StrassenTiling {
  /// Writes the weights and their sums as `[panel][product][step][depth][lane]`.
  func pack(
    _ weights: UnsafeMutableBufferPointer<Float>, _ c: Convolution, into destination: UnsafeMutablePointer<Float>
  ) {
    let inputs = inputUnits * 16
    let outputs = outputUnits * 16
    func weight(_ input: Int, _ output: Int) -> Double {
      input < c.inputChannels && output < c.outputChannels ? Double(weights[output * c.inputChannels + input]) : 0
    }
    var base = destination
    for panel in panels {
      let width = panel.lanes
      if panel.firstUnit >= outputUnits {
        for input in 0..<panel.channelSteps * Int(CK_DEPTH) {
          for lane in 0..<width { base[input * width + lane] = Float(weight(input, panel.firstUnit * 16 + lane)) }
        }
        return
      }
      let product = inputs * width
      for lane in 0..<width {
        let output = panel.firstUnit * 16 + lane
        for input in 0..<inputs {
          let b11 = weight(input, output)
          let b12 = weight(input, output + outputs)
          let b21 = weight(input + inputs, output)
          let b22 = weight(input + inputs, output + outputs)
          let t1 = b12 - b11
          let t2 = b22 - t1
          let to = base + input * width + lane
          to[0] = Float(b11)
          to[product] = Float(b21)
          to[2 * product] = Float(t2)
          to[3 * product] = Float(b22 - b12)
          to[4 * product] = Float(b21 - t2)
          to[5 * product] = Float(t1)
          to[6 * product] = Float(b22)
        }
      }
      base += StrassenTiling.products * product
    }
  }
}
