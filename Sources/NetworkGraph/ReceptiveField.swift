/// The part of the image that one output value depends on, through the largest path.
public struct ReceptiveField: Hashable, Sendable {
  /// Rows and columns of the image; nil if the layer sees the whole image (behind a global pooling).
  public var size: Extent?
  /// The step in the image between neighbouring outputs.
  public var stride: Extent

  /// The fields of all layers of a network, in their order.
  public static func all(in network: Network) -> [ReceptiveField] {
    var fields: [ReceptiveField] = []
    fields.reserveCapacity(network.layers.count)
    for layer in network.layers {
      guard let first = layer.inputs.first, !layer.operation.isStored else {
        fields.append(ReceptiveField(size: 1, stride: 1))
        continue
      }
      var field = fields[first.index]
      for input in layer.inputs.dropFirst() {
        let other = fields[input.index]
        field.size = field.size.flatMap { a in other.size.map { a.joined(with: $0) } }
        field.stride = field.stride.joined(with: other.stride)
      }
      switch layer.operation {
      case .convolution(let c): field.grow(c.kernel, stride: c.stride, dilation: c.dilation)
      case .maxPool(let pooling), .averagePool(let pooling, _): field.grow(pooling.kernel, stride: pooling.stride)
      case .subsample(let stride): field.grow(1, stride: stride)
      case .adaptiveAveragePool(let size):
        let input = network[first].output
        field.grow(
          .by(
            Operation.longestWindow(of: input.height, cutInto: size.height),
            Operation.longestWindow(of: input.width, cutInto: size.width)),
          stride: .by(max(1, input.height / size.height), max(1, input.width / size.width)))
      case .linear where layer.output.height * layer.output.width > 1: break
      case .globalAveragePool, .linear, .flatten: field.size = nil
      case .portable(let operation): field.grow(operation, on: network[first].output)
      default: break
      }
      fields.append(field)
    }
    return fields
  }

  private mutating func grow(_ operation: PortableOperation, on input: Shape) {
    switch operation {
    case .convolution(let c): grow(c.kernel, stride: c.stride, dilation: c.dilation)
    case .transposedConvolution(let c):
      // An output sees every so many pixels that the kernel, which lies between them, reaches.
      func reach(_ kernel: Int, _ dilation: Int, _ stride: Int) -> Int { ((kernel - 1) * dilation + stride) / stride }
      grow(
        .by(
          reach(c.kernel.height, c.dilation.height, c.stride.height),
          reach(c.kernel.width, c.dilation.width, c.stride.width)), stride: 1)
      refine(by: c.stride)
    case .resize(let resizing):
      let reach =
        switch resizing.interpolation {
        case .nearest: 1
        case .linear: 2
        case .cubic: 4
        }
      let (height, width) = (resizing.size.height, resizing.size.width)
      grow(
        .by(height == input.height ? 1 : reach, width == input.width ? 1 : reach),
        stride: .by(max(1, input.height / max(1, height)), max(1, input.width / max(1, width))))
      refine(by: .by(max(1, height / max(1, input.height)), max(1, width / max(1, input.width))))
    case .pool(let pooling): grow(pooling.kernel, stride: pooling.stride, dilation: pooling.dilation)
    case .reduce(_, let axes):
      let window = Extent.by(
        axes.contains(.rows) ? input.height : 1, axes.contains(.columns) ? input.width : 1)
      if window == .by(input.height, input.width) { size = nil } else { grow(window, stride: window) }
    case .globalMaxPool, .matrixProduct: size = nil
    default: break
    }
  }

  /// Outputs lie so many times as close; a step of less than a pixel of the image counts as one.
  private mutating func refine(by factor: Extent) {
    stride = .by((stride.height - 1) / factor.height + 1, (stride.width - 1) / factor.width + 1)
  }

  private mutating func grow(_ kernel: Extent, stride step: Extent, dilation: Extent = 1) {
    size = size.map { size in
      .by(
        size.height.growing(by: kernel.height - 1, dilation.height, stride.height),
        size.width.growing(by: kernel.width - 1, dilation.width, stride.width))
    }
    stride = .by(
      0.growing(by: stride.height, step.height, 1), 0.growing(by: stride.width, step.width, 1))
  }
}

extension Operation {
  /// The most elements that one window of adaptive pooling covers.
  fileprivate static func longestWindow(of length: Int, cutInto count: Int) -> Int {
    let (whole, rest) = length.quotientAndRemainder(dividingBy: count)
    if rest == 0 { return whole }
    // A window begins and ends inside elements that it shares with its neighbours, unless every border between two
    // elements that it meets is one between two windows.
    return whole + (count % rest == 0 ? 1 : 2)
  }
}

extension Extent {
  /// The larger height and the larger width.
  fileprivate func joined(with other: Extent) -> Extent { .by(max(height, other.height), max(width, other.width)) }
}

extension Int {
  /// This and the product of the others, at most 2^40: far beyond any image, where the exact figure says nothing.
  fileprivate func growing(by a: Int, _ b: Int, _ c: Int) -> Int {
    let limit = 1 << 40
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    let (increase, further) = product.multipliedReportingOverflow(by: c)
    return overflow || further || increase > limit ? limit : Swift.min(self + increase, limit)
  }
}
