import NetworkGraph

/// Layers that run as one step.
///
/// A convolution takes with it the batch norms and layer scales folded into its weights, the addition and the activation that its
/// epilogue carries out, and a norm or activation that reads the sum, as a second output: what pre-activation leaves
/// behind an addition. Branches beside it, whose results are added to its own, go into its weights. A product or a norm
/// takes with it the norms, the addition and the activation behind it. Other layers stand alone.
struct FusedGroup {
  /// The layer that gives the group its kind.
  let main: LayerID
  var folded = FoldedLayers()
  /// The additions of its branches, the one that gives the sum first.
  var branchAdditions: [LayerID] = []
  var addition: (layer: LayerID, residual: LayerID)?
  var activation: LayerID?
  var second: (norm: LayerID?, activation: LayerID?)?
  /// True if the value before the second output is needed as well.
  var keepsFirst = true
  /// What its main layer does to its input as it reads it, instead of the group before it.
  var prologue: Prologue?

  /// Norms and an activation, and the value that they take.
  struct Prologue {
    let input: LayerID
    let norms: [LayerID]
    let activation: LayerID?
  }

  init(main: LayerID) { self.main = main }

  init(main: LayerID, _ sum: BranchSum) {
    self.main = main
    folded = FoldedLayers(norms: sum.main.norms, branches: sum.others)
    branchAdditions = sum.additions
    addition = sum.residual.map { ($0.addition, $0.value) }
  }

  /// The layer whose value is the group's first output.
  var first: LayerID { activation ?? addition?.layer ?? sum }
  /// The layer whose value the weights alone give.
  private var sum: LayerID { folded.sumNorms.last ?? branchAdditions.first ?? folded.norms.last ?? main }
  /// The layer whose value is the second output.
  var secondValue: LayerID? { second.flatMap { $0.activation ?? $0.norm } }
  var layers: [LayerID] {
    [main] + folded.norms + folded.branches.flatMap(\.layers) + branchAdditions + folded.sumNorms
      + [addition?.layer, activation, second?.norm, second?.activation, prologue?.activation].compactMap { $0 }
      + (prologue?.norms ?? [])
  }
}

extension Network {
  /// The groups in an order in which each comes after all whose values it takes.
  func fusedGroups(fused: Bool) -> [FusedGroup] {
    var taken: Set<LayerID> = []
    var groups: [FusedGroup] = []
    let sums = fused ? branchSums() : [:]
    for (main, sum) in sums { taken.formUnion(FusedGroup(main: main, sum).layers.dropFirst()) }

    /// The only layer that takes this value, if nothing else needs it.
    func soleReader(_ id: LayerID) -> Layer? {
      let readers = readers(of: id)
      guard readers.count == 1, !isAnswer(id), !taken.contains(readers[0]) else { return nil }
      return self[readers[0]]
    }
    func takeActivation(_ id: LayerID) -> LayerID? {
      guard let next = soleReader(id), next.operation.activation != nil else { return nil }
      taken.insert(next.id)
      return next.id
    }

    for layer in layers where !taken.contains(layer.id) {
      var group = FusedGroup(main: layer.id)
      switch layer.operation {
      case .convolution, .linear:
        guard fused else { break }
        if let sum = sums[layer.id] { group = FusedGroup(main: layer.id, sum) }
        if group.addition == nil { takeNormsAndAddition(&group) }
        group.activation = takeActivation(group.first)
        if group.activation == nil, !layer.hasNarrowGroups { takeSecond(&group) }
      case .batchNorm, .layerScale, .channelBias, .scale, .shift, .multiply:
        guard fused else { break }
        // Arrays of few channels lie in plain order, in which each of these runs by itself.
        if layer.output.channels >= 16 { takeNormsAndAddition(&group) }
        group.activation = takeActivation(group.first)
      case .portable(.groupNorm):
        guard fused, layer.isWideMap else { break }
        takeNormsAndAddition(&group)
        group.activation = takeActivation(group.first)
      case .add: if fused { group.activation = takeActivation(layer.id) }
      default: if keepsValues(layer) { continue }
      }
      groups.append(group)
    }

    /// The norms behind a convolution or its sum, which go into the weights, and the addition behind them; or what runs
    /// with a product or norm of every value.
    func takeNormsAndAddition(_ group: inout FusedGroup) {
      let norms = group.branchAdditions.isEmpty ? \FoldedLayers.norms : \.sumNorms
      while let next = soleReader(group.first), next.operation.scalesChannels {
        group.folded[keyPath: norms].append(next.id)
        taken.insert(next.id)
      }
      if let next = soleReader(group.first), next.operation == .add, next.inputs.count == 2,
        let residual = next.inputs.first(where: { source(of: $0) != group.first }), !self[group.main].hasNarrowGroups
      {
        group.addition = (next.id, residual)
        taken.insert(next.id)
      }
    }

    /// A norm that cannot be folded, or an activation beside another reader, takes the group's first output: what it
    /// gives becomes a second output.
    func takeSecond(_ group: inout FusedGroup) {
      let all = readers(of: group.first)
      let readers = all.filter { !taken.contains($0) }
      let norm = readers.first {
        if case .batchNorm = self[$0].operation { true } else { false }
      }
      if let norm {
        taken.insert(norm)
        group.second = (norm, takeActivation(norm))
      } else if let activation = readers.first(where: { self[$0].operation.activation != nil }) {
        taken.insert(activation)
        group.second = (nil, activation)
      }
      group.keepsFirst = group.second == nil || all.count > 1 || isAnswer(group.first)
    }

    // A group runs where its first output stands: everything it takes comes earlier, also what an addition adds.
    return groups.sorted { $0.first < $1.first }
  }
}

extension Network {
  /// True for a layer whose output is its input's values: pooling to the size that a map has changes nothing either.
  func keepsValues(_ layer: Layer) -> Bool {
    switch layer.operation {
    case .adaptiveAveragePool: return self[layer.inputs[0]].output == layer.output
    case .flatten, .unflatten: return isFlatAsItLies(layer)
    default: return layer.operation.keepsValues
    }
  }

  /// True if a value need not be moved to be read in its flat shape, or from it as a map: a map of one pixel lies as a
  /// vector does, and linear layers, the reference and answers read the values of a map in order.
  private func isFlatAsItLies(_ layer: Layer) -> Bool {
    func isPixel(_ shape: Shape) -> Bool { shape.height * shape.width == 1 }
    if isPixel(self[layer.inputs[0]].output), isPixel(layer.output) { return true }
    guard case .flatten = layer.operation else { return false }
    func readsInOrder(_ reader: LayerID) -> Bool {
      switch self[reader].operation {
      case .linear, .portable: true
      case .dropout, .stochasticDepth: consumers(of: reader).allSatisfy(readsInOrder)
      default: false
      }
    }
    return consumers(of: layer.id).allSatisfy(readsInOrder)
  }

  /// The layer whose memory holds a layer's value.
  func source(of id: LayerID) -> LayerID {
    var id = id
    while keepsValues(self[id]) { id = self[id].inputs[0] }
    return id
  }

  /// The layers that take a value in the shape that it has, be it through others that change nothing.
  func readers(of id: LayerID) -> [LayerID] {
    consumers(of: id).flatMap { passesOn($0) ? readers(of: $0) : [$0] }
  }

  func isAnswer(_ id: LayerID) -> Bool {
    id == output || consumers(of: id).contains { passesOn($0) && isAnswer($0) }
  }

  private func passesOn(_ id: LayerID) -> Bool {
    keepsValues(self[id]) && self[id].output == self[self[id].inputs[0]].output
  }
}

extension Operation {
  /// True if it multiplies every channel by a number or adds another: weights before it can do the same.
  var scalesChannels: Bool {
    switch self {
    case .batchNorm, .layerScale, .channelBias, .scale, .shift: true
    default: false
    }
  }
}

extension Layer {
  /// True for a map of pixels whose channels fill lanes.
  fileprivate var isWideMap: Bool { output.channels >= 16 && output.height * output.width > 1 }

  /// True for a convolution whose groups are few channels that give as many, so that groups share a vector: depthwise, or
  /// ResNeXt's of 4 and 8; or a depthwise one that has a few outputs for every channel.
  var hasNarrowGroups: Bool {
    guard let c = operation.convolution, c.groups > 1 else { return false }
    switch (c.inputChannels / c.groups, c.outputChannels / c.groups) {
    case (1, 1), (2, 2), (4, 4), (8, 8), (1, 2), (1, 4): return true
    default: return false
    }
  }
}
