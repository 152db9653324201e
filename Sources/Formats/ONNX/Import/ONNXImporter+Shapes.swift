import NetworkGraph

/// Operators that only move values about, or change nothing but the shape.
extension ONNXImporter {
  mutating func addReshaping(_ node: ONNXNode) throws(ImportProblem) {
    switch try meaning(node, 0) {
    case .tensor(let tensor): return try addReshapedTensor(tensor, node)
    case .groups(let value, let count, let areDealt):
      guard try target(of: node, from: value) == value.shape.dimensions else {
        throw .unsupported(reason: "of groups of channels has no kernel")
      }
      guard areDealt else { return try define(node, .value(value)) }
      try append(.channelShuffle(groups: count), node, [value])
      return
    default: break
    }
    let input = try value(node)
    if try isLaidOutAnew(node, input) { return try define(node, .value(input)) }
    if let window = try window(node, of: input) { return try define(node, .weights(input, window: window)) }
    let target = try target(of: node, from: input)
    guard Shape.count(target) == input.shape.elements else {
      throw node.malformed("gives \(input.dimensions) the shape \(target)")
    }
    if try recogniseGroupNorm(endingIn: target, input, node) { return }
    let isFlat = input.shape.elements == input.shape.channels
    if target == input.dimensions { return try define(node, .value(input)) }
    if target.count == 1 {
      var flat = isFlat ? input : try channelsFirst(input, node)
      flat.layout = .channelsFirst
      try append(.flatten, node, [flat])
    } else if case .vector(let features) = input.shape, target == [features, 1, 1] {
      try append(.unflatten, node, [input])
    } else if case .map(let channels, let height, let width) = input.shape, target.count == 4,
      Array(target.dropFirst(2)) == [height, width], target[0] > 0, channels % target[0] == 0,
      input.layout == .channelsFirst
    {
      try define(node, .groups(input, count: target[0], areDealt: false))
    } else if target.allSatisfy({ $0 > 0 }), [2, 3].contains(target.count) {
      var plain = try channelsFirst(input, node)
      plain.layout = target.count == 2 ? .row : .channelsFirst
      let height = target.count == 2 ? 1 : target[1]
      let shape = Shape.map(channels: target[0], height: height, width: target[target.count - 1])
      try appendPortable(.reshape(shape), node, [plain])
    } else {
      throw .unsupported(reason: "from \(input.dimensions) to \(target) has no kernel")
    }
  }

  /// The window of a convolution whose weights the node makes of a map, a column for every place: as which `ONNXExporter`
  /// writes them. Nil where it does something else.
  private func window(_ node: ONNXNode, of input: ImportedValue) throws(ImportProblem) -> Extent? {
    guard node.type == "Reshape", case .map(let outputs, let inputs, let places) = input.shape, outputs > 1,
      input.layout == .channelsFirst, let lengths = try integers(node, "shape", 1), lengths.count == 4,
      Array(lengths[..<2]) == [outputs, inputs], lengths[2...].allSatisfy({ (1...places).contains($0) }),
      lengths[2].multipliedReportingOverflow(by: lengths[3]) == (places, false)
    else { return nil }
    return .by(lengths[2], lengths[3])
  }

  /// True for a list of all values, the batch among them, that only the next node reads, as the same map again.
  private func isLaidOutAnew(_ node: ONNXNode, _ input: ImportedValue) throws(ImportProblem) -> Bool {
    guard node.type == "Reshape", let wanted = try integers(node, "shape", 1), wanted.count == 1,
      [-1, input.shape.elements].contains(wanted[0]), let list = node.outputs.first, isRead(list, times: 1),
      let next = node.next, next.proto.input.first == list
    else { return false }
    return try takesWholeInOrder(next, of: input)
  }

  /// The shape that a reshaping gives, without the batch.
  private func target(of node: ONNXNode, from input: ImportedValue) throws(ImportProblem) -> [Int] {
    let before = [1] + input.dimensions
    switch node.type {
    case "Flatten":
      guard [1, 1 - before.count].contains(node.integer("axis", default: 1)) else {
        throw .unsupported(reason: "joins the batch with other axes")
      }
      return [input.shape.elements]
    case "Squeeze":
      // Without axes it drops the batch too, where that is one.
      let dropped = try axes(node, 1, rank: before.count)
      guard !dropped.isEmpty, !dropped.contains(0) else { throw .unsupported(reason: "drops the batch") }
      guard dropped.allSatisfy({ before[$0] == 1 }) else { throw node.malformed("drops axes of \(input.dimensions)") }
      return before.indices.dropFirst().filter { !dropped.contains($0) }.map { before[$0] }
    case "Unsqueeze":
      let given = try integers(node, "axes", 1) ?? []
      let axes = try normalised(given, rank: before.count + given.count, node)
      guard !axes.contains(0) else { throw .unsupported(reason: "adds an axis before the batch") }
      var rest = before.makeIterator()
      return (0..<before.count + given.count).map { axes.contains($0) ? 1 : rest.next() ?? 1 }.dropFirst().map { $0 }
    default:
      guard let given = try integers(node, "shape", 1) else {
        throw .unsupported(reason: "to a shape that is only known when the network runs has no kernel")
      }
      return try resolved(given, from: before, node)
    }
  }

  /// The lengths with 0, which keeps that of the input, and -1, which takes what is left, worked out; without the batch.
  private func resolved(_ given: [Int], from before: [Int], _ node: ONNXNode) throws(ImportProblem) -> [Int] {
    guard given.count > 1 else { throw .unsupported(reason: "joins the batch with other axes") }
    guard given.count(where: { $0 == -1 }) <= 1 else { throw node.malformed("gives the impossible shape \(given)") }
    let rest = Array(given.dropFirst())
    let isStored = try isStored(node, 1)
    let keepsBatch = [0, -1, declaredBatch].contains(given[0]) || given[0] == 1 && !isStored
    let mayJoin = given[0] != 0 && (given[0] == -1 || declaredBatch > 1)
    if !keepsBatch || (mayJoin && rest.allSatisfy { $0 > 0 } && Shape.count(rest) != before.reduce(1, *)) {
      throw .unsupported(reason: "joins the batch with other axes")
    }
    // The batch is whatever it is.
    return try wholeShape(Array(given.dropFirst()), from: before, firstAxis: 1, node)
  }

  /// True for numbers as the file has them; lengths that a graph works out have one image as their batch.
  private func isStored(_ node: ONNXNode, _ place: Int) throws(ImportProblem) -> Bool {
    if case .numbers? = try meaning(node, place) { false } else { true }
  }

  /// The lengths of all axes with 0 and -1 worked out.
  ///
  /// - Parameter firstAxis: the axis of the input that the first length stands for.
  func wholeShape(
    _ given: [Int], from before: [Int], firstAxis: Int = 0, _ node: ONNXNode
  ) throws(ImportProblem) -> [Int] {
    let keepsZeros = node.integer("allowzero", default: 0) != 0
    var lengths = given.enumerated().map { i, length in
      length == 0 && !keepsZeros && before.indices.contains(i + firstAxis) ? before[i + firstAxis] : length
    }
    guard lengths.count(where: { $0 == -1 }) <= 1, lengths.allSatisfy({ $0 >= -1 }) else {
      throw node.malformed("gives the impossible shape \(given)")
    }
    guard let open = lengths.firstIndex(of: -1) else { return lengths }
    let known = lengths.reduce(-1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let all = before.reduce(1, *)
    guard known > 0, all % known == 0 else { throw node.malformed("gives \(before) the shape \(given)") }
    lengths[open] = all / known
    return lengths
  }

  private mutating func addReshapedTensor(_ tensor: ImportedTensor, _ node: ONNXNode) throws(ImportProblem) {
    let after = try lengths(after: node, from: tensor.dimensions)
    guard let result = tensor.reshaped(after) else {
      throw node.malformed("gives \(tensor.dimensions) the shape \(after)")
    }
    try define(node, .tensor(result))
  }

  /// What a reshaping makes of all axes.
  func lengths(after node: ONNXNode, from before: [Int]) throws(ImportProblem) -> [Int] {
    switch node.type {
    case "Flatten":
      let axis = node.integer("axis", default: 1)
      guard (-before.count...before.count).contains(axis) else { throw node.malformed("names the axis \(axis)") }
      let end = axis < 0 ? axis + before.count : axis
      guard let rows = Shape.count(Array(before[..<end])), let columns = Shape.count(Array(before[end...])) else {
        throw node.malformed("flattens \(before)")
      }
      return [rows, columns]
    case "Squeeze":
      let named = try axes(node, 1, rank: before.count)
      let dropped = named.isEmpty ? before.indices.filter { before[$0] == 1 } : named
      guard dropped.allSatisfy({ before[$0] == 1 }) else { throw node.malformed("drops axes of \(before)") }
      return before.indices.filter { !dropped.contains($0) }.map { before[$0] }
    case "Unsqueeze":
      let given = try integers(node, "axes", 1) ?? []
      let added = try normalised(given, rank: before.count + given.count, node)
      var rest = before.makeIterator()
      return (0..<before.count + given.count).map { added.contains($0) ? 1 : rest.next() ?? 1 }
    default:
      guard let given = try integers(node, "shape", 1) else {
        throw .unsupported(reason: "to a shape that is only known when the network runs has no kernel")
      }
      return try wholeShape(given, from: before, node)
    }
  }

  mutating func addTransposition(_ node: ONNXNode) throws(ImportProblem) {
    let meaning = try meaning(node, 0)
    if case .groups(let value, let count, let areDealt)? = meaning, node.integers("perm") == [0, 2, 1, 3, 4] {
      return try define(
        node, .groups(value, count: areDealt ? value.shape.channels / count : count, areDealt: !areDealt))
    }
    var input = try value(node)
    let order = node.integers("perm") ?? (0...input.dimensions.count).reversed()
    if order == Array(0...input.dimensions.count) { return try define(node, .value(input)) }
    switch (order, input.layout) {
    case ([0, 2, 3, 1], .channelsFirst) where !notes.isPermutation(at: node.scopes): input.layout = .channelsLast
    case ([0, 3, 1, 2], .channelsLast): input.layout = .channelsFirst
    default: return try addPermutation(order, input, node)
    }
    try define(node, .value(input))
  }

  private mutating func addPermutation(
    _ order: [Int], _ input: ImportedValue, _ node: ONNXNode
  ) throws(ImportProblem) {
    guard order.count == input.dimensions.count + 1, order.first == 0, case .map = input.shape,
      Set(order) == Set(0...input.dimensions.count)
    else { throw .unsupported(reason: "to the order \(order) has no kernel") }
    var axes = order.dropFirst().compactMap { input.axis($0) }
    if input.layout == .row { axes.insert(.rows, at: 1) }
    var plain = input
    if plain.layout == .channelsLast { plain.layout = .channelsFirst }
    try appendPortable(.permute(axes), node, [plain])
  }

  mutating func addConcatenation(_ node: ONNXNode) throws(ImportProblem) {
    var inputs: [ImportedValue] = []
    for place in node.proto.input.indices { inputs.append(try value(node, place)) }
    guard let first = inputs.first else { throw node.malformed("has no inputs") }
    if inputs.count == 1 { return try define(node, .value(first)) }
    guard let axis = node.attribute("axis") else { throw node.malformed("has no axis") }
    let channelAxis = first.layout == .channelsLast ? first.dimensions.count : 1
    guard try normalised([Int(axis.i)], rank: first.dimensions.count + 1, node) == [channelAxis],
      inputs.allSatisfy({ $0.layout == first.layout })
    else { throw .unsupported(reason: "along the axis \(axis.i) has no kernel") }
    guard case .vector = first.shape else {
      let places = inputs.map(\.layer)
      if let (earlier, value) = latestConcatenations[places[0]], earlier.count < places.count,
        places.starts(with: earlier)
      {
        inputs = [value] + inputs[earlier.count...]
      }
      latestConcatenations[places[0]] = (places, try append(.concat, node, inputs))
      return
    }
    var maps: [ImportedValue] = []
    for input in inputs { maps.append(try append(.unflatten, node, [input], isInner: true)) }
    try append(.flatten, node, [append(.concat, node, maps, isInner: true)])
  }

  /// The axes that an attribute or, in later versions, an input names, from 0 on.
  func axes(_ node: ONNXNode, _ place: Int, rank: Int) throws(ImportProblem) -> [Int] {
    if let axes = node.integers("axes") { return try normalised(axes, rank: rank, node) }
    guard try meaning(node, place) != nil else { return [] }
    guard let axes = try numbers(node, place) else {
      throw .unsupported(reason: "along axes that are only known when the network runs has no kernel")
    }
    return try normalised(axes.integers, rank: rank, node)
  }

  /// The order that a transposition puts so many axes into.
  func order(_ node: ONNXNode, rank: Int) throws(ImportProblem) -> [Int] {
    let order = node.integers("perm") ?? (0..<rank).reversed()
    guard order.sorted() == Array(0..<rank) else {
      throw node.malformed("puts \(rank) axes into the order \(order)")
    }
    return order
  }

  func normalised(_ axes: [Int], rank: Int, _ node: ONNXNode) throws(ImportProblem) -> [Int] {
    guard axes.allSatisfy({ (-rank..<rank).contains($0) }) else {
      throw node.malformed("names the axes \(axes), expected those of \(rank): from \(-rank) to \(rank - 1)")
    }
    let places = axes.map { $0 < 0 ? $0 + rank : $0 }
    guard Set(places).count == places.count else { throw node.malformed("names the axes \(axes), one of them twice") }
    return places
  }
}
