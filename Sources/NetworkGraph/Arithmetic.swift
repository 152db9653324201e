/// One number of a product, with what it stands for: `64` "output channels".
public struct Factor: Hashable, Sendable {
  public var value: Int
  public var meaning: String

  public init(_ value: Int, _ meaning: String) {
    self.value = value
    self.meaning = meaning
  }
}

/// A sum of products, with every number named, so that a count can be followed by hand.
public struct Arithmetic: Hashable, Sendable {
  public var terms: [[Factor]]

  public init(_ terms: [[Factor]]) { self.terms = terms }

  public var value: Int { terms.reduce(0) { sum, term in sum + term.reduce(1) { $0 * $1.value } } }
}

extension Layer {
  /// How the multiply-adds come about; nil for a layer that has none.
  public var multiplyAddArithmetic: Arithmetic? {
    switch operation {
    case .convolution(let c):
      Arithmetic([
        [
          Factor(c.inputChannels / c.groups, c.groups == 1 ? "input channels" : "input channels of a group"),
          Factor(c.kernel.height, "kernel height"), Factor(c.kernel.width, "kernel width"),
          Factor(c.outputChannels, "output channels"), Factor(output.height, "output height"),
          Factor(output.width, "output width"),
        ]
      ])
    case .linear(let inputs, let outputs, _):
      Arithmetic([
        [Factor(inputs, "input features"), Factor(outputs, "output features")]
          + (output.height * output.width > 1
            ? [Factor(output.height, "output height"), Factor(output.width, "output width")] : [])
      ])
    default: nil
    }
  }

  /// How the parameters come about; nil for a layer that has none, or whose parameters are counted in an earlier one.
  public var parameterArithmetic: Arithmetic? {
    if countsFewerTensors { return nil }
    return switch operation {
    case .convolution(let c):
      Arithmetic(
        [
          [
            Factor(c.inputChannels / c.groups, c.groups == 1 ? "input channels" : "input channels of a group"),
            Factor(c.kernel.height, "kernel height"), Factor(c.kernel.width, "kernel width"),
            Factor(c.outputChannels, "output channels"),
          ]
        ] + (c.bias ? [[Factor(c.outputChannels, "biases")]] : []))
    case .linear(let inputs, let outputs, let bias):
      Arithmetic(
        [[Factor(inputs, "input features"), Factor(outputs, "output features")]]
          + (bias ? [[Factor(outputs, "biases")]] : []))
    case .batchNorm(let features, _), .layerNorm(let features, _):
      Arithmetic([[Factor(2, "scale and shift"), Factor(features, "channels")]])
    case .layerScale(let features), .channelBias(let features): Arithmetic([[Factor(features, "channels")]])
    default: nil
    }
  }
}
