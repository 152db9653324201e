import NetworkGraph

/// The form of a residual block or Inception module in an imported network, and how it is turned into the other one: the
/// norm and the activation of every convolution move from behind it to before it, or back (He et al. 2016, Fig. 4).
///
/// Where the norms of a file are folded into its convolutions, as exporters do, only the activations move.
struct BlockForms: Sendable {
  /// What a block is made of.
  private enum Pattern {
    case residual
    /// Branches that are concatenated.
    case module
    /// Branches that are concatenated, and a convolution of them that is added to what the block takes (Szegedy et al.
    /// 2016, Fig. 16). In post-activation that convolution has no norm, and the last block of a network no activation.
    case residualModule
  }

  private(set) var form: BlockForm
  private let pattern: Pattern
  private let run: Range<Int>
  /// The addition or concatenation that the ways join in.
  private let join: Int
  /// In order along the body of a residual block; the last of a residual module joins its branches.
  private let units: [ConvolutionUnit]
  /// The projection of a residual block's shortcut, with its norm, and the layer that takes what it projects: itself, or a
  /// pooling before it (He et al. 2019, "Bag of Tricks", Fig. 2c).
  private var projection: (convolution: Int, norm: Int?, entry: Int)?

  /// - Parameters:
  ///   - answer: the layer whose value the block gives.
  ///   - areKnown: true where something else than the layers says that there are two forms.
  /// - Returns: nil where these layers have one form only.
  init?(of run: Range<Int>, in layers: [ImportedLayer], answer: Int, areKnown: Bool = false) {
    let additions = run.filter { layers[$0].operation == .add }
    let found: BlockForms?
    if additions.isEmpty {
      found = Self(moduleOf: run, in: layers, answer: answer, areKnown: areKnown)
    } else if additions.count == 1,
      answer == additions[0]
        || (layers[answer].inputs == additions && layers[answer].operation.activation != nil)
    {
      found =
        Self(residual: run, in: layers, join: additions[0], answer: answer, areKnown: areKnown)
        ?? Self(residualModule: run, in: layers, join: additions[0], answer: answer)
    } else {
      found = nil
    }
    guard let found else { return nil }
    self = found
  }

  private init?(moduleOf run: Range<Int>, in layers: [ImportedLayer], answer: Int, areKnown: Bool) {
    guard layers[answer].operation == .concat || areKnown,
      let found = ConvolutionChains(run: run, layers: layers).unitsOfAll
    else { return nil }
    (pattern, self.run, join) = (.module, run, answer)
    (form, units) = found
  }

  private init?(residual run: Range<Int>, in layers: [ImportedLayer], join: Int, answer: Int, areKnown: Bool) {
    let chains = ConvolutionChains(run: run, layers: layers)
    (pattern, self.run, self.join) = (.residual, run, join)
    form = answer == join ? .preActivation : .postActivation
    let ways = layers[join].inputs.map { [form] in
      form == .preActivation
        ? chains.body(before: $0, takesActivated: areKnown) : chains.body(behind: $0, last: answer)
    }
    guard ways.count == 2, ways[0].units.count != ways[1].units.count else { return nil }
    let body = ways[0].units.count > ways[1].units.count ? 0 : 1
    units = ways[body].units
    let shortcut = layers[join].inputs[1 - body]
    var resized: [Int] = []
    if run.contains(shortcut) {
      let first = form == .preActivation ? units[0].entry : units[0].convolution
      if let found = chains.projection(givingShortcut: shortcut) {
        resized = chains.withoutWeights(givingShortcut: layers[found.convolution].inputs[0])
        let entry = resized.last ?? found.convolution
        projection = (found.convolution, found.norm, entry)
        let taken = layers[entry].inputs[0]
        // Some published forms project what the block takes, before it is normalised.
        let isTakenBefore = form == .preActivation && taken == layers[first].inputs[0]
        guard taken == layers[units[0].convolution].inputs[0] || isTakenBefore else { return nil }
      } else {
        // A shortcut that learns nothing takes what the block takes, in either form.
        resized = chains.withoutWeights(givingShortcut: shortcut)
        guard let last = resized.last, layers[last].inputs[0] == layers[first].inputs[0] else { return nil }
      }
    }
    let known =
      units.flatMap(\.layers) + [join] + [projection?.convolution, projection?.norm].compactMap(\.self) + resized
      + ways[body].excitations
    guard Set(known) == Set(run) else { return nil }
  }

  private init?(residualModule run: Range<Int>, in layers: [ImportedLayer], join: Int, answer: Int) {
    let chains = ConvolutionChains(run: run, layers: layers)
    let inputs = layers[join].inputs
    guard inputs.count == 2, let body = inputs.first(where: run.contains), inputs.contains(where: { !run.contains($0) })
    else { return nil }
    var convolution = body
    if case .scale = layers[body].operation { convolution = layers[body].inputs[0] }
    guard run.contains(convolution), layers[convolution].operation.convolution != nil,
      chains.soleReader(of: convolution) != nil
    else { return nil }
    let before = chains.unit(before: convolution)
    let concatenation = layers[before?.entry ?? convolution].inputs[0]
    guard run.contains(concatenation), layers[concatenation].operation == .concat,
      let found = ConvolutionChains(run: run.lowerBound..<concatenation + 1, layers: layers).unitsOfAll
    else { return nil }
    (pattern, self.run, self.join) = (.residualModule, run, join)
    form = found.form
    guard form == .preActivation ? before != nil && answer == join : before == nil else { return nil }
    let last =
      before ?? ConvolutionUnit(convolution: convolution, norm: nil, activation: answer == join ? nil : answer)
    units = found.units + [last]
    guard Set(last.layers + [body, join]) == Set(concatenation + 1..<run.upperBound) else { return nil }
  }

  /// The block's layers in the other form, to stand in the place of the old ones, and the place of the one that gives
  /// its value.
  func turned(_ layers: [ImportedLayer], inputs: [Shape]) -> (layers: [ImportedLayer], answer: Int) {
    var graph = BlockGraph(run: run, layers: layers, inputs: inputs)
    for unit in units { unit.norm.map { graph.bypass($0) } }
    for unit in units { unit.activation.map { graph.bypass($0) } }
    var answer = join
    switch form {
    case .postActivation:
      if let norm = projection?.norm { graph.bypass(norm) }
      let before = units.indices.map { index in
        let unit = units[index]
        var input = graph.input(of: unit.convolution)
        if let norm = norm(of: index) { input = graph.add(norm, on: input, near: unit.convolution, -2) }
        return graph.add(activation(of: index), on: input, near: unit.convolution, -1)
      }
      for (unit, activation) in zip(units, before) { graph.connect(unit.convolution, to: activation) }
      // The projection takes what the first convolution takes.
      if let projection { graph.connect(projection.entry, to: before[0]) }
    case .preActivation:
      for (index, unit) in units.enumerated() {
        let readers = graph.readers(of: unit.convolution)
        var value = unit.convolution
        if let norm = norm(of: index) { value = graph.add(norm, on: value, near: unit.convolution, 1) }
        if pattern != .module, index == units.count - 1 {
          answer = graph.add(activation(of: index), on: join, near: join, 1)
        } else {
          value = graph.add(activation(of: index), on: value, near: unit.convolution, 2)
        }
        for reader in readers { graph.reconnect(reader, from: unit.convolution, to: value) }
      }
      if let projection, projection.norm == nil, let norm = units[0].norm {
        let value = graph.add(
          .init(like: norm, name: "bn"), on: projection.convolution, near: projection.convolution, 1)
        graph.reconnect(join, from: projection.convolution, to: value)
      }
    }
    return graph.ordered(answer: answer)
  }

  /// The norm that a unit has in the other form; nil for none.
  private func norm(of index: Int) -> BlockGraph.Addition? {
    if pattern == .residualModule, index == units.count - 1 {
      return form == .preActivation ? nil : units[0].norm.map { .init(like: $0, name: "norm") }
    }
    if let norm = units[index].norm { return .init(like: norm) }
    return units[index].activation == nil ? units.last?.norm.map { .init(like: $0, name: "norm") } : nil
  }

  /// The activation that a unit has in the other form.
  private func activation(of index: Int) -> BlockGraph.Addition {
    if let activation = units[index].activation { return .init(like: activation) }
    return .init(like: units.lazy.compactMap(\.activation).first ?? join, name: "relu")
  }
}
