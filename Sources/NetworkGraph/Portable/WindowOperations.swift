/// A convolution that spreads every input pixel over a window of outputs (Zeiler et al. 2010): the gradient of a
/// convolution with respect to its input. The weights are `[input channel][output channel of the group][row][column]`.
public struct TransposedConvolution: Hashable, Sendable {
  public var inputChannels: Int
  public var outputChannels: Int
  public var kernel: Extent
  public var stride: Extent
  /// Rows and columns that are cut off the result.
  public var margins: Margins
  /// Rows and columns added below and to the right of the result.
  public var outputPadding: Extent
  public var dilation: Extent
  public var groups: Int
  public var bias: Bool

  public init(
    inputChannels: Int, outputChannels: Int, kernel: Extent, stride: Extent, margins: Margins,
    outputPadding: Extent, dilation: Extent, groups: Int, bias: Bool
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.margins = margins
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
  }

  func outputShape(of input: Shape, layer: NodePath) throws(NetworkError) -> Shape {
    try Operation.check(layer, "output channels", outputChannels)
    try Operation.check(layer, "groups", groups)
    try Operation.check(layer, "kernel", kernel)
    try Operation.check(layer, "stride", stride)
    try Operation.check(layer, "dilation", dilation)
    try Operation.check(layer, "output padding", outputPadding, least: 0)
    for (a, b) in [(margins.top, margins.left), (margins.bottom, margins.right)] {
      try Operation.check(layer, "padding", .by(a, b), least: 0)
    }
    guard case .map(inputChannels, let height, let width) = input, inputChannels % groups == 0,
      outputChannels % groups == 0
    else {
      throw .wrongInput(
        layer: layer, kind: "ConvTranspose2d", expected: "\(inputChannels) channels in \(groups) groups", got: input)
    }
    let rows =
      (height - 1) * stride.height + (kernel.height - 1) * dilation.height + 1 + outputPadding.height - margins.top
      - margins.bottom
    let columns =
      (width - 1) * stride.width + (kernel.width - 1) * dilation.width + 1 + outputPadding.width - margins.left
      - margins.right
    guard rows > 0, columns > 0 else {
      throw .windowTooLarge(layer: layer, kind: "ConvTranspose2d", window: kernel, input: input)
    }
    return .map(channels: outputChannels, height: rows, width: columns)
  }
}

/// Pooling with dilation, or with other padding on one side than on the other.
public struct WindowPooling: Hashable, Sendable {
  public var kernel: Extent
  public var stride: Extent
  public var dilation: Extent
  public var margins: Margins
  public var ceilMode: Bool
  /// The mean; else the largest.
  public var isAverage: Bool
  /// Zeros of the padding are part of a mean.
  public var countsPadding: Bool

  public init(
    kernel: Extent, stride: Extent, dilation: Extent, margins: Margins, ceilMode: Bool, isAverage: Bool,
    countsPadding: Bool
  ) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.margins = margins
    self.ceilMode = ceilMode
    self.isAverage = isAverage
    self.countsPadding = countsPadding
  }

  func outputShape(of input: Shape, layer: NodePath) throws(NetworkError) -> Shape {
    try Operation.check(layer, "kernel", kernel)
    try Operation.check(layer, "stride", stride)
    try Operation.check(layer, "dilation", dilation)
    for (a, b) in [(margins.top, margins.left), (margins.bottom, margins.right)] {
      try Operation.check(layer, "padding", .by(a, b), least: 0)
    }
    func length(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int) -> Int? {
      let span = size + before + after - (kernel - 1) * dilation - 1 + (ceilMode ? stride - 1 : 0)
      guard span >= 0 else { return nil }
      let length = span / stride + 1
      return ceilMode && (length - 1) * stride >= size + before ? length - 1 : length
    }
    guard case .map(let channels, let height, let width) = input,
      let rows = length(height, kernel.height, stride.height, dilation.height, margins.top, margins.bottom),
      let columns = length(width, kernel.width, stride.width, dilation.width, margins.left, margins.right), rows > 0,
      columns > 0
    else {
      throw .windowTooLarge(layer: layer, kind: isAverage ? "AvgPool2d" : "MaxPool2d", window: kernel, input: input)
    }
    return .map(channels: channels, height: rows, width: columns)
  }
}
