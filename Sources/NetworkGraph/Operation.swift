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

/// What a layer does.
public enum Operation: Hashable, Sendable {
  /// The image that the network is given.
  case input(Shape)
  case convolution(Convolution)
  /// Batch normalisation with learned scale and shift and stored statistics (Ioffe and Szegedy 2015).
  case batchNorm(features: Int, epsilon: Double)
  case relu
  /// A rectifier that stops at 6 (Howard et al. 2017).
  case relu6
  case maxPool(Pooling)
  /// The mean over a window; with `countsPadding` the zeros of the padding are part of it.
  case averagePool(Pooling, countsPadding: Bool)
  /// The mean over the whole map: `channels×1×1`.
  case globalAveragePool
  case linear(inputFeatures: Int, outputFeatures: Int, bias: Bool)
  /// The sum of all inputs, which have one shape.
  case add
  /// All inputs one after the other along the channels.
  case concat
  case flatten
  /// Does nothing at inference.
  case dropout(rate: Double)
  case softmax
  /// Local response normalisation across channels (Krizhevsky et al. 2012, §3.3).
  case localResponseNorm(size: Int, alpha: Double, beta: Double, k: Double)

  /// The name that torch.nn gives it; functional operations keep their function's name.
  public var kind: String {
    switch self {
    case .input: "Input"
    case .convolution: "Conv2d"
    case .batchNorm: "BatchNorm2d"
    case .relu: "ReLU"
    case .relu6: "ReLU6"
    case .maxPool: "MaxPool2d"
    case .averagePool: "AvgPool2d"
    case .globalAveragePool: "AdaptiveAvgPool2d"
    case .linear: "Linear"
    case .add: "Add"
    case .concat: "Concat"
    case .flatten: "Flatten"
    case .dropout: "Dropout"
    case .softmax: "Softmax"
    case .localResponseNorm: "LocalResponseNorm"
    }
  }

  public var convolution: Convolution? {
    if case .convolution(let convolution) = self { convolution } else { nil }
  }
}

/// One tensor that a layer keeps, under the name that frameworks publish it by.
public struct TensorDescription: Hashable, Sendable {
  public enum Role: Hashable, Sendable {
    /// Learned: counted as a parameter.
    case parameter
    /// Stored but not learned, such as running statistics.
    case buffer
  }

  /// The last part of the name: `weight`, `bias`, `running_mean`, `running_var`.
  public var name: String
  public var dimensions: [Int]
  public var role: Role
  public var elements: Int { dimensions.reduce(1, *) }
}

extension Operation {
  /// The tensors that the layer keeps, in the order that PyTorch lists them.
  public var tensors: [TensorDescription] {
    func parameter(_ name: String, _ dimensions: [Int]) -> TensorDescription {
      TensorDescription(name: name, dimensions: dimensions, role: .parameter)
    }
    switch self {
    case .convolution(let c):
      let kernel = [c.outputChannels, c.inputChannels / c.groups, c.kernel.height, c.kernel.width]
      return [parameter("weight", kernel)] + (c.bias ? [parameter("bias", [c.outputChannels])] : [])
    case .linear(let inputs, let outputs, let bias):
      return [parameter("weight", [outputs, inputs])] + (bias ? [parameter("bias", [outputs])] : [])
    case .batchNorm(let features, _):
      return [
        parameter("weight", [features]), parameter("bias", [features]),
        TensorDescription(name: "running_mean", dimensions: [features], role: .buffer),
        TensorDescription(name: "running_var", dimensions: [features], role: .buffer),
      ]
    case .input, .relu, .relu6, .maxPool, .averagePool, .globalAveragePool, .add, .concat, .flatten, .dropout, .softmax,
      .localResponseNorm:
      return []
    }
  }
}
