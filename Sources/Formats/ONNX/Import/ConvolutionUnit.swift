import NetworkGraph

/// A convolution with the norm and the activation that go with it: behind it, or before it. At the edges of a block they
/// may be missing.
struct ConvolutionUnit: Sendable {
  let convolution: Int
  let norm: Int?
  let activation: Int?

  var layers: [Int] { [convolution, norm, activation].compactMap(\.self) }
  /// The first of them where norm and activation stand before the convolution.
  var entry: Int { norm ?? activation ?? convolution }
}

/// Finds the units of convolutions in a run of layers.
struct ConvolutionChains {
  private let run: Range<Int>
  private let layers: [ImportedLayer]
  private var readers: [Int: [Int]] = [:]

  init(run: Range<Int>, layers: [ImportedLayer]) {
    self.run = run
    self.layers = layers
    for place in run { for input in layers[place].inputs { readers[input, default: []].append(place) } }
  }

  /// The units of all convolutions, and the form that they have in common; nil where there is none, or where other norms
  /// and activations stand between them.
  var unitsOfAll: (form: BlockForm, units: [ConvolutionUnit])? {
    let convolutions = run.filter { layers[$0].operation.convolution != nil }
    let found: [(BlockForm, [ConvolutionUnit])] = [
      (.postActivation, convolutions.compactMap { unit(behind: $0) }),
      (
        .preActivation,
        convolutions.compactMap { unit(before: $0) }.filter { $0.activation.flatMap(soleReader) != nil }
      ),
    ]
    let others = run.filter { layers[$0].operation.activation == nil && !isNorm($0) && !convolutions.contains($0) }
    return found.first { _, units in
      !units.isEmpty && Set(units.flatMap(\.layers) + others) == Set(run)
        && others.allSatisfy { layers[$0].operation.keepsForms }
    }
  }

  /// The units along the body of a residual block, and the layers of squeeze-and-excitation between or behind them.
  struct Body {
    var units: [ConvolutionUnit] = []
    var excitations: [Int] = []
  }

  /// The body of a residual block in post-activation, which gives this value to its addition. Empty where there is no
  /// such body; a projection looks like a body of one unit.
  ///
  /// - Parameter last: the activation behind the addition.
  func body(behind value: Int, last: Int) -> Body {
    var body = Body()
    let value = skipExcitation(giving: value, noting: &body)
    guard run.contains(value), let (convolution, norm) = projection(giving: value) else { return Body() }
    body.units = [ConvolutionUnit(convolution: convolution, norm: norm, activation: last)]
    var input = skipExcitation(giving: layers[convolution].inputs[0], noting: &body)
    while run.contains(input) {
      guard layers[input].operation.activation != nil,
        let (convolution, _) = projection(givingShortcut: layers[input].inputs[0]),
        let unit = unit(behind: convolution), unit.activation == input
      else { return Body() }
      body.units.insert(unit, at: 0)
      input = skipExcitation(giving: layers[convolution].inputs[0], noting: &body)
    }
    return body
  }

  /// The same in pre-activation.
  ///
  /// - Parameter takesActivated: true where the first convolution may take what the block takes, which is activated.
  func body(before value: Int, takesActivated: Bool) -> Body {
    var body = Body()
    var value = value
    while run.contains(value) {
      let convolution = skipExcitation(giving: value, noting: &body)
      guard run.contains(convolution), layers[convolution].operation.convolution != nil,
        convolution != value || soleReader(of: value) != nil
      else { return Body() }
      if let unit = unit(before: convolution) {
        body.units.insert(unit, at: 0)
      } else if takesActivated, !body.units.isEmpty, !run.contains(layers[convolution].inputs[0]) {
        body.units.insert(ConvolutionUnit(convolution: convolution, norm: nil, activation: nil), at: 0)
      } else {
        return Body()
      }
      value = layers[body.units[0].entry].inputs[0]
    }
    return body
  }

  /// What squeeze-and-excitation scales, where it gives a value; else the value itself.
  private func skipExcitation(giving value: Int, noting body: inout Body) -> Int {
    guard run.contains(value), layers[value].operation == .multiply, layers[value].inputs.count == 2 else {
      return value
    }
    for (gate, source) in [(0, 1), (1, 0)].map({ (layers[value].inputs[$0], layers[value].inputs[$1]) }) {
      var found = [value]
      var place = gate
      while run.contains(place), place != source, layers[place].inputs.count == 1, soleReader(of: place) != nil {
        found.append(place)
        place = layers[place].inputs[0]
      }
      // A mean, two layers, and an activation behind each.
      guard place == source, found.count >= 4, layers[found[found.count - 1]].operation == .globalAveragePool,
        Set(readers[source] ?? []) == [value, found[found.count - 1]]
      else { continue }
      body.excitations += found
      return source
    }
    return value
  }

  /// The convolution that gives a value, with a norm behind it or without.
  func projection(givingShortcut value: Int) -> (convolution: Int, norm: Int?)? {
    run.contains(value) && soleReader(of: value) != nil ? projection(giving: value) : nil
  }

  /// The same where several may read the value.
  private func projection(giving value: Int) -> (convolution: Int, norm: Int?)? {
    if layers[value].operation.convolution != nil { return (value, nil) }
    let input = layers[value].inputs[0]
    guard isNorm(value), run.contains(input), soleReader(of: input) != nil, layers[input].operation.convolution != nil
    else { return nil }
    return (input, value)
  }

  /// The layers without weights that give a value, from the last to the first.
  func withoutWeights(givingShortcut value: Int) -> [Int] {
    var found: [Int] = []
    var place = value
    while run.contains(place), layers[place].operation.onlyResizes, soleReader(of: place) != nil {
      found.append(place)
      place = layers[place].inputs[0]
    }
    return found
  }

  private func unit(behind convolution: Int) -> ConvolutionUnit? {
    guard let next = soleReader(of: convolution) else { return nil }
    let norm = isNorm(next) ? next : nil
    guard let activation = norm == nil ? next : soleReader(of: next),
      layers[activation].operation.activation != nil
    else { return nil }
    return ConvolutionUnit(convolution: convolution, norm: norm, activation: activation)
  }

  func unit(before convolution: Int) -> ConvolutionUnit? {
    let activation = layers[convolution].inputs[0]
    guard run.contains(activation), layers[activation].operation.activation != nil else { return nil }
    let input = layers[activation].inputs[0]
    let hasNorm = run.contains(input) && isNorm(input) && soleReader(of: input) != nil
    return ConvolutionUnit(convolution: convolution, norm: hasNorm ? input : nil, activation: activation)
  }

  private func isNorm(_ place: Int) -> Bool {
    if case .batchNorm = layers[place].operation { true } else { false }
  }

  func soleReader(of place: Int) -> Int? {
    readers[place].flatMap { $0.count == 1 ? $0[0] : nil }
  }
}

extension Operation {
  /// True for what makes a shortcut's map as large, or as wide, as the body's.
  fileprivate var onlyResizes: Bool {
    switch self {
    case .maxPool, .averagePool, .subsample, .padChannels: true
    default: false
    }
  }

  /// True for what may stand in a module of either form beside its convolutions.
  fileprivate var keepsForms: Bool {
    switch self {
    case .maxPool, .averagePool, .concat, .zeroPad, .dropout: true
    default: false
    }
  }
}
