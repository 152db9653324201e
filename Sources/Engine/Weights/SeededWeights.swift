import Glibc
import NetworkGraph

/// Weights that are generated from a seed: the same for the same seed and name, on every machine.
///
/// They are scaled by the network that they are for, so that no activation overflows or becomes denormal, however deep
/// it is: the mean and second moment of every value are estimated on the way through, every convolution and linear
/// layer gets weights that give its output unit variance, and every batch norm the statistics of its input.
public struct SeededWeights: WeightSource {
  private let seed: UInt64
  private let moments: [Moments]
  private let network: Network

  public init(for network: Network, seed: UInt64 = 0) {
    self.seed = seed
    self.network = network
    moments = Moments.estimate(network)
  }

  public func write(
    _ tensor: TensorDescription, of layer: Layer, into destination: UnsafeMutableBufferPointer<Float>
  ) {
    let input = layer.inputs.first.map { moments[$0.index] } ?? Moments()
    let generator = Uniform(seed: seed, name: layer.path.dotted, tensor.name)
    switch (layer.operation, tensor.name) {
    case (.batchNorm, "weight"), (.layerNorm, "weight"), (.layerScale, _): generator.fill(destination, 0.5...1)
    case (.channelBias, _):
      let deviation = Float(input.variance.squareRoot())
      generator.fill(destination, -0.1 * deviation...0.1 * deviation)
    case (.batchNorm, "running_mean"):
      let deviation = Float(input.variance.squareRoot())
      generator.fill(destination, Float(input.mean) - 0.1 * deviation...Float(input.mean) + 0.1 * deviation)
    case (.batchNorm, "running_var"):
      generator.fill(destination, Float(0.8 * input.variance)...Float(1.2 * input.variance))
    case (_, "weight"):
      // A uniform distribution over ±a has variance a²/3.
      let inputs = tensor.dimensions.dropFirst().reduce(1, *)
      let bound = Float((3 / (Double(inputs) * input.secondMoment)).squareRoot())
      generator.fill(destination, -bound...bound)
    default: generator.fill(destination, -0.1...0.1)
    }
  }
}

/// The mean and second moment of a layer's values over channels and pixels, as far as they can be told without running.
private struct Moments {
  var mean = 0.0
  var secondMoment = 1.0

  var variance: Double { max(secondMoment - mean * mean, 1e-6) }

  static func estimate(_ network: Network) -> [Moments] {
    var all: [Moments] = []
    all.reserveCapacity(network.layers.count)
    for layer in network.layers {
      let inputs = layer.inputs.map { all[$0.index] }
      all.append(Moments(layer, inputs, network))
    }
    return all
  }

  private init(_ layer: Layer, _ inputs: [Moments], _ network: Network) {
    switch layer.operation {
    case .input, .convolution, .linear: break
    // Scales are uniform over 1/2 … 1: their mean square is 7/12.
    case .batchNorm, .layerNorm: secondMoment = 7.0 / 12
    case .layerScale:
      mean = inputs[0].mean * 3 / 4
      secondMoment = inputs[0].secondMoment * 7 / 12
    case .scale(let factor):
      mean = inputs[0].mean * factor
      secondMoment = inputs[0].secondMoment * factor * factor
    case .channelBias: self = inputs[0]
    case .shift(let addend):
      mean = inputs[0].mean + addend
      secondMoment = mean * mean + inputs[0].variance
    case .activation(let activation): self = inputs[0].after(activation)
    case .maxPool:
      // The largest of a few correlated values lies about one deviation above their mean.
      mean = inputs[0].mean + inputs[0].variance.squareRoot()
      secondMoment = mean * mean + 0.5 * inputs[0].variance
    case .averagePool, .globalAveragePool, .adaptiveAveragePool:
      mean = inputs[0].mean
      secondMoment = mean * mean + 0.1 * inputs[0].variance
    case .add:
      mean = inputs.reduce(0) { $0 + $1.mean }
      secondMoment = mean * mean + inputs.reduce(0) { $0 + $1.variance }
    case .concat:
      mean = 0
      secondMoment = 0
      for (id, input) in zip(layer.inputs, inputs) {
        let share = Double(network[id].output.channels) / Double(layer.output.channels)
        mean += share * input.mean
        secondMoment += share * input.secondMoment
      }
    case .multiply:
      mean = inputs.reduce(1) { $0 * $1.mean }
      secondMoment = inputs.reduce(1) { $0 * $1.secondMoment }
    case .padChannels, .zeroPad:
      let share = Double(network[layer.inputs[0]].output.elements) / Double(layer.output.elements)
      mean = inputs[0].mean * share
      secondMoment = inputs[0].secondMoment * share
    case .portable, .unsupported: break
    case .flatten, .unflatten, .dropout, .stochasticDepth, .slice, .channelShuffle, .subsample: self = inputs[0]
    case .softmax: secondMoment = 1 / Double(layer.output.elements)
    case .localResponseNorm(_, _, let beta, let k):
      let scale = 1 / pow(k, beta)
      mean = inputs[0].mean * scale
      secondMoment = inputs[0].secondMoment * scale * scale
    }
    // Nothing is told of values that are not finite, or that float32 cannot hold.
    if !(abs(mean) < 1e18 && secondMoment < 1e36) { self = Moments() }
    secondMoment = max(secondMoment, 1e-6)
  }

  init() {}

  private init(mean: Double, secondMoment: Double) {
    self.mean = mean
    self.secondMoment = secondMoment
  }

  /// The moments of an activation's values for normally distributed ones: sums over equal steps of the density, which
  /// for smooth functions converge faster than any power of the step.
  func after(_ activation: Activation) -> Moments {
    let deviation = variance.squareRoot()
    let step = 0.125
    var result = Moments(mean: 0, secondMoment: 0)
    for i in -48...48 {
      let z = Double(i) * step
      let value = activation(mean + deviation * z)
      let weight = step * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      result.mean += weight * value
      result.secondMoment += weight * value * value
    }
    return result
  }
}

/// Uniform numbers by position: a hash of the seed, the name and the index, so that nothing has a state to carry.
private struct Uniform {
  private let key: UInt32

  init(seed: UInt64, name: String, _ tensor: String) {
    var print = Fingerprint(seed: seed)
    print.mix(name)
    print.mix(tensor)
    key = UInt32(truncatingIfNeeded: print.hash ^ (print.hash >> 32))
  }

  func fill(_ destination: UnsafeMutableBufferPointer<Float>, _ range: ClosedRange<Float>) {
    guard let base = destination.baseAddress else { return }
    let low = range.lowerBound
    let step = (range.upperBound - range.lowerBound) / 16_777_216
    for i in 0..<destination.count {
      // The finaliser of MurmurHash3: every bit of the input changes about half of the output's.
      var x = UInt32(truncatingIfNeeded: i) &* 0x9e37_79b9 &+ key
      x ^= x >> 16
      x &*= 0x85eb_ca6b
      x ^= x >> 13
      x &*= 0xc2b2_ae35
      x ^= x >> 16
      base[i] = low + Float(Int32(truncatingIfNeeded: x >> 8)) * step
    }
  }
}
