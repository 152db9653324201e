/// A two-dimensional convolution, dense, grouped or depthwise.
public struct Convolution: Hashable, Sendable {
  public var inputChannels: Int
  public var outputChannels: Int
  public var kernel: Extent
  public var stride: Extent
  /// Zeros added on each side.
  public var padding: Extent
  public var dilation: Extent
  /// Input and output channels are cut into this many independent groups.
  public var groups: Int
  public var bias: Bool

  public init(
    inputChannels: Int, outputChannels: Int, kernel: Extent, stride: Extent = 1, padding: Extent = 0,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = false
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
  }

  /// True if every input channel is a group of its own.
  public var isDepthwise: Bool { groups > 1 && groups == inputChannels }
  /// True for a 1×1 convolution in one group.
  public var isPointwise: Bool { kernel == 1 && groups == 1 }
}

/// The window of a pooling layer.
public struct Pooling: Hashable, Sendable {
  public var kernel: Extent
  public var stride: Extent
  public var padding: Extent
  /// Rounds the output size up instead of down; a window must still start inside the input or its left padding.
  public var ceilMode: Bool

  public init(kernel: Extent, stride: Extent, padding: Extent = 0, ceilMode: Bool = false) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.ceilMode = ceilMode
  }
}

/// Rows and columns around a map.
public struct Margins: Hashable, Sendable {
  public var top: Int
  public var left: Int
  public var bottom: Int
  public var right: Int

  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }
}

/// What a layer does.
public enum Operation: Hashable, Sendable {
  /// The image that the network is given.
  case input(Shape)
  case convolution(Convolution)
  /// Batch normalisation with learned scale and shift and stored statistics (Ioffe and Szegedy 2015).
  case batchNorm(features: Int, epsilon: Double)
  /// Normalisation over the channels of every pixel, or over a vector, with learned scale and shift (Ba et al. 2016;
  /// over the channels of a map as in ConvNeXt, Liu et al. 2022, §2.6).
  case layerNorm(features: Int, epsilon: Double)
  /// A learned factor for every channel (Touvron et al. 2021, §2).
  case layerScale(features: Int)
  /// One number that every value is multiplied by (residual scaling: Szegedy et al. 2016, §3.3).
  case scale(Double)
  /// A learned number for every channel, which is added.
  case channelBias(features: Int)
  /// One number that is added to every value.
  case shift(Double)
  case activation(Activation)
  case maxPool(Pooling)
  /// The mean over a window; with `countsPadding` the zeros of the padding are part of it.
  case averagePool(Pooling, countsPadding: Bool)
  /// The mean over the whole map: `channels×1×1`.
  case globalAveragePool
  /// The means over windows that cut the map into so many rows and columns and overlap where they do not divide it:
  /// output i of n over a length l covers ⌊i · l / n⌋ ..< ⌈(i + 1) · l / n⌉.
  case adaptiveAveragePool(Extent)
  /// Of a vector, or of every pixel's channels where the input is a map.
  case linear(inputFeatures: Int, outputFeatures: Int, bias: Bool)
  /// The sum of all inputs, which have one shape.
  case add
  /// The product of all inputs, element by element. Each has the output's shape or is one number for every channel,
  /// `channels×1×1`, as a squeeze-and-excitation's scaling is (Hu et al. 2018, §3).
  case multiply
  /// All inputs one after the other along the channels.
  case concat
  /// Some of the channels.
  case slice(Range<Int>)
  /// The channels dealt out anew: channel i of group g becomes channel g of group i (Zhang et al. 2018, §3.1).
  case channelShuffle(groups: Int)
  /// Channels of zeros before and after those of the input.
  case padChannels(before: Int, after: Int)
  /// The pixels of every so many rows and columns, from the first on.
  case subsample(stride: Extent)
  /// Rows and columns of zeros around the map.
  case zeroPad(Margins)
  case flatten
  /// A vector as a map of one pixel.
  case unflatten
  /// Does nothing at inference.
  case dropout(rate: Double)
  /// Leaves out whole branches while training (Huang et al. 2016); does nothing at inference.
  case stochasticDepth(rate: Double)
  case softmax
  /// Local response normalisation across channels (Krizhevsky et al. 2012, §3.3).
  case localResponseNorm(size: Int, alpha: Double, beta: Double, k: Double)
  /// What only files of others have.
  case portable(PortableOperation)
  /// What a file asks for and nothing here computes: it is shown, and left out of timings.
  case unsupported(UnsupportedOperation)

  /// The name that torch.nn gives it; functional operations keep their function's name.
  public var kind: String {
    switch self {
    case .input: "Input"
    case .convolution: "Conv2d"
    case .batchNorm: "BatchNorm2d"
    case .layerNorm: "LayerNorm2d"
    case .layerScale: "LayerScale"
    case .scale: "Scale"
    case .channelBias: "Bias"
    case .shift: "Shift"
    case .activation(let activation): activation.kind
    case .maxPool: "MaxPool2d"
    case .averagePool: "AvgPool2d"
    case .globalAveragePool, .adaptiveAveragePool: "AdaptiveAvgPool2d"
    case .linear: "Linear"
    case .add: "Add"
    case .multiply: "Multiply"
    case .concat: "Concat"
    case .slice: "Slice"
    case .channelShuffle: "ChannelShuffle"
    case .padChannels: "PadChannels"
    case .subsample: "Subsample"
    case .zeroPad: "ZeroPad2d"
    case .flatten: "Flatten"
    case .unflatten: "Unflatten"
    case .dropout: "Dropout"
    case .stochasticDepth: "StochasticDepth"
    case .softmax: "Softmax"
    case .localResponseNorm: "LocalResponseNorm"
    case .portable(let operation): operation.kind
    case .unsupported(let operation): "\(operation.type) (no kernel)"
    }
  }

  public var convolution: Convolution? {
    if case .convolution(let convolution) = self { convolution } else { nil }
  }

  public var activation: Activation? {
    if case .activation(let activation) = self { activation } else { nil }
  }

  /// True if the output is the input's values in the input's order.
  public var keepsValues: Bool {
    switch self {
    case .flatten, .unflatten, .dropout, .stochasticDepth: true
    default: false
    }
  }
}
