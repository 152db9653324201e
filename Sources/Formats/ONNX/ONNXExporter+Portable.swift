import NetworkGraph

/// Operations that came from a file, written as its operators.
extension ONNXExporter {
  mutating func add(_ operation: PortableOperation, _ layer: Layer, _ inputs: [String]) -> String {
    switch operation {
    case .function(let function): return add(function, inputs)
    case .combine(let combination): return node(combination.operatorName, inputs)
    case .combineStored(let combination, _, let storedFirst):
      let stored = tensors(of: layer)
      return node(combination.operatorName, storedFirst ? stored + inputs : inputs + stored)
    case .prelu(let slopes): return node("PRelu", inputs + tensors(of: layer, shape: [slopes, 1, 1]))
    case .groupNorm(let groups, let features, let epsilon) where groups == features:
      return node("InstanceNormalization", inputs + tensors(of: layer), [("epsilon", .float(epsilon))])
    case .groupNorm(let groups, let features, let epsilon):
      // As torch writes it: the operator of the name has one scale for every group before version 21.
      let ones = constant("ones", [groups], .floats(Array(repeating: 1, count: groups)))
      let zeros = constant("zeros", [groups], .floats(Array(repeating: 0, count: groups)))
      let rows = node("Reshape", inputs + [integers("rows", [0, groups, -1])])
      let norm = node("InstanceNormalization", [rows, ones, zeros], [("epsilon", .float(epsilon))])
      let whole = node("Reshape", [norm, integers("shape", [-1] + layer.output.dimensions)])
      let tensors = tensors(of: layer)
      let perChannel = integers("perChannel", [features] + layer.output.dimensions.dropFirst().map { _ in 1 })
      let scaled = node("Mul", [whole, node("Reshape", [tensors[0], perChannel])])
      return node("Add", [scaled, node("Reshape", [tensors[1], perChannel])])
    case .transposedConvolution(let c):
      return node(
        "ConvTranspose", inputs + tensors(of: layer),
        [
          ("dilations", .integers(c.dilation.lengths)), ("group", .integer(c.groups)),
          ("kernel_shape", .integers(c.kernel.lengths)), ("output_padding", .integers(c.outputPadding.lengths)),
          ("pads", .integers(c.margins.pads)), ("strides", .integers(c.stride.lengths)),
        ])
    case .convolution(let c):
      let weights = [c.outputChannels, c.inputChannels / c.groups, c.kernel.height, c.kernel.width]
      return node(
        "Conv", [inputs[0], node("Reshape", [inputs[1], integers("shape", weights)])],
        [
          ("dilations", .integers(c.dilation.lengths)), ("group", .integer(c.groups)),
          ("kernel_shape", .integers(c.kernel.lengths)),
          ("pads", .integers([c.padding.height, c.padding.width, c.padding.height, c.padding.width])),
          ("strides", .integers(c.stride.lengths)),
        ])
    case .pool(let pooling):
      var attributes: [(String, ONNXGraph.Attribute)] = [
        ("ceil_mode", .integer(pooling.ceilMode ? 1 : 0)), ("dilations", .integers(pooling.dilation.lengths)),
        ("kernel_shape", .integers(pooling.kernel.lengths)), ("pads", .integers(pooling.margins.pads)),
        ("strides", .integers(pooling.stride.lengths)),
      ]
      if pooling.isAverage { attributes.append(("count_include_pad", .integer(pooling.countsPadding ? 1 : 0))) }
      return node(pooling.isAverage ? "AveragePool" : "MaxPool", inputs, attributes)
    case .globalMaxPool: return node("GlobalMaxPool", inputs)
    case .softmax(let axis): return node("Softmax", inputs, [("axis", .integer(axis.rawValue + 1))])
    case .logSoftmax(let axis): return node("LogSoftmax", inputs, [("axis", .integer(axis.rawValue + 1))])
    case .reduce(let reduction, let axes):
      return node(reduction.operatorName, inputs + [integers("axes", axes.map { $0.rawValue + 1 }.sorted())])
    case .resize(let resizing): return add(resizing, inputs, of: network[layer.inputs[0]].output)
    case .cut(let channels, let rows, let columns):
      let cuts = [channels, rows, columns]
      return node(
        "Slice",
        inputs + [
          integers("starts", cuts.map(\.start)), integers("ends", cuts.map(\.end)), integers("axes", [1, 2, 3]),
          integers("steps", cuts.map(\.step)),
        ])
    case .pad(let padding): return add(padding, inputs)
    case .permute(let order):
      return node("Transpose", inputs, [("perm", .integers([0] + order.map { $0.rawValue + 1 }))])
    case .reshape(let shape): return node("Reshape", inputs + [integers("shape", [-1] + shape.dimensions)])
    case .pick(let axis, let places):
      return node("Gather", inputs + [integers("places", places)], [("axis", .integer(axis.rawValue + 1))])
    case .matrixProduct: return node("MatMul", inputs)
    case .stored(let shape):
      let batch = node("Shape", inputs, [("start", .integer(0)), ("end", .integer(1))])
      let lengths = node("Concat", [batch, integers("lengths", shape.dimensions)], [("axis", .integer(0))])
      return node("Expand", tensors(of: layer) + [lengths])
    }
  }

  private mutating func add(_ function: ElementFunction, _ inputs: [String]) -> String {
    switch function {
    case .absolute: return node("Abs", inputs)
    case .negative: return node("Neg", inputs)
    case .reciprocal: return node("Reciprocal", inputs)
    case .floor: return node("Floor", inputs)
    case .ceiling: return node("Ceil", inputs)
    case .exponential: return node("Exp", inputs)
    case .logarithm: return node("Log", inputs)
    case .squareRoot: return node("Sqrt", inputs)
    case .erf: return node("Erf", inputs)
    case .softplus: return node("Softplus", inputs)
    case .softsign: return node("Softsign", inputs)
    case .mish: return node("Mish", inputs)
    case .selu(let alpha, let gamma): return node("Selu", inputs, [("alpha", .float(alpha)), ("gamma", .float(gamma))])
    case .approximateGELU: return node("Gelu", inputs, [("approximate", .text("tanh"))])
    case .hardSigmoid(let slope, let offset):
      return node("HardSigmoid", inputs, [("alpha", .float(slope)), ("beta", .float(offset))])
    case .power(let exponent): return node("Pow", inputs + [number("exponent", exponent)])
    }
  }

  private mutating func add(_ resizing: Resizing, _ inputs: [String], of input: Shape) -> String {
    var attributes: [(String, ONNXGraph.Attribute)] = [
      ("coordinate_transformation_mode", .text(resizing.coordinates.rawValue))
    ]
    switch resizing.interpolation {
    case .nearest(let rounding):
      attributes += [("mode", .text("nearest")), ("nearest_mode", .text(rounding.rawValue))]
    case .linear: attributes.append(("mode", .text("linear")))
    case .cubic(let coefficient, let excludesOutside):
      attributes += [
        ("mode", .text("cubic")), ("cubic_coeff_a", .float(coefficient)),
        ("exclude_outside", .integer(excludesOutside ? 1 : 0)),
      ]
    }
    if resizing.antialias { attributes.append(("antialias", .integer(1))) }
    var region = ""
    if resizing.coordinates == .cropped {
      let (rows, columns) = (resizing.region.rows, resizing.region.columns)
      attributes.append(("extrapolation_value", .float(resizing.region.outside)))
      region = constant(
        "region", [8],
        .floats(
          [0, 0, rows.lowerBound, columns.lowerBound, 1, 1, rows.upperBound, columns.upperBound].map { Float($0) }))
    }
    let size = resizing.size
    guard
      resizing.verticalScale != Double(size.height) / Double(input.height)
        || resizing.horizontalScale != Double(size.width) / Double(input.width) || resizing.coordinates == .cropped
    else {
      attributes.append(("axes", .integers([2, 3])))
      return node("Resize", inputs + ["", "", integers("sizes", [size.height, size.width])], attributes)
    }
    let scales = constant(
      "scales", [4], .floats([1, 1, Float(resizing.verticalScale), Float(resizing.horizontalScale)]))
    return node("Resize", inputs + [region, scales], attributes)
  }

  private mutating func add(_ padding: EdgePadding, _ inputs: [String]) -> String {
    let margins = padding.margins
    let pads = integers(
      "pads",
      [0, padding.channelsBefore, margins.top, margins.left, 0, padding.channelsAfter, margins.bottom, margins.right])
    switch padding.filling {
    case .constant(let value): return node("Pad", inputs + [pads, number("value", value)])
    case .edge: return node("Pad", inputs + [pads], [("mode", .text("edge"))])
    case .reflect: return node("Pad", inputs + [pads], [("mode", .text("reflect"))])
    case .wrap: return node("Pad", inputs + [pads], [("mode", .text("wrap"))])
    }
  }
}

extension Combination {
  fileprivate var operatorName: String {
    switch self {
    case .sum: "Sum"
    case .difference: "Sub"
    case .product: "Mul"
    case .quotient: "Div"
    case .power: "Pow"
    case .minimum: "Min"
    case .maximum: "Max"
    case .mean: "Mean"
    }
  }
}

extension PortableOperation.Reduction {
  fileprivate var operatorName: String {
    switch self {
    case .mean: "ReduceMean"
    case .sum: "ReduceSum"
    case .maximum: "ReduceMax"
    case .minimum: "ReduceMin"
    case .norm: "ReduceL2"
    }
  }
}

extension Extent {
  fileprivate var lengths: [Int] { [height, width] }
}

extension Margins {
  fileprivate var pads: [Int] { [top, left, bottom, right] }
}

extension Cut {
  /// The place before which it ends; backwards to before the first, the least number.
  fileprivate var end: Int {
    let end = start + count * step
    return end < 0 ? Int(Int64.min) : end
  }
}
