import Glibc
import NetworkGraph

/// The meaning of every operation, in double precision and without any thought of speed.
///
/// It is the oracle that the kernels are tested against. Values are `[image][channel][row][pixel]`.
public enum Reference {
  /// The network's answer for a batch of images.
  ///
  /// - Parameter input: the images, plain, one after the other, then those of other inputs.
  public static func run(
    _ network: Network, input: [Float], batch: Int = 1, weights: some WeightSource
  ) throws -> [Double] {
    var values: [[Double]] = []
    values.reserveCapacity(network.layers.count)
    var remaining = network.layers.map { network.consumers(of: $0.id).count }
    for layer in network.layers {
      var value: [Double]
      if layer.isInput {
        let start = batch * network.inputOffset(of: layer.id)
        value = input[start..<start + batch * layer.output.elements].map(Double.init)
      } else {
        let tensors = try layer.operation.tensors.map { try weights.values(of: $0, in: layer).map(Double.init) }
        let inputs = layer.inputs.map { (shape: network[$0].output, values: values[$0.index]) }
        value = []
        value.reserveCapacity(batch * layer.output.elements)
        for image in 0..<batch {
          let images = inputs.map { input in
            let count = input.shape.elements
            return ReferenceImage(shape: input.shape, values: input.values[image * count..<(image + 1) * count])
          }
          value += apply(layer.operation, images, tensors, output: layer.output)
        }
      }
      values.append(value)
      for input in layer.inputs {
        remaining[input.index] -= 1
        if remaining[input.index] == 0, input != network.output { values[input.index] = [] }
      }
    }
    return values[network.output.index]
  }

  static func apply(
    _ operation: Operation, _ inputs: [ReferenceImage], _ tensors: [[Double]], output: Shape
  ) -> [Double] {
    let x = inputs[0]
    switch operation {
    case .portable(let operation): return apply(operation, inputs, tensors, output: output)
    case .unsupported: return Array(repeating: .nan, count: output.elements)
    case .input, .flatten, .unflatten, .dropout, .stochasticDepth: return Array(x.values)
    case .convolution(let c):
      return convolve(x, c, tensors[0], c.bias ? tensors[1] : nil, output)
    case .batchNorm(let features, let epsilon):
      let area = x.values.count / features
      return x.values.enumerated().map { i, v in
        let c = i / area
        return (v - tensors[2][c]) / (tensors[3][c] + epsilon).squareRoot() * tensors[0][c] + tensors[1][c]
      }
    case .layerNorm(_, let epsilon): return layerNorm(x, epsilon, scale: tensors[0], shift: tensors[1])
    case .layerScale(let features):
      let area = x.values.count / features
      return x.values.enumerated().map { i, v in v * tensors[0][i / area] }
    case .scale(let factor): return x.values.map { $0 * factor }
    case .channelBias(let features):
      let area = x.values.count / features
      return x.values.enumerated().map { i, v in v + tensors[0][i / area] }
    case .shift(let addend): return x.values.map { $0 + addend }
    case .activation(let activation): return x.values.map { activation($0) }
    case .maxPool(let pooling):
      // What is not a number is the result wherever it stands.
      return pool(x, pooling, output) { window in
        window.values.reduce(-.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 }
      }
    case .averagePool(let pooling, let countsPadding):
      return pool(x, pooling, output) { window in
        window.values.reduce(0, +) / Double(countsPadding ? window.padded : window.values.count)
      }
    case .globalAveragePool:
      let area = x.shape.height * x.shape.width
      return (0..<x.shape.channels).map { c in
        x.values.dropFirst(c * area).prefix(area).reduce(0, +) / Double(area)
      }
    case .adaptiveAveragePool: return adaptivePool(x, output)
    case .linear(let features, let outputs, _):
      let bias = tensors.count > 1 ? tensors[1] : Array(repeating: 0, count: outputs)
      let values = Array(x.values)
      let pixels = values.count / features
      return (0..<outputs * pixels).map { i in
        let (o, pixel) = i.quotientAndRemainder(dividingBy: pixels)
        return (0..<features).reduce(bias[o]) { $0 + tensors[0][o * features + $1] * values[$1 * pixels + pixel] }
      }
    case .add:
      return inputs.dropFirst().reduce(Array(x.values)) { sum, other in zip(sum, other.values).map(+) }
    case .multiply:
      return inputs.reduce(Array(repeating: 1, count: output.elements)) { product, factor in
        let repeats = output.elements / factor.values.count
        return product.enumerated().map { i, v in v * factor.values[factor.values.startIndex + i / repeats] }
      }
    case .slice, .channelShuffle, .padChannels, .subsample, .zeroPad: return rearrange(x, operation, output)
    case .concat: return inputs.flatMap { Array($0.values) }
    case .softmax:
      let most = x.values.max() ?? 0
      let powers = x.values.map { exp($0 - most) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    case .localResponseNorm(let size, let alpha, let beta, let k):
      return responseNorm(x, size, alpha, beta, k)
    }
  }

  static func convolve(
    _ x: ReferenceImage, _ c: Convolution, _ weights: [Double], _ bias: [Double]?, _ output: Shape
  ) -> [Double] {
    let inputs = c.inputChannels / c.groups
    let outputs = c.outputChannels / c.groups
    let (height, width) = (x.shape.height, x.shape.width)
    var result = [Double](repeating: 0, count: output.elements)
    x.values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        for o in 0..<c.outputChannels {
          for y in 0..<output.height {
            for p in 0..<output.width {
              var sum = bias?[o] ?? 0
              for i in 0..<inputs {
                let channel = o / outputs * inputs + i
                for ky in 0..<c.kernel.height {
                  let row = y * c.stride.height - c.padding.height + ky * c.dilation.height
                  guard row >= 0, row < height else { continue }
                  for kx in 0..<c.kernel.width {
                    let column = p * c.stride.width - c.padding.width + kx * c.dilation.width
                    guard column >= 0, column < width else { continue }
                    sum +=
                      values[(channel * height + row) * width + column]
                      * weights[((o * inputs + i) * c.kernel.height + ky) * c.kernel.width + kx]
                  }
                }
              }
              result[(o * output.height + y) * output.width + p] = sum
            }
          }
        }
      }
    }
    return result
  }

  /// The values of a window that lie inside the input, and how many it has with its padding.
  private struct Window {
    var values: [Double] = []
    var padded = 0
  }

  private static func pool(
    _ x: ReferenceImage, _ pooling: Pooling, _ output: Shape, _ reduce: (Window) -> Double
  ) -> [Double] {
    let (height, width) = (x.shape.height, x.shape.width)
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for y in 0..<output.height {
        for p in 0..<output.width {
          var window = Window()
          for ky in 0..<pooling.kernel.height {
            let row = y * pooling.stride.height - pooling.padding.height + ky
            guard row < height + pooling.padding.height else { continue }
            for kx in 0..<pooling.kernel.width {
              let column = p * pooling.stride.width - pooling.padding.width + kx
              guard column < width + pooling.padding.width else { continue }
              window.padded += 1
              if row >= 0, row < height, column >= 0, column < width {
                window.values.append(x.values[x.values.startIndex + (c * height + row) * width + column])
              }
            }
          }
          result.append(reduce(window))
        }
      }
    }
    return result
  }

  private static func responseNorm(
    _ x: ReferenceImage, _ size: Int, _ alpha: Double, _ beta: Double, _ k: Double
  ) -> [Double] {
    let area = x.shape.height * x.shape.width
    let values = Array(x.values)
    return values.indices.map { i in
      let c = i / area
      let neighbours = max(0, c - size / 2)...min(x.shape.channels - 1, c + (size - 1) / 2)
      let squares = neighbours.reduce(0) { $0 + values[$1 * area + i % area] * values[$1 * area + i % area] }
      return values[i] / exp(beta * log(k + alpha / Double(size) * squares))
    }
  }
}

/// One image's value.
struct ReferenceImage {
  var shape: Shape
  var values: ArraySlice<Double>
}
