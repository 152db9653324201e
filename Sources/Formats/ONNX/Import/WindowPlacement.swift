import NetworkGraph

/// Where the windows of a convolution or pooling lie, as ONNX says it.
struct WindowPlacement {
  let kernel: Extent
  let stride: Extent
  let dilation: Extent

  /// The zeros around an input: those of `pads`, or those that `auto_pad` asks for.
  func margins(of input: Shape, _ node: ONNXNode) throws(ImportProblem) -> Margins {
    try margins(of: input, node) { () throws(ImportProblem) in
      guard let pads = node.integers("pads") else { return Margins(top: 0, left: 0, bottom: 0, right: 0) }
      if pads.count == 2 { return Margins(top: 0, left: pads[0], bottom: 0, right: pads[1]) }
      guard pads.count == 4 else {
        throw .unsupported(reason: "pads \(pads.count / 2) dimensions, expected the 2 of an image")
      }
      return Margins(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    }
  }

  /// - Parameter pads: what gives those that the node names.
  func margins(
    of input: Shape, _ node: ONNXNode, pads: () throws(ImportProblem) -> Margins
  ) throws(ImportProblem) -> Margins {
    switch node.text("auto_pad", default: "NOTSET") {
    case "NOTSET", "": return try pads()
    case "VALID": return Margins(top: 0, left: 0, bottom: 0, right: 0)
    case "SAME_UPPER":
      let rows = try total(input.height, \.height, node)
      let columns = try total(input.width, \.width, node)
      return Margins(top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2)
    case "SAME_LOWER":
      let rows = try total(input.height, \.height, node)
      let columns = try total(input.width, \.width, node)
      return Margins(top: rows - rows / 2, left: columns - columns / 2, bottom: rows / 2, right: columns / 2)
    case let other: throw node.malformed("has the auto_pad '\(other)'")
    }
  }

  /// The zeros that give ⌈length / stride⌉ windows.
  private func total(_ length: Int, _ side: KeyPath<Extent, Int>, _ node: ONNXNode) throws(ImportProblem) -> Int {
    let (kernel, stride, dilation) = (kernel[keyPath: side], stride[keyPath: side], dilation[keyPath: side])
    guard (1...1 << 20).contains(kernel), (1...1 << 20).contains(stride), (1...1 << 20).contains(dilation) else {
      throw node.malformed("has a kernel of \(kernel), a stride of \(stride) and a dilation of \(dilation)")
    }
    let windows = (length - 1) / stride + 1
    return max((windows - 1) * stride + (kernel - 1) * dilation + 1 - length, 0)
  }
}

extension WindowPooling {
  /// True if every window has a place in the map.
  var isInside: Bool {
    func reach(_ kernel: Int, _ dilation: Int) -> Int {
      kernel > 0 ? (kernel - 1).multipliedReportingOverflow(by: dilation).partialValue : 0
    }
    return max(margins.top, margins.bottom) <= reach(kernel.height, dilation.height)
      && max(margins.left, margins.right) <= reach(kernel.width, dilation.width)
  }

  var isSymmetric: Bool { margins.isSymmetric }

  var changesNothing: Bool {
    kernel == 1 && stride == 1 && margins == Margins(top: 0, left: 0, bottom: 0, right: 0)
  }

  /// The pooling that has kernels; nil where windows are dilated, padded in another way on one side than on the other, or
  /// so far that some lie in the padding altogether.
  var symmetric: Operation? {
    let padding = Extent.by(margins.top, margins.left)
    guard isSymmetric, dilation == 1, padding.height <= kernel.height / 2, padding.width <= kernel.width / 2 else {
      return nil
    }
    let pooling = Pooling(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    return isAverage ? .averagePool(pooling, countsPadding: countsPadding || padding == 0) : .maxPool(pooling)
  }
}

extension Margins {
  var isSymmetric: Bool { top == bottom && left == right }
}

extension WindowPooling {
  /// Pooling with more padding behind than before: windows that reach beyond the map, as many as with a size that is
  /// rounded up.
  ///
  /// - Returns: nil where they are not as many.
  func reachingBeyond(_ input: Shape) -> Operation? {
    guard !isSymmetric, dilation == 1, !countsPadding, !ceilMode else { return nil }
    func length(_ size: Int, _ before: Int, _ after: Int, _ kernel: Int, _ stride: Int) -> Int? {
      guard (0...1 << 20).contains(before), (0...1 << 20).contains(after), (1...1 << 20).contains(kernel),
        (1...1 << 20).contains(stride), size + before + after >= kernel
      else { return nil }
      return (size + before + after - kernel) / stride + 1
    }
    let height = length(input.height, margins.top, margins.bottom, kernel.height, stride.height)
    let width = length(input.width, margins.left, margins.right, kernel.width, stride.width)
    var rounded = self
    rounded.ceilMode = true
    (rounded.margins.bottom, rounded.margins.right) = (margins.top, margins.left)
    guard let operation = rounded.symmetric, let shape = try? operation.outputShape(of: [input], layer: .root),
      shape.height == height, shape.width == width
    else { return nil }
    return operation
  }
}
