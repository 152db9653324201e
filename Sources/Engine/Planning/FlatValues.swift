import NetworkGraph

extension Network {
  /// The values that lie in plain order, without lanes: those that only operations without kernels give and take, and such
  /// as take every value by itself. Arrays of few channels would fill one lane of sixteen.
  func flatValues(of groups: [FusedGroup]) -> Set<LayerID> {
    var candidates: Set<LayerID> = []
    // Values that lie in one order or the other together.
    var together: [LayerID: [LayerID]] = [:]
    // Values that lie so only if that one does.
    var sources: [LayerID: [LayerID]] = [:]
    var followers: [LayerID: [LayerID]] = [:]
    for group in groups {
      let value = group.first
      switch self[group.main].operation {
      case .portable where group.layers.count > 1: break
      case .portable, .input, .flatten, .unflatten:
        candidates.insert(value)
        for input in mapsCombined(group) { followers[input, default: []].append(value) }
      case _ where mayTakePlainOrder(group):
        candidates.insert(value)
        sources[value] = self[group.main].inputs.map(source)
      case _ where takesEveryValueByItself(group):
        candidates.insert(value)
        for input in self[group.main].inputs.map(source) {
          together[value, default: []].append(input)
          together[input, default: []].append(value)
        }
      default: break
      }
    }
    var others: [LayerID] = []
    func exclude(_ value: LayerID) { if candidates.remove(value) != nil { others.append(value) } }
    for group in groups where !readsPlainOrder(group) {
      for layer in group.layers { for input in self[layer].inputs { exclude(source(of: input)) } }
    }
    // Answers of other operations have lanes: no network without operations of files has anything in plain order.
    for group in groups where isAnswer(group.first) {
      if case .portable = self[group.main].operation { continue }
      exclude(group.first)
    }
    for ties in [together, sources, followers] {
      for (value, neighbours) in ties where !candidates.contains(value) { neighbours.forEach(exclude) }
    }
    while let value = others.popLast() {
      together[value]?.forEach(exclude)
      sources[value]?.forEach(exclude)
      followers[value]?.forEach(exclude)
    }
    return candidates
  }

  /// The maps that are combined element by element, as quickly with lanes as without: the result lies as they do.
  private func mapsCombined(_ group: FusedGroup) -> [LayerID] {
    let layer = self[group.main]
    guard case .portable(let operation) = layer.operation, layer.output.channels >= 16,
      layer.output.height * layer.output.width > 1
    else { return [] }
    switch operation {
    case .combine, .combineStored: return layer.inputs.map(source).filter { self[$0].output == layer.output }
    default: return []
    }
  }

  private func readsPlainOrder(_ group: FusedGroup) -> Bool {
    switch self[group.main].operation {
    case .portable, .flatten, .unflatten: group.layers.count == 1
    default: mayTakePlainOrder(group) || takesEveryValueByItself(group)
    }
  }

  /// True for what has a kernel for lanes, and does without one where its output lies in plain order.
  private func mayTakePlainOrder(_ group: FusedGroup) -> Bool {
    let operation = self[group.main].operation
    if case .scale = operation { return group.layers.count == 1 }
    return operation.onlyMovesValues
  }

  private func takesEveryValueByItself(_ group: FusedGroup) -> Bool {
    let layer = self[group.main]
    switch layer.operation {
    case .activation: return true
    case .add, .multiply:
      return group.folded.norms.isEmpty && group.addition == nil
        && layer.inputs.allSatisfy { self[source(of: $0)].output.elements == layer.output.elements }
    default: return false
    }
  }
}

extension Operation {
  /// True if the output's values are the input's in the same order, under another shape.
  var keepsOrder: Bool {
    switch self {
    case .flatten, .unflatten, .portable(.reshape): true
    default: false
    }
  }
}
