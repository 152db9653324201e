import ConvKernels
import NetworkGraph

/// Steps that run together, slab by slab of rows: a depthwise convolution, the convolution before it, the pointwise one
/// behind it; or a norm with its activation, and the pointwise convolution that alone reads it. What lies between them is as
/// large as a slab, and stays in the second cache.
struct Slab: Hashable, Sendable {
  /// The steps, one behind the other.
  var steps: ClosedRange<Int>
  /// The depthwise convolution, or the norm, which is one of a single tap.
  var middle: Int
  var tiling: SlabTiling
  /// Floats of the depthwise convolution's input and output in a slab, where these lie in one.
  var wideFloats = 0
  var narrowFloats = 0

  var hasBefore: Bool { middle > steps.lowerBound }
  var hasAfter: Bool { middle < steps.upperBound }
  /// Floats of a worker's memory.
  var scratchFloats: Int { wideFloats + narrowFloats + 8 * Slab.blockPixels }

  /// The most pixels of a block of the convolutions, so that the lists of where they lie stay in the first cache.
  static let blockPixels = 512
}

/// How a depthwise convolution and its neighbours are cut into slabs.
struct SlabTiling: Hashable, Sendable {
  /// Slabs that an image is cut into.
  var slabs: Int
  /// Rows of the depthwise convolution's whole input and output.
  var inputHeight: Int
  var outputHeight: Int
  /// Rows and pixels of the depthwise convolution's input, with the zeros around it, and rows of its output.
  var inputRows: Int
  var inputPixels: Int
  var outputRows: Int
  /// Rows and pixels of zeros before the depthwise convolution's input, and rows from the first to the last of a window.
  var top: Int
  var left: Int
  var reach: Int

  /// Bytes of a value, for each thread, from which on it leaves the second cache before it is read.
  static let largeBytes = 1 << 20
  /// The same of a norm's value, which is written and read for little work.
  static let largeNormBytes = 128 << 10
  /// Bytes of a slab's values, which share that cache with weights and with what passes by: usually, and at the most.
  private static let usualBytes = Double(384 << 10)
  private static let mostBytes = Double(768 << 10)
  /// Bytes of a convolution's weights, which pass by for every slab.
  static let mostWeightBytes = 256 << 10
  /// Those of one behind a norm, which saves a pass over all of its input.
  static let mostWeightBytesBehindNorm = 512 << 10
  /// Neighbouring slabs of a thread, so that those behind the first find rows that both read.
  static let portions = 2

  /// Nil where no slab of which a third is new would fit into that cache.
  init?(_ c: Convolution, input: Shape, output: Shape, options: PlanOptions, hasBefore: Bool, hasAfter: Bool) {
    (inputHeight, outputHeight) = (input.height, output.height)
    let units = (output.channels + 15) / 16
    (top, left) = (c.padding.height, c.padding.width)
    reach = (c.kernel.height - 1) * c.dilation.height + 1
    inputPixels = max(
      (output.width - 1) * c.stride.width + (c.kernel.width - 1) * c.dilation.width + 1, input.width + c.padding.width)
    // Strides and dilations may be too large to be multiplied by anything.
    let inputRow = hasBefore ? Double(units * 64) * Double(inputPixels) : 0
    let outputRow = hasAfter ? Double(units * 64) * Double(output.width) : 0
    let kept = max(0, reach - c.stride.height)
    /// Bytes of a slab of so many rows of outputs.
    func bytes(_ rows: Double) -> Double {
      (Double(kept) + rows * Double(c.stride.height)) * inputRow + rows * outputRow
    }
    // At least a third of the rows are new.
    let least = hasBefore ? max(1, (kept + 2 * c.stride.height - 1) / (2 * c.stride.height)) : 1
    guard options.forcedSlabRows != nil || bytes(Double(least)) <= SlabTiling.mostBytes else { return nil }
    let fitting = (SlabTiling.usualBytes - bytes(0)) / (bytes(1) - bytes(0))
    let most = options.forcedSlabRows ?? max(least, Int(min(max(1, fitting), Double(output.height))))
    let even = SlabTiling.portions * options.threads
    slabs = min(output.height, ((output.height + most - 1) / most + even - 1) / even * even)
    outputRows = (output.height + slabs - 1) / slabs
    inputRows = (outputRows - 1) * c.stride.height + reach
  }
}
