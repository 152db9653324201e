import ConvKernels
import NetworkGraph

extension Placement {
  /// Finds norms and activations whose values one convolution alone reads, so that it may carry them out itself.
  mutating func findPrologues() {
    var producers: [LayerID: (group: Int, prologue: FusedGroup.Prologue)] = [:]
    for (index, group) in groups.enumerated() {
      if let prologue = prologue(by: group) { producers[group.secondValue ?? group.first] = (index, prologue) }
    }
    for group in groups where network[group.main].operation.convolution != nil {
      let value = network.source(of: network[group.main].inputs[0])
      guard let producer = producers[value], network.readers(of: value) == [group.main], !network.isAnswer(value),
        slices[value] == nil, !flat.contains(value)
      else { continue }
      prologues[group.main] = producer
    }
  }

  /// Winograd's algorithm carries them out on the way into its tiles: their values are nowhere in memory.
  mutating func choosePrologues() {
    var gone: Set<LayerID> = []
    for (index, group) in groups.enumerated() {
      guard let (producer, prologue) = prologues[group.main],
        algorithms[group.main]?.candidates[0].algorithm.takesPrologues == true
      else { continue }
      groups[index].prologue = prologue
      if groups[producer].second == nil { gone.insert(groups[producer].main) }
      groups[producer].second = nil
    }
    groups.removeAll { gone.contains($0.main) }
  }

  /// A group's last value as what the reader of the value before it could do; nil where that is none of its own, or where
  /// the activation is more than bounds.
  private func prologue(by group: FusedGroup) -> FusedGroup.Prologue? {
    let main = network[group.main]
    let prologue: FusedGroup.Prologue
    if let second = group.second {
      guard group.keepsFirst else { return nil }
      prologue = .init(input: group.first, norms: second.norm.map { [$0] } ?? [], activation: second.activation)
    } else if main.operation.activation != nil {
      prologue = .init(input: main.inputs[0], norms: [], activation: main.id)
    } else if main.operation.scalesChannels, group.addition == nil {
      prologue = .init(input: main.inputs[0], norms: [main.id] + group.folded.norms, activation: group.activation)
    } else {
      return nil
    }
    guard ck_activation(activation(prologue.activation)).function == CK_CLAMP,
      !flat.contains(network.source(of: prologue.input))
    else { return nil }
    return prologue
  }
}
