import NetworkGraph

/// Layers that run as one step.
///
/// A convolution takes with it the batch norm folded into its weights, the addition and the activation that its
/// epilogue carries out, and a norm or activation that reads the sum, as a second output: what pre-activation leaves
/// behind an addition. Other layers stand alone, or a norm with its activation.
struct FusedGroup {
  /// The layer that gives the group its kind.
  let main: LayerID
  var foldedNorm: LayerID?
  var addition: (layer: LayerID, residual: LayerID)?
  var activation: LayerID?
  var second: (norm: LayerID?, activation: LayerID?)?
  /// True if the value before the second output is needed as well.
  var keepsFirst = true

  init(main: LayerID) { self.main = main }

  /// The layer whose value is the group's first output.
  var first: LayerID { activation ?? addition?.layer ?? foldedNorm ?? main }
  /// The layer whose value is the second output.
  var secondValue: LayerID? { second.flatMap { $0.activation ?? $0.norm } }
  var layers: [LayerID] {
    [main, foldedNorm, addition?.layer, activation, second?.norm, second?.activation].compactMap { $0 }
  }
}

extension Network {
  /// The groups in an order in which each comes after all whose values it takes.
  func fusedGroups(fused: Bool) -> [FusedGroup] {
    var taken: Set<LayerID> = []
    var groups: [FusedGroup] = []

    /// The only layer that takes this value, if nothing else needs it.
    func soleConsumer(_ id: LayerID) -> Layer? {
      let consumers = consumers(of: id)
      guard consumers.count == 1, id != output, !taken.contains(consumers[0]) else { return nil }
      return self[consumers[0]]
    }
    func takeActivation(_ id: LayerID) -> LayerID? {
      guard let next = soleConsumer(id), Bounds(next.operation) != nil else { return nil }
      taken.insert(next.id)
      return next.id
    }
    func takeAnyActivation(_ id: LayerID) -> LayerID? {
      guard let next = soleConsumer(id), next.operation.activation != nil else { return nil }
      taken.insert(next.id)
      return next.id
    }

    for layer in layers where !taken.contains(layer.id) {
      var group = FusedGroup(main: layer.id)
      switch layer.operation {
      case .convolution, .linear:
        guard fused else { break }
        if let next = soleConsumer(layer.id), case .batchNorm = next.operation {
          group.foldedNorm = next.id
          taken.insert(next.id)
        }
        if let next = soleConsumer(group.first), next.operation == .add, next.inputs.count == 2,
          let residual = next.inputs.first(where: { $0 != group.first }), !layer.isDepthwise
        {
          group.addition = (next.id, residual)
          taken.insert(next.id)
        }
        group.activation = takeActivation(group.first)
        if group.activation == nil, !layer.isDepthwise { takeSecond(&group) }
      case .batchNorm, .layerScale, .add, .multiply:
        if fused { group.activation = takeAnyActivation(layer.id) }
      default: if keepsValues(layer) { continue }
      }
      groups.append(group)
    }

    /// A norm that cannot be folded, or an activation beside another reader, takes the group's first output: what it
    /// gives becomes a second output.
    func takeSecond(_ group: inout FusedGroup) {
      let consumers = consumers(of: group.first).filter { !taken.contains($0) }
      let norm = consumers.first {
        if case .batchNorm = self[$0].operation { true } else { false }
      }
      if let norm {
        taken.insert(norm)
        group.second = (norm, takeActivation(norm))
      } else if let activation = consumers.first(where: { Bounds(self[$0].operation) != nil }) {
        taken.insert(activation)
        group.second = (nil, activation)
      }
      group.keepsFirst = group.second == nil || self.consumers(of: group.first).count > 1 || group.first == output
    }

    // A group runs where its first output stands: everything it takes comes earlier, also what an addition adds.
    return groups.sorted { $0.first < $1.first }
  }
}

extension Network {
  /// True for a layer whose output is its input's values: pooling to the size that a map has changes nothing either.
  func keepsValues(_ layer: Layer) -> Bool {
    if case .adaptiveAveragePool = layer.operation { return self[layer.inputs[0]].output == layer.output }
    return layer.operation.keepsValues
  }
}

extension Layer {
  var isDepthwise: Bool {
    guard let convolution = operation.convolution else { return false }
    return convolution.isDepthwise && convolution.outputChannels == convolution.inputChannels
  }
}
