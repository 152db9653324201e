import NetworkGraph

/// Activations and norms that exporters write as several nodes.
extension ONNXImporter {
  /// How far a number may be from what it stands for: exporters write 1/6 with five digits or more.
  static let tolerance = 1e-5

  /// Recognises hard sigmoid, hard swish and GELU by their last node, which multiplies by a number.
  mutating func recogniseDecomposed(
    endingIn factor: Double, _ input: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) -> Bool {
    guard input.layer == layers.count - 1 else { return false }
    let (activation, count): (Activation, Int)
    if abs(factor - 1 / 6) < Self.tolerance, isHardSigmoid(endingAt: layers.count - 1) {
      (activation, count) = (.hardSigmoid, 2)
    } else if abs(factor - 1 / 6) < Self.tolerance, case let gate = layers.count - 2, isHardSigmoid(endingAt: gate),
      isGate(layers.count - 1, by: gate, of: layers[gate - 1].inputs[0])
    {
      (activation, count) = (.hardSwish, 3)
    } else if abs(factor - 0.5) < Self.tolerance, let first = startOfErf(endingAt: layers.count - 2),
      isGate(layers.count - 1, by: layers.count - 2, of: layers[first].inputs[0])
    {
      (activation, count) = (.gelu, layers.count - first)
    } else {
      return false
    }
    let first = layers.count - count
    guard (first..<layers.count).allSatisfy(isReadOnce) else { return false }
    let value = ImportedValue(layer: layers[first].inputs[0], shape: input.shape, layout: input.layout)
    removeLastLayers(count)
    try append(.activation(activation), node, [value])
    return true
  }

  /// Recognises a norm of groups, as which channels were normalised that are groups in rows, by the node that makes a map
  /// of them again.
  mutating func recogniseGroupNorm(
    endingIn target: [Int], _ input: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) -> Bool {
    let last = layers.count - 1
    guard last >= 1, input.layer == last, isReadOnce(last), isReadOnce(last - 1),
      case .portable(.groupNorm(let groups, _, let epsilon)) = layers[last].operation,
      layers[last].inputs == [last - 1], case .portable(.reshape) = layers[last - 1].operation
    else { return false }
    let source = layers[last - 1].inputs[0]
    let shape = source >= 0 ? layers[source].output : inputs[-1 - source].shape
    guard shape.dimensions == target, shape.channels % groups == 0 else { return false }
    let width = shape.channels / groups
    let tensors = layers[last].tensors.compactMap { tensor in
      tensor.reshaped([groups, 1])?.combined(with: ImportedTensor(repeating: 0, dimensions: [1, width])) { value, _ in
        value
      }?.reshaped([shape.channels])
    }
    guard tensors.count == 2 else { return false }
    removeLastLayers(2)
    let norm = PortableOperation.groupNorm(groups: groups, features: shape.channels, epsilon: epsilon)
    try appendPortable(
      norm, node, [ImportedValue(layer: source, shape: shape, layout: .channelsFirst)], tensors: tensors)
    return true
  }

  /// x + 3 between 0 and 6.
  private func isHardSigmoid(endingAt place: Int) -> Bool {
    place >= 1 && layers[place].operation == .activation(.relu6) && layers[place].inputs == [place - 1]
      && layers[place - 1].shift == 3
  }

  /// The first layer of erf(x / √2) + 1.
  private func startOfErf(endingAt place: Int) -> Int? {
    guard place >= 2, layers[place].shift == 1, layers[place].inputs == [place - 1],
      layers[place - 1].inputs == [place - 2], layers[place - 1].isErf,
      case .scale(let factor) = layers[place - 2].operation, abs(factor - 0.5.squareRoot()) < Self.tolerance
    else { return nil }
    return place - 2
  }

  private func isGate(_ place: Int, by gate: Int, of input: Int) -> Bool {
    layers[place].operation == .multiply && Set(layers[place].inputs) == [gate, input]
  }
}

extension ImportedLayer {
  fileprivate var isErf: Bool {
    operation == .portable(.function(.erf))
  }
}
