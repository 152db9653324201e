import NetworkGraph

/// The blocks of a network whose file names none, found in its dataflow: what lies between a value and the addition or
/// concatenation that its ways around join in. Blocks of one shape that follow one another are a stage.
struct FoundStructure {
  private let layers: [ImportedLayer]
  private let lastReader: [Int]
  private var blocks: [Range<Int>] = []

  /// The layers in the scopes of the blocks that were found.
  static func scoped(_ layers: [ImportedLayer]) -> [ImportedLayer] {
    var structure = FoundStructure(layers)
    structure.findBlocks()
    return structure.scoped()
  }

  private init(_ layers: [ImportedLayer]) {
    self.layers = layers
    var lastReader = Array(repeating: -1, count: layers.count)
    for (place, layer) in layers.enumerated() {
      for input in layer.inputs where input >= 0 { lastReader[input] = place }
    }
    self.lastReader = lastReader
  }

  private mutating func findBlocks() {
    var free = 0
    for (place, layer) in layers.enumerated() where layer.operation == .add || layer.operation == .concat {
      let before = blocks.last
      var found = start(ofBlockEndingAt: place, from: free)
      if found == nil, layer.operation == .add, let before, layers[before.upperBound - 1].operation == .concat {
        // Branches that are concatenated may be the body of a residual block.
        found = start(ofBlockEndingAt: place, from: before.lowerBound)
        if found != nil { blocks.removeLast() }
      }
      guard var start = found else { continue }
      var end = place + 1
      // The activation of a sum belongs to its block.
      if end < layers.count, layers[end].inputs == [place], lastReader[place] == end,
        layers[end].operation.activation != nil
      {
        end += 1
      } else if let shared = sharedActivation(before: start, endingAt: place), shared >= free {
        start = shared
      }
      blocks.append(start..<end)
      free = end
    }
  }

  /// The first layer of the smallest run that ends here, takes one value from before, and begins behind the blocks that
  /// were found; nil where there is none, or where values from its middle are needed after it.
  private func start(ofBlockEndingAt place: Int, from free: Int) -> Int? {
    guard var source = layers[place].inputs.min(), source >= free - 1 else { return nil }
    var next = place - 1
    while next > source {
      source = min(source, layers[next].inputs.min() ?? source)
      guard source >= free - 1 else { return nil }
      next -= 1
    }
    guard source >= free - 1, source + 1 < place, (source + 1..<place).allSatisfy({ lastReader[$0] <= place }) else {
      return nil
    }
    return source + 1
  }

  /// Where a norm and an activation begin that the body and the projection of a pre-activation block share (He et al. 2016,
  /// §4.1): both ways take the value behind them.
  private func sharedActivation(before start: Int, endingAt place: Int) -> Int? {
    let norm = start - 2
    guard norm >= 0, layers[start - 1].operation.activation != nil, layers[start - 1].inputs == [norm],
      lastReader[norm] == start - 1, lastReader[start - 1] < place, case .batchNorm = layers[norm].operation,
      BlockForms(of: norm..<place + 1, in: layers, answer: place) != nil
    else { return nil }
    return norm
  }

  private func scoped() -> [ImportedLayer] {
    var result = layers
    var stage = 0
    var number = 0
    var before: (kind: BlockKind, output: Shape, end: Int)?
    for block in blocks {
      let kind = BlockKind(recognising: layers[block])
      let output = layers[block.upperBound - 1].output
      let follows = before.map {
        $0.end == block.lowerBound && $0.kind == kind && $0.output.height == output.height
          && $0.output.width == output.width
      }
      if follows == true { number += 1 } else { (stage, number) = (stage + 1, 0) }
      for place in block { result[place].scopes = ["stage\(stage)", "\(number)"] + layers[place].scopes }
      before = (kind, output, block.upperBound)
    }
    return result
  }
}
