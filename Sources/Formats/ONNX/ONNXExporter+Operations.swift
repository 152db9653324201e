import NetworkGraph

extension ONNXExporter {
  /// Adds the nodes of a layer and returns the name of its value.
  mutating func add(_ layer: Layer, _ inputs: [String]) -> String {
    let shape = layer.inputs.first.map { network[$0].output } ?? layer.output
    switch layer.operation {
    case .input: return name(ofInput: layer.id)
    case .convolution(let c):
      return node(
        "Conv", inputs + tensors(of: layer),
        [
          ("dilations", .integers(c.dilation.pair)), ("group", .integer(c.groups)),
          ("kernel_shape", .integers(c.kernel.pair)), ("pads", .integers(c.padding.pair + c.padding.pair)),
          ("strides", .integers(c.stride.pair)),
        ])
    case .batchNorm(_, let epsilon):
      return node("BatchNormalization", inputs + tensors(of: layer), [("epsilon", .float(epsilon))])
    case .layerNorm(_, let epsilon):
      let attributes: [(String, ONNXGraph.Attribute)] = [("axis", .integer(-1)), ("epsilon", .float(epsilon))]
      let learned = tensors(of: layer)
      guard case .map = shape else { return node("LayerNormalization", inputs + learned, attributes) }
      let last = node("Transpose", inputs, [("perm", .integers([0, 2, 3, 1]))])
      let norm = node("LayerNormalization", [last] + learned, attributes)
      return node("Transpose", [norm], [("perm", .integers([0, 3, 1, 2]))])
    case .layerScale: return node("Mul", inputs + tensors(of: layer))
    case .scale(let factor): return node("Mul", inputs + [number("factor", factor)])
    case .channelBias: return node("Add", inputs + tensors(of: layer))
    case .shift(let addend): return node("Add", inputs + [number("addend", addend)])
    case .activation(let activation): return add(activation, inputs)
    case .maxPool(let pooling): return node("MaxPool", inputs, attributes(of: pooling, layer))
    case .averagePool(let pooling, let countsPadding):
      return node(
        "AveragePool", inputs, attributes(of: pooling, layer) + [("count_include_pad", .integer(countsPadding ? 1 : 0))]
      )
    case .globalAveragePool: return node("GlobalAveragePool", inputs)
    case .adaptiveAveragePool(let size): return addAdaptivePool(size, of: shape, inputs)
    case .linear(let features, let outputs, _):
      guard case .map = shape else {
        return node("Gemm", inputs + tensors(of: layer), [("transB", .integer(1))])
      }
      return node("Conv", inputs + tensors(of: layer, shape: [outputs, features, 1, 1]))
    case .add: return inputs.count == 2 ? node("Add", inputs) : node("Sum", inputs)
    case .multiply:
      return inputs.dropFirst().reduce(inputs[0]) { node("Mul", [$0, $1]) }
    case .concat: return node("Concat", inputs, [("axis", .integer(1))])
    case .flatten: return node("Flatten", inputs, [("axis", .integer(1))])
    case .dropout(let rate): return node("Dropout", inputs + [number("ratio", rate)])
    case .stochasticDepth: return node("Identity", inputs)
    case .unflatten: return node("Reshape", inputs + [integers("shape", [-1] + layer.output.dimensions)])
    case .portable(let operation): return add(operation, layer, inputs)
    case .unsupported(let operation): return node(operation.type, inputs)
    case .softmax:
      guard shape.elements > shape.channels else { return node("Softmax", inputs, [("axis", .integer(1))]) }
      // Over all channels and pixels together.
      let flat = node("Flatten", inputs, [("axis", .integer(1))])
      return node(
        "Reshape", [node("Softmax", [flat], [("axis", .integer(1))]), integers("shape", [-1] + shape.dimensions)])
    case .localResponseNorm(let size, let alpha, let beta, let k):
      return node(
        "LRN", inputs,
        [("alpha", .float(alpha)), ("beta", .float(beta)), ("bias", .float(k)), ("size", .integer(size))])
    case .slice, .channelShuffle, .padChannels, .subsample, .zeroPad: return addRearranging(layer, shape, inputs)
    }
  }

  private mutating func addRearranging(_ layer: Layer, _ shape: Shape, _ inputs: [String]) -> String {
    switch layer.operation {
    case .slice(let range):
      return node(
        "Slice",
        inputs + [
          integers("starts", [range.lowerBound]), integers("ends", [range.upperBound]), integers("axes", [1]),
        ])
    case .channelShuffle(let groups):
      let apart = [-1, groups, shape.channels / groups, shape.height, shape.width]
      let groupsApart = node("Reshape", inputs + [integers("groups", apart)])
      let dealt = node("Transpose", [groupsApart], [("perm", .integers([0, 2, 1, 3, 4]))])
      return node("Reshape", [dealt, integers("shape", [-1] + shape.dimensions)])
    case .padChannels(let before, let after):
      return node("Pad", inputs + [integers("pads", [0, before, 0, 0, 0, after, 0, 0])])
    case .subsample(let stride):
      return node(
        "Slice",
        inputs + [
          integers("starts", [0, 0]), integers("ends", [shape.height, shape.width]), integers("axes", [2, 3]),
          integers("steps", stride.pair),
        ])
    case .zeroPad(let margins):
      let pads = [0, 0, margins.top, margins.left, 0, 0, margins.bottom, margins.right]
      return node("Pad", inputs + [integers("pads", pads)])
    default: return node("Identity", inputs)
    }
  }

  private mutating func add(_ activation: Activation, _ inputs: [String]) -> String {
    switch activation {
    case .relu: return node("Relu", inputs)
    case .relu6: return node("Clip", inputs + [number("min", 0), number("max", 6)])
    case .leakyRelu(let slope): return node("LeakyRelu", inputs, [("alpha", .float(slope))])
    case .clip(let range):
      return node("Clip", inputs + [number("min", range.lowerBound), number("max", range.upperBound)])
    case .elu(let alpha): return node("Elu", inputs, [("alpha", .float(alpha))])
    case .sigmoid: return node("Sigmoid", inputs)
    case .hardSigmoid(let slope):
      return node("HardSigmoid", inputs, [("alpha", .float(slope)), ("beta", .float(0.5))])
    case .silu: return node("Mul", inputs + [node("Sigmoid", inputs)])
    case .hardSwish: return node("HardSwish", inputs)
    case .gelu: return node("Gelu", inputs)
    case .tanh: return node("Tanh", inputs)
    }
  }

  private func attributes(of pooling: Pooling, _ layer: Layer) -> [(String, ONNXGraph.Attribute)] {
    let input = network[layer.inputs[0]].output
    func end(_ side: KeyPath<Extent, Int>, _ before: Int, _ after: Int) -> Int {
      (after - 1) * pooling.stride[keyPath: side] + pooling.kernel[keyPath: side] - before
        - pooling.padding[keyPath: side]
    }
    let ends = [end(\.height, input.height, layer.output.height), end(\.width, input.width, layer.output.width)]
    // Rounded up there may be a window too many, which begins in the padding, and which not every program leaves out.
    let mayDiffer = pooling.ceilMode && zip(ends, pooling.padding.pair).contains { $0 < $1 }
    let isMean = if case .averagePool(_, true) = layer.operation { true } else { false }
    let writesEnds = mayDiffer && !isMean && ends.allSatisfy { $0 >= 0 }
    return [
      ("ceil_mode", .integer(pooling.ceilMode && !writesEnds ? 1 : 0)),
      ("kernel_shape", .integers(pooling.kernel.pair)),
      ("pads", .integers(pooling.padding.pair + (writesEnds ? ends : pooling.padding.pair))),
      ("strides", .integers(pooling.stride.pair)),
    ]
  }

  /// Equal windows where the size divides the map's; else a product with a matrix of means on either side.
  private mutating func addAdaptivePool(_ size: Extent, of shape: Shape, _ inputs: [String]) -> String {
    if shape.height % size.height == 0, shape.width % size.width == 0 {
      let window = [shape.height / size.height, shape.width / size.width]
      return node("AveragePool", inputs, [("kernel_shape", .integers(window)), ("strides", .integers(window))])
    }
    let rows = Self.means(of: shape.height, in: size.height)
    let columns = Self.means(of: shape.width, in: size.width)
    let transposed = (0..<shape.width).flatMap { i in columns.map { $0[i] } }
    let left = constant("rows", [size.height, shape.height], .floats(rows.flatMap { $0 }))
    let right = constant("columns", [shape.width, size.width], .floats(transposed))
    return node("MatMul", [node("MatMul", [left] + inputs), right])
  }

  /// Row i holds the weights of the mean over ⌊i · l / n⌋ ..< ⌈(i + 1) · l / n⌉.
  static func means(of length: Int, in count: Int) -> [[Float]] {
    (0..<count).map { i in
      let window = i * length / count..<((i + 1) * length + count - 1) / count
      return (0..<length).map { window.contains($0) ? 1 / Float(window.count) : 0 }
    }
  }
}

extension Extent {
  fileprivate var pair: [Int] { [height, width] }
}
