/// One tensor that a layer keeps, under the name that frameworks publish it by.
public struct TensorDescription: Hashable, Sendable {
  public enum Role: Hashable, Sendable {
    /// Learned: counted as a parameter.
    case parameter
    /// Stored but not learned, such as running statistics.
    case buffer
  }

  /// The last part of the name: `weight`, `bias`, `running_mean`, `running_var`; empty where the layer is the tensor
  /// and its path the whole name, as that of a layer scale.
  public var name: String
  public var dimensions: [Int]
  public var role: Role
  public var elements: Int { dimensions.reduce(1, *) }
}

extension Layer {
  /// The whole name of one of the layer's tensors: `layer1.0.conv1.weight`.
  public func name(of tensor: TensorDescription) -> String {
    tensor.name.isEmpty ? path.dotted : "\(path.dotted).\(tensor.name)"
  }
}

extension Operation {
  /// True for a value of the file, which takes the image in name alone.
  public var isStored: Bool { if case .portable(.stored) = self { true } else { false } }

  /// The tensors that the layer keeps, in the order that PyTorch lists them.
  public var tensors: [TensorDescription] {
    func parameter(_ name: String, _ dimensions: [Int]) -> TensorDescription {
      TensorDescription(name: name, dimensions: dimensions, role: .parameter)
    }
    switch self {
    case .convolution(let c):
      let kernel = [c.outputChannels, c.inputChannels / c.groups, c.kernel.height, c.kernel.width]
      return [parameter("weight", kernel)] + (c.bias ? [parameter("bias", [c.outputChannels])] : [])
    case .linear(let inputs, let outputs, let bias):
      return [parameter("weight", [outputs, inputs])] + (bias ? [parameter("bias", [outputs])] : [])
    case .batchNorm(let features, _):
      return [
        parameter("weight", [features]), parameter("bias", [features]),
        TensorDescription(name: "running_mean", dimensions: [features], role: .buffer),
        TensorDescription(name: "running_var", dimensions: [features], role: .buffer),
      ]
    case .layerNorm(let features, _): return [parameter("weight", [features]), parameter("bias", [features])]
    case .layerScale(let features), .channelBias(let features): return [parameter("", [features, 1, 1])]
    case .portable(let operation): return operation.tensors.map { parameter($0.name, $0.dimensions) }
    case .input, .scale, .shift, .activation, .maxPool, .averagePool, .globalAveragePool, .adaptiveAveragePool, .add,
      .multiply,
      .concat, .slice, .channelShuffle, .padChannels, .subsample, .zeroPad, .flatten, .dropout, .stochasticDepth,
      .softmax, .localResponseNorm, .unflatten, .unsupported:
      return []
    }
  }
}
