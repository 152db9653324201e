import NetworkGraph

/// The form of a residual block or Inception module in an imported network, and how it is turned into the other one: the
/// norm and the activation of every convolution move from behind it to before it, or back (He et al. 2016, Fig. 4).
///
/// Where the norms of a file are folded into its convolutions, as exporters do, only the activations move.
struct BlockForms: Sendable {
  let form: BlockForm
  private let run: Range<Int>
  /// The addition or concatenation that the ways join in.
  private let join: Int
  /// In order along the body of a residual block.
  private let units: [ConvolutionUnit]
  private let isResidual: Bool
  /// The projection of a residual block's shortcut, with its norm.
  private var projection: (convolution: Int, norm: Int?)?

  /// - Parameters:
  ///   - answer: the layer whose value the block gives.
  ///   - areKnown: true where something else than the layers says that there are two forms.
  /// - Returns: nil where these layers have one form only.
  init?(of run: Range<Int>, in layers: [ImportedLayer], answer: Int, areKnown: Bool = false) {
    let additions = run.filter { layers[$0].operation == .add }
    let chains = ConvolutionChains(run: run, layers: layers)
    self.run = run
    isResidual = !additions.isEmpty
    join = additions.first ?? answer
    guard isResidual else {
      guard layers[join].operation == .concat || areKnown, let found = chains.unitsOfAll else { return nil }
      (form, units) = found
      return
    }
    guard additions.count == 1,
      answer == join || (layers[answer].inputs == [join] && layers[answer].operation.activation != nil)
    else {
      return nil
    }
    form = answer == join ? .preActivation : .postActivation
    let ways = layers[join].inputs.map { [form] in
      form == .preActivation ? chains.body(before: $0) : chains.body(behind: $0, last: answer)
    }
    guard ways.count == 2, ways[0].units.count != ways[1].units.count else { return nil }
    let body = ways[0].units.count > ways[1].units.count ? 0 : 1
    units = ways[body].units
    let shortcut = layers[join].inputs[1 - body]
    var resized: [Int] = []
    if run.contains(shortcut) {
      if let found = chains.projection(givingShortcut: shortcut) {
        projection = found
        let taken = layers[found.convolution].inputs[0]
        // Some published forms project what the block takes, before it is normalised.
        let entry = units[0].norm ?? units[0].activation
        let isTakenBefore = form == .preActivation && taken == layers[entry].inputs[0]
        let first = form == .preActivation ? units[0].activation : layers[units[0].convolution].inputs[0]
        guard taken == first || isTakenBefore else { return nil }
      } else {
        // A shortcut that learns nothing takes what the block takes, in either form.
        resized = chains.withoutWeights(givingShortcut: shortcut)
        let first = form == .preActivation ? units[0].norm ?? units[0].activation : units[0].convolution
        guard let last = resized.last, layers[last].inputs[0] == layers[first].inputs[0] else { return nil }
      }
    }
    let known =
      units.flatMap(\.layers) + [join] + [projection?.convolution, projection?.norm].compactMap { $0 } + resized
      + ways[body].excitations
    guard Set(known) == Set(run) else { return nil }
  }

  /// The block's layers in the other form, to stand in the place of the old ones, and the place of the one that gives
  /// its value.
  func turned(_ layers: [ImportedLayer], inputs: [Shape]) -> (layers: [ImportedLayer], answer: Int) {
    var graph = BlockGraph(run: run, layers: layers, inputs: inputs)
    for unit in units { unit.norm.map { graph.bypass($0) } }
    for unit in units { graph.bypass(unit.activation) }
    var answer = join
    switch form {
    case .postActivation:
      if let norm = projection?.norm { graph.bypass(norm) }
      let before = units.map { unit in
        var input = graph.input(of: unit.convolution)
        if let norm = unit.norm { input = graph.add(norm, on: input, near: unit.convolution, -2) }
        return graph.add(unit.activation, on: input, near: unit.convolution, -1)
      }
      for (unit, activation) in zip(units, before) { graph.connect(unit.convolution, to: activation) }
      // The projection takes what the first convolution takes.
      if let projection { graph.connect(projection.convolution, to: before[0]) }
    case .preActivation:
      for (index, unit) in units.enumerated() {
        let readers = graph.readers(of: unit.convolution)
        var value = unit.convolution
        if let norm = unit.norm { value = graph.add(norm, on: value, near: unit.convolution, 1) }
        if isResidual, index == units.count - 1 {
          answer = graph.add(unit.activation, on: join, near: join, 1)
        } else {
          value = graph.add(unit.activation, on: value, near: unit.convolution, 2)
        }
        for reader in readers { graph.reconnect(reader, from: unit.convolution, to: value) }
      }
      if let projection, projection.norm == nil, let norm = units[0].norm {
        let value = graph.add(norm, on: projection.convolution, near: projection.convolution, 1, named: "bn")
        graph.reconnect(join, from: projection.convolution, to: value)
      }
    }
    return graph.ordered(answer: answer)
  }
}
