import NetworkGraph

/// Operators that take parts of a map, or put zeros around it.
extension ONNXImporter {
  /// A range of one axis, with a step.
  private struct Cut {
    var start: Int
    var end: Int
    var step: Int
  }

  mutating func addSlice(_ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    let lengths = input.dimensions
    let starts = try integers(node, "starts", 1)
    let ends = try integers(node, "ends", 2)
    guard let starts, let ends, starts.count == ends.count else {
      throw .unsupported(reason: "between ends that are only known when the network runs has no kernel")
    }
    let given = try integers(node, "axes", 3) ?? Array(starts.indices)
    let steps = try numbers(node, 4)?.integers ?? starts.map { _ in 1 }
    guard given.count == starts.count, steps.count == starts.count else {
      throw node.malformed("has \(starts.count) starts, \(given.count) axes and \(steps.count) steps")
    }
    let axes = try normalised(given, rank: lengths.count + 1, node)
    var cuts = lengths.map { Cut(start: 0, end: $0, step: 1) }
    for (i, axis) in axes.enumerated() {
      guard axis > 0 else {
        guard starts[i] == 0, ends[i] > 0, steps[i] == 1 else { throw .unsupported(reason: "cuts the batch") }
        continue
      }
      let length = lengths[axis - 1]
      func clamped(_ place: Int) -> Int { min(max(place < 0 ? place + length : place, 0), length) }
      cuts[axis - 1] = Cut(start: clamped(starts[i]), end: clamped(ends[i]), step: steps[i])
    }
    try addCuts(cuts, input, node)
  }

  private mutating func addCuts(_ cuts: [Cut], _ input: ImportedValue, _ node: ONNXNode) throws(ImportProblem) {
    guard case .map(let channels, let height, let width) = input.shape, input.layout == .channelsFirst else {
      throw .unsupported(reason: "of \(input.dimensions) has no kernel")
    }
    let range = cuts[0]
    guard range.step == 1, range.start < range.end,
      zip(cuts.dropFirst(), [height, width]).allSatisfy({ $0.start == 0 && $0.end == $1 && $0.step >= 1 })
    else { throw .unsupported(reason: "of some rows or columns has no kernel") }
    let stride = Extent.by(cuts[1].step, cuts[2].step)
    let isWhole = range.start == 0 && range.end == channels
    if stride == 1, isWhole { return try define(node, .value(input)) }
    if stride == 1 {
      try append(.slice(range.start..<range.end), node, [input])
    } else {
      let part =
        isWhole ? input : try append(.slice(range.start..<range.end), node, [input], isInner: true)
      try append(.subsample(stride: stride), node, [part])
    }
  }

  mutating func addSplit(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    let axis = try normalised([node.integer("axis", default: 0)], rank: 4, node)
    guard axis == [1] else { throw .unsupported(reason: "along the axis \(axis[0]) has no kernel") }
    let parts = node.outputs.count
    let channels = input.shape.channels
    let width = parts > 0 ? (channels + parts - 1) / parts : 0
    let widths =
      try integers(node, "split", 1)
      ?? (0..<parts).map { min(width, channels - $0 * width) }
    guard widths.count == parts, widths.allSatisfy({ (1...channels).contains($0) }), widths.reduce(0, +) == channels
    else { throw node.malformed("splits \(channels) channels into \(widths)") }
    var start = 0
    for (output, width) in widths.enumerated() {
      let part = try append(.slice(start..<start + width), node, [input], isInner: true)
      try define(node, output: output, .value(part))
      start += width
    }
  }

  mutating func addPadding(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    guard node.text("mode", default: "constant") == "constant" else {
      throw .unsupported(reason: "in the mode \(node.text("mode", default: "")) has no kernel")
    }
    let value = try numbers(node, 2)?.values.first ?? node.number("value", default: 0)
    guard value == 0 else { throw .unsupported(reason: "with other numbers than zeros has no kernel") }
    guard let given = try integers(node, "pads", 1) else {
      throw .unsupported(reason: "by margins that are only known when the network runs has no kernel")
    }
    let axes = try meaning(node, 3) == nil ? [0, 1, 2, 3] : axes(node, 3, rank: 4)
    guard given.count == 2 * axes.count, Set(axes).count == axes.count else {
      throw node.malformed("has \(given.count) pads for \(axes.count) axes")
    }
    var (before, after) = ([0, 0, 0, 0], [0, 0, 0, 0])
    for (i, axis) in axes.enumerated() { (before[axis], after[axis]) = (given[i], given[axes.count + i]) }
    guard (before + after).allSatisfy({ (0...1 << 16).contains($0) }), before[0] == 0, after[0] == 0 else {
      throw .unsupported(reason: "by \(given) has no kernel")
    }
    let margins = Margins(top: before[2], left: before[3], bottom: after[2], right: after[3])
    let padsMap = margins != Margins(top: 0, left: 0, bottom: 0, right: 0)
    guard before[1] + after[1] > 0 else {
      if padsMap { try append(.zeroPad(margins), node, [input]) } else { try define(node, .value(input)) }
      return
    }
    let padded = try append(.padChannels(before: before[1], after: after[1]), node, [input], isInner: padsMap)
    if padsMap { try append(.zeroPad(margins), node, [padded]) }
  }
}
