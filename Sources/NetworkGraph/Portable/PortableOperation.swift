/// Operations of published files that no network of the catalogue has. Some have kernels; the engine computes the others
/// line by line.
public enum PortableOperation: Hashable, Sendable {
  case function(ElementFunction)
  /// Values combined element by element. A length of 1 goes with any other.
  case combine(Combination)
  /// A value and a stored tensor, of the shape given, combined element by element.
  case combineStored(Combination, Shape, storedFirst: Bool)
  /// x where it is positive, elsewhere times a learned slope: one for every channel, or one for all (He et al.
  /// 2015, "Delving Deep").
  case prelu(slopes: Int)
  /// Normalisation over the maps of so many channels at a time, with learned scale and shift of every channel (Wu and He
  /// 2018): over every channel's own where there are as many groups (Ulyanov et al. 2016).
  case groupNorm(groups: Int, features: Int, epsilon: Double)
  case transposedConvolution(TransposedConvolution)
  /// A convolution without bias whose weights are computed: its second input, with a channel for every output channel, a
  /// row for every input channel of the group, and a column for every place of the kernel (Yang et al. 2019, §3).
  case convolution(Convolution)
  case pool(WindowPooling)
  case globalMaxPool
  case softmax(Axis)
  case logSoftmax(Axis)
  case reduce(Reduction, Set<Axis>)
  case resize(Resizing)
  case cut(channels: Cut, rows: Cut, columns: Cut)
  case pad(EdgePadding)
  /// The axes in another order: axis i of the output is axis `order[i]` of the input.
  case permute([Axis])
  /// The same values in the same order under another shape.
  case reshape(Shape)
  /// Places along an axis in any order, each as often as it is named.
  case pick(Axis, [Int])
  /// For every channel the product of two matrices. One of the two may have a single channel, which goes with all. With a
  /// learned matrix it is a linear layer of every row.
  case matrixProduct(isLearned: Bool)
  /// A tensor of the file as a value. It takes the image, and does nothing with it.
  case stored(Shape)

  /// The axes of a map.
  public enum Axis: Int, Hashable, Sendable, CaseIterable, Comparable {
    case channels, rows, columns
    public static func < (a: Axis, b: Axis) -> Bool { a.rawValue < b.rawValue }
  }

  public enum Reduction: String, Hashable, Sendable {
    case mean, sum, maximum, minimum
    /// The root of the sum of squares.
    case norm
  }

  /// Its name, in the words of torch.
  public var kind: String {
    switch self {
    case .function(let function): function.kind
    case .combine(let combination), .combineStored(let combination, _, _): combination.kind
    case .prelu: "PReLU"
    case .groupNorm(let groups, let features, _): groups == features ? "InstanceNorm2d" : "GroupNorm"
    case .transposedConvolution: "ConvTranspose2d"
    case .convolution: "Conv2d"
    case .pool(let pooling): pooling.isAverage ? "AvgPool2d" : "MaxPool2d"
    case .globalMaxPool: "AdaptiveMaxPool2d"
    case .softmax: "Softmax"
    case .logSoftmax: "LogSoftmax"
    case .reduce(let reduction, _): reduction.rawValue.capitalizedASCII
    case .resize: "Upsample"
    case .cut: "Crop"
    case .pad: "Pad"
    case .permute: "Permute"
    case .reshape: "Reshape"
    case .pick: "Gather"
    case .matrixProduct: "MatMul"
    case .stored: "Constant"
    }
  }

  /// The tensors that it keeps: name, dimensions.
  var tensors: [(name: String, dimensions: [Int])] {
    switch self {
    case .prelu(let slopes): [("weight", [slopes])]
    case .groupNorm(_, let features, _): [("weight", [features]), ("bias", [features])]
    case .combineStored(_, let shape, _), .stored(let shape): [("value", shape.dimensions)]
    case .transposedConvolution(let c):
      [("weight", [c.inputChannels, c.outputChannels / c.groups, c.kernel.height, c.kernel.width])]
        + (c.bias ? [("bias", [c.outputChannels])] : [])
    default: []
    }
  }
}

extension String {
  fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
