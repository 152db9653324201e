import NetworkGraph

/// Operators that move an array's values about, along one axis after the other.
extension ONNXImporter {
  mutating func addArrayReshaping(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    try define(node, input, as: lengths(after: node, from: input.lengths))
  }

  mutating func addArrayTransposition(_ node: ONNXNode) throws(ImportProblem) {
    let input = try array(node, 0)
    let before = input.lengths
    let order = try order(node, rank: before.count)
    let after = order.map { before[$0] }
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
    if runs == standing { return try define(node, input, as: after) }
    let lengths = standing.map { $0.reduce(1) { $0 * before[$1] } }
    guard runs.count <= 3 else {
      return try addScattering(input, lengths, order: runs.compactMap { standing.firstIndex(of: $0) }, after, node)
    }
    let missing = 3 - runs.count
    let places = Array(0..<missing) + runs.compactMap { standing.firstIndex(of: $0) }.map { $0 + missing }
    let map = try viewed(input, as: Array(repeating: 1, count: missing) + lengths, node)
    let axes = places.compactMap { PortableOperation.Axis(rawValue: $0) }
    try define(node, try appendPortable(.permute(axes), node, [map], isInner: true), as: after)
  }

  /// More axes than a map has, moved row by row.
  private mutating func addScattering(
    _ input: ImportedValue, _ lengths: [Int], order: [Int], _ after: [Int], _ node: ONNXNode
  ) throws(ImportProblem) {
    // What stays last is moved as a whole.
    let kept = order.last == lengths.count - 1 ? lengths[lengths.count - 1] : 1
    let count = lengths.reduce(1, *) / kept
    guard count <= 1 << 16 else { throw .unsupported(reason: "to the order \(order) of so many values has no kernel") }
    var strides = Array(repeating: 1, count: lengths.count)
    for axis in lengths.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * lengths[axis + 1] }
    var places = [0]
    for axis in kept > 1 ? order.dropLast() : order[...] {
      places = places.flatMap { place in (0..<lengths[axis]).map { place + $0 * strides[axis] } }
    }
    let rows = try viewed(input, as: [count, 1, kept], node)
    let moved = try appendPortable(.pick(.channels, places.map { $0 / kept }), node, [rows], isInner: true)
    try define(node, moved, as: after)
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
      "constant": .constant(constant), "edge": .edge, "reflect": .reflect,
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
