import Glibc
import NetworkGraph

extension Reference {
  static func apply(
    _ operation: PortableOperation, _ inputs: [ReferenceImage], _ tensors: [[Double]], output: Shape
  ) -> [Double] {
    let x = inputs[0]
    switch operation {
    case .function(let function): return x.values.map { function($0) }
    case .combine(let combination): return combine(combination, inputs, output)
    case .combineStored(let combination, let shape, let storedFirst):
      let stored = ReferenceImage(shape: shape, values: tensors[0][...])
      return combine(combination, storedFirst ? [stored, x] : [x, stored], output)
    case .prelu(let slopes):
      let area = x.values.count / slopes
      return x.values.enumerated().map { i, v in v > 0 ? v : v * tensors[0][i / area] }
    case .groupNorm(let groups, let features, let epsilon): return groupNorm(x, groups, features, epsilon, tensors)
    case .transposedConvolution(let c): return spread(x, c, tensors[0], c.bias ? tensors[1] : nil, output)
    case .convolution(let c): return convolve(x, c, Array(inputs[1].values), nil, output)
    case .pool(let pooling): return pool(x, pooling, output)
    case .globalMaxPool: return reduce(x, .maximum, [.rows, .columns], output)
    case .softmax(let axis): return softmax(x, axis) { exp($0) / $1 }
    case .logSoftmax(let axis): return softmax(x, axis) { $0 - log($1) }
    case .reduce(let reduction, let axes): return reduce(x, reduction, axes, output)
    case .resize(let resizing): return resize(x, resizing, output)
    case .cut(let channels, let rows, let columns):
      return gather(x, output) { c, y, p in
        (
          channels.start + c * channels.step, rows.start + y * rows.step, columns.start + p * columns.step
        )
      }
    case .pad(let padding): return pad(x, padding, output)
    case .permute(let order):
      return gather(x, output) { c, y, p in
        var place = [0, 0, 0]
        for (axis, index) in zip(order, [c, y, p]) { place[axis.rawValue] = index }
        return (place[0], place[1], place[2])
      }
    case .reshape: return Array(x.values)
    case .pick(let axis, let places):
      return gather(x, output) { c, y, p in
        switch axis {
        case .channels: (places[c], y, p)
        case .rows: (c, places[y], p)
        case .columns: (c, y, places[p])
        }
      }
    case .matrixProduct: return multiply(x, inputs[1], output)
    case .stored: return tensors[0]
    }
  }

  /// Every element of the output from the place of the input that `source` tells.
  static func gather(
    _ x: ReferenceImage, _ output: Shape, from source: (_ channel: Int, _ row: Int, _ column: Int) -> (Int, Int, Int)
  ) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for y in 0..<output.height {
        for p in 0..<output.width {
          let (channel, row, column) = source(c, y, p)
          result.append(x[channel, row, column])
        }
      }
    }
    return result
  }

  /// The product of two matrices for every channel.
  private static func multiply(_ a: ReferenceImage, _ b: ReferenceImage, _ output: Shape) -> [Double] {
    (0..<output.elements).map { i in
      let (line, column) = i.quotientAndRemainder(dividingBy: output.width)
      let (channel, row) = line.quotientAndRemainder(dividingBy: output.height)
      let (left, right) = (min(channel, a.shape.channels - 1), min(channel, b.shape.channels - 1))
      return (0..<a.shape.width).reduce(0) { $0 + a[left, row, $1] * b[right, $1, column] }
    }
  }

  private static func combine(
    _ combination: Combination, _ inputs: [ReferenceImage], _ output: Shape
  ) -> [Double] {
    let values = inputs.map { input in
      gather(input, output) { c, y, p in
        (min(c, input.shape.channels - 1), min(y, input.shape.height - 1), min(p, input.shape.width - 1))
      }
    }
    return (0..<output.elements).map { i in
      let rest = values.dropFirst().map { $0[i] }
      let all = rest.reduce(values[0][i]) { combination($0, $1) }
      return combination == .mean ? all / Double(inputs.count) : all
    }
  }

  private static func groupNorm(
    _ x: ReferenceImage, _ groups: Int, _ features: Int, _ epsilon: Double, _ tensors: [[Double]]
  ) -> [Double] {
    let (area, count) = (x.values.count / features, x.values.count / groups)
    let values = Array(x.values)
    return (0..<groups).flatMap { g in
      let group = values[g * count..<(g + 1) * count]
      let mean = group.reduce(0, +) / Double(count)
      let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      return group.indices.map { i in
        (values[i] - mean) / (variance + epsilon).squareRoot() * tensors[0][i / area] + tensors[1][i / area]
      }
    }
  }

  /// - Parameter share: of a value and its line's sum of exponentials, both less than by the line's largest value.
  private static func softmax(
    _ x: ReferenceImage, _ axis: PortableOperation.Axis, share: (Double, Double) -> Double
  ) -> [Double] {
    let length = [x.shape.channels, x.shape.height, x.shape.width][axis.rawValue]
    return gather(x, x.shape) { ($0, $1, $2) }.enumerated().map { i, value in
      let column = i % x.shape.width
      let (channel, row) = (i / x.shape.width).quotientAndRemainder(dividingBy: x.shape.height)
      let line = (0..<length).map { place in
        switch axis {
        case .channels: x[place, row, column]
        case .rows: x[channel, place, column]
        case .columns: x[channel, row, place]
        }
      }
      let most = line.max() ?? 0
      return share(value - most, line.reduce(0) { $0 + exp($1 - most) })
    }
  }

  private static func reduce(
    _ x: ReferenceImage, _ reduction: PortableOperation.Reduction, _ axes: Set<PortableOperation.Axis>, _ output: Shape
  ) -> [Double] {
    let lengths = [x.shape.channels, x.shape.height, x.shape.width]
    func range(_ axis: PortableOperation.Axis, _ place: Int) -> Range<Int> {
      axes.contains(axis) ? 0..<lengths[axis.rawValue] : place..<place + 1
    }
    var result: [Double] = []
    for c in 0..<output.channels {
      for y in 0..<output.height {
        for p in 0..<output.width {
          let values = range(.channels, c).flatMap { channel in
            range(.rows, y).flatMap { row in range(.columns, p).map { x[channel, row, $0] } }
          }
          let sum = values.reduce(0, +)
          switch reduction {
          case .mean: result.append(sum / Double(values.count))
          case .sum: result.append(sum)
          case .maximum: result.append(values.max() ?? 0)
          case .minimum: result.append(values.min() ?? 0)
          case .norm: result.append(values.reduce(0) { $0 + $1 * $1 }.squareRoot())
          }
        }
      }
    }
    return result
  }
}

extension ReferenceImage {
  subscript(channel: Int, row: Int, column: Int) -> Double {
    values[values.startIndex + (channel * shape.height + row) * shape.width + column]
  }
}

extension ElementFunction {
  /// The function's value, in double precision.
  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .absolute: abs(x)
    case .negative: -x
    case .reciprocal: 1 / x
    case .floor: x.rounded(.down)
    case .ceiling: x.rounded(.up)
    case .exponential: exp(x)
    case .logarithm: log(x)
    case .squareRoot: x.squareRoot()
    case .erf: Glibc.erf(x)
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))
    case .softsign: x / (1 + abs(x))
    case .mish: x * tanh(ElementFunction.softplus(x))
    case .selu(let alpha, let gamma): gamma * (x > 0 ? x : alpha * expm1(x))
    case .approximateGELU: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .hardSigmoid(let slope, let offset): min(max(slope * x + offset, 0), 1)
    case .power(let exponent): pow(x, exponent)
    }
  }
}

extension Combination {
  /// The value for two, in double precision; of a mean the sum.
  func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .sum, .mean: a + b
    case .difference: a - b
    case .product: a * b
    case .quotient: a / b
    case .power: pow(a, b)
    case .minimum: min(a, b)
    case .maximum: max(a, b)
    }
  }
}
