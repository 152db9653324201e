import NetworkGraph

/// Operators that move an array's values about, along one axis after the other.
extension ONNXImporter {
  mutating func addArrayReshaping(_ node: ONNXNode) throws(ImportProblem) {
    if case .value(let value)? = try meaning(node, 0), let pixels = try reshapedPixels(value, node) {
      return try define(node, .value(pixels))
    }
    let input = try array(node, 0)
    try define(node, input, as: lengths(after: node, from: input.lengths))
  }

  mutating func addArrayTransposition(_ node: ONNXNode) throws(ImportProblem) {
    if case .value(let value)? = try meaning(node, 0), let pixels = try transposedInPlace(value, node) {
      return try define(node, .value(pixels))
    }
    let input = try array(node, 0)
    let order = try order(node, rank: input.lengths.count)
    try define(node, try permuted(input, order, node), as: order.map { input.lengths[$0] })
  }

  /// The array with its axes in another order: axis i of the result is axis `order[i]`.
  private mutating func permuted(
    _ input: ImportedValue, _ order: [Int], _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    let before = input.lengths
    // Axes that stay side by side move as one.
    let long = order.filter { before[$0] != 1 }
    var runs: [[Int]] = []
    for axis in long {
      if let last = runs.last?.last, long.contains(axis),
        !before[(last + 1)..<max(last + 1, axis)].contains(where: { $0 != 1 }),
        axis > last
      {
        runs[runs.count - 1].append(axis)
      } else {
        runs.append([axis])
      }
    }
    let standing = runs.sorted { $0[0] < $1[0] }
    if runs == standing { return input }
    let lengths = standing.map { $0.reduce(1) { $0 * before[$1] } }
    let places = runs.compactMap { standing.firstIndex(of: $0) }
    guard runs.count <= 3 else { return try scattered(input, lengths, order: places, node) }
    let missing = 3 - runs.count
    let map = try viewed(input, as: Array(repeating: 1, count: missing) + lengths, node)
    let axes = (Array(0..<missing) + places.map { $0 + missing }).compactMap { PortableOperation.Axis(rawValue: $0) }
    return try appendPortable(.permute(axes), node, [map], isInner: true)
  }

  /// More axes than a map has: few values move row by row, many by one axis after the other.
  private mutating func scattered(
    _ input: ImportedValue, _ lengths: [Int], order: [Int], _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    // What stays last is moved as a whole.
    let kept = order.last == lengths.count - 1 ? lengths[lengths.count - 1] : 1
    let count = lengths.reduce(1, *) / kept
    guard count <= 1 << 16 else { return try movedToFront(input, lengths, order: order, node) }
    var places = [0]
    for axis in kept > 1 ? order.dropLast() : order[...] {
      let stride = lengths[(axis + 1)...].reduce(1, *)
      places = places.flatMap { place in (0..<lengths[axis]).map { place + $0 * stride } }
    }
    let rows = try viewed(input, as: [count, 1, kept], node)
    return try appendPortable(.pick(.channels, places.map { $0 / kept }), node, [rows], isInner: true)
  }

  /// From the last axis of the order to the first, each is moved before all others.
  private mutating func movedToFront(
    _ input: ImportedValue, _ lengths: [Int], order: [Int], _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    var value = input
    var standing = Array(lengths.indices)
    for axis in order.reversed() {
      guard let place = standing.firstIndex(of: axis), place > 0 else { continue }
      let before = standing[..<place].reduce(1) { $0 * lengths[$1] }
      let behind = standing[(place + 1)...].reduce(1) { $0 * lengths[$1] }
      let map = try viewed(value, as: [before, lengths[axis], behind], node)
      value = try appendPortable(.permute([.rows, .channels, .columns]), node, [map], isInner: true)
      standing.insert(standing.remove(at: place), at: 0)
    }
    return value
  }

  /// Blocks of a map's pixels as channels, or back.
  mutating func addBlocks(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let size = node.integer("blocksize", default: 0)
    guard input.lengths.count == 4, (1...1 << 16).contains(size) else {
      throw node.malformed("takes \(input.lengths) in blocks of \(size)")
    }
    let (images, channels, height, width) = (
      input.lengths[0], input.lengths[1], input.lengths[2], input.lengths[3]
    )
    var split = input
    let (order, after): ([Int], [Int])
    if node.type == "SpaceToDepth" {
      guard height % size == 0, width % size == 0 else {
        throw node.malformed("takes \(input.lengths) in blocks of \(size)")
      }
      split.layout = .array([images, channels, height / size, size, width / size, size])
      order = [0, 3, 5, 1, 2, 4]
      after = [images, channels * size * size, height / size, width / size]
    } else {
      guard channels % (size * size) == 0 else { throw node.malformed("takes \(input.lengths) in blocks of \(size)") }
      let depth = channels / size / size
      let mode = node.text("mode", default: "DCR")
      guard ["DCR", "CRD"].contains(mode) else { throw node.malformed("has the mode '\(ONNXNode.printable(mode))'") }
      let isColumnsFirst = mode == "CRD"
      split.layout = .array(
        [images] + (isColumnsFirst ? [depth, size, size] : [size, size, depth]) + [height, width])
      order = isColumnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
      after = [images, depth, height * size, width * size]
    }
    try define(node, try permuted(split, order, node), as: after)
  }

  /// The array several times, along each of its axes.
  mutating func addRepetition(_ node: ONNXNode) throws(ImportProblem) {
    var value = try array(node, 0)
    guard let times = try numbers(node, 1)?.integers else {
      throw .unsupported(reason: "as often as is only known when the network runs has no kernel")
    }
    guard times.count == value.lengths.count, times.allSatisfy({ $0 >= 1 }) else {
      throw node.malformed("repeats \(value.lengths) \(times) times")
    }
    for (axis, count) in times.enumerated() where count > 1 {
      let length = value.lengths[axis]
      guard count <= 1 << 16, count * length <= 1 << 16 else {
        throw .unsupported(reason: "of \(value.lengths) \(times) times has no kernel")
      }
      var lengths = value.lengths
      lengths[axis] *= count
      let map = try viewed(value, as: value.merged(around: axis), node)
      let places = (0..<count * length).map { $0 % length }
      value = try appendArray(.pick(.rows, places), node, [map], lengths)
    }
    try define(node, value, as: value.lengths)
  }

  mutating func addArrayConcatenation(_ node: ONNXNode) throws(ImportProblem) {
    let inputs = try arrays(node)
    guard let axis = node.attribute("axis") else { throw node.malformed("has no axis") }
    let first = inputs[0].lengths
    let place = try normalised([Int(axis.i)], rank: first.count, node)[0]
    var maps: [ImportedValue] = []
    let (before, after) = (first[..<place].reduce(1, *), first[(place + 1)...].reduce(1, *))
    for input in inputs {
      var rest = input.lengths
      guard rest.count == first.count else { throw node.malformed("takes \(rest) and \(first)") }
      rest[place] = first[place]
      guard rest == first else { throw node.malformed("takes \(input.lengths) and \(first) along the axis \(place)") }
      var map = try viewed(input, as: [before, input.lengths[place], after], node)
      if before > 1 { map = try appendPortable(.permute([.rows, .channels, .columns]), node, [map], isInner: true) }
      maps.append(before > 1 ? map : try viewed(map, as: [input.lengths[place], 1, after], node))
    }
    var whole = maps.count == 1 ? maps[0] : try append(.concat, node, maps, isInner: true)
    if before > 1 { whole = try appendPortable(.permute([.rows, .channels, .columns]), node, [whole], isInner: true) }
    var lengths = first
    lengths[place] = inputs.reduce(0) { $0 + $1.lengths[place] }
    try define(node, whole, as: lengths)
  }

  mutating func addArraySplit(_ node: ONNXNode) throws(ImportProblem) {
    var empty: [Int]?
    if case .tensor(let tensor)? = try meaning(node, 0), tensor.count == 0 { empty = tensor.dimensions }
    let input = empty == nil ? try array(node, 0) : nil
    let lengths = input?.lengths ?? empty ?? []
    let axis = try normalised([node.integer("axis", default: 0)], rank: lengths.count, node)[0]
    let widths = try widths(of: node, length: lengths[axis])
    var start = 0
    for (output, width) in widths.enumerated() {
      var part = lengths
      part[axis] = width
      if let input, width > 0 {
        let cut = Cut(start: start, count: width, step: 1)
        try define(node, output: output, self.cut(input, axis, cut, node), as: part)
      } else {
        try defineEmpty(node, output: output, part)
      }
      start += width
    }
  }

  mutating func addArraySlice(_ node: ONNXNode) throws(ImportProblem) {
    var value = try array(node, 0)
    let slices = try slices(node, rank: value.lengths.count)
    var lengths = value.lengths
    var cuts: [(axis: Int, cut: Cut)] = []
    for slice in slices {
      let cut = Cut(from: slice.start, to: slice.end, step: slice.step, of: lengths[slice.axis])
      lengths[slice.axis] = cut?.count ?? 0
      if let cut { cuts.append((slice.axis, cut)) }
    }
    if lengths.contains(0) { return try defineEmpty(node, lengths) }
    for (axis, cut) in cuts where cut != Cut(start: 0, count: value.lengths[axis], step: 1) {
      value = try self.cut(value, axis, cut, node)
    }
    try define(node, value, as: lengths)
  }

  /// Some places along one axis.
  private mutating func cut(
    _ value: ImportedValue, _ axis: Int, _ cut: Cut, _ node: ONNXNode
  ) throws(ImportProblem) -> ImportedValue {
    var lengths = value.lengths
    let axes = value.merged(around: axis)
    let map = try viewed(value, as: axes, node)
    lengths[axis] = cut.count
    let operation = PortableOperation.cut(
      channels: Cut(start: 0, count: axes[0], step: 1), rows: cut, columns: Cut(start: 0, count: axes[2], step: 1))
    return try appendArray(operation, node, [map], lengths)
  }

  mutating func addGathering(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let lengths = input.lengths
    let axis = try normalised([node.integer("axis", default: 0)], rank: lengths.count, node)[0]
    let (indices, dimensions) = try places(node, of: lengths[axis])
    let after = lengths[..<axis] + dimensions + lengths[(axis + 1)...]
    if indices.isEmpty { return try defineEmpty(node, Array(after)) }
    let map = try viewed(input, as: input.merged(around: axis), node)
    try define(node, try appendPortable(.pick(.rows, indices), node, [map], isInner: true), as: Array(after))
  }

  mutating func addArrayPadding(_ node: ONNXNode) throws(ImportProblem) {
    var value = try array(node, 0)
    let rank = value.lengths.count
    guard let given = try integers(node, "pads", 1) else {
      throw .unsupported(reason: "by margins that are only known when the network runs has no kernel")
    }
    let axes = try meaning(node, 3) == nil ? Array(0..<rank) : axes(node, 3, rank: rank)
    guard given.count == 2 * axes.count, Set(axes).count == axes.count else {
      throw node.malformed("has \(given.count) pads for \(axes.count) axes")
    }
    let mode = node.text("mode", default: "constant")
    let constant = try padding(node)
    let fillings: [String: EdgePadding.Filling] = [
      "constant": .constant(constant), "edge": .edge, "reflect": .reflect, "wrap": .wrap,
    ]
    guard let filling = fillings[mode], given.allSatisfy({ $0.magnitude <= 1 << 16 }) else {
      throw .unsupported(reason: "by \(given) in the mode '\(mode)' has no kernel")
    }
    for (i, axis) in axes.enumerated() {
      let (before, after) = (given[i], given[axes.count + i])
      if before < 0 || after < 0 {
        let whole = Cut(start: 0, count: value.lengths[axis], step: 1)
        value = try cut(value, axis, whole.without(before: -before, after: -after, node), node)
      }
      let margins = Margins(top: max(0, before), left: 0, bottom: max(0, after), right: 0)
      guard margins.top + margins.bottom > 0 else { continue }
      let map = try viewed(value, as: value.merged(around: axis), node)
      let padding = EdgePadding(filling: filling, channelsBefore: 0, channelsAfter: 0, margins: margins)
      var lengths = value.lengths
      lengths[axis] += margins.top + margins.bottom
      value = try appendArray(.pad(padding), node, [map], lengths)
    }
    try define(node, value, as: value.lengths)
  }
}

extension ImportedValue {
  /// The axes before one, that one, and those behind it.
  func merged(around axis: Int) -> [Int] {
    let lengths = lengths
    return [lengths[..<axis].reduce(1, *), lengths[axis], lengths[(axis + 1)...].reduce(1, *)]
  }
}
