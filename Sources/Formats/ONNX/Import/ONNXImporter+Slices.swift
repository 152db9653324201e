import NetworkGraph

/// Operators that take parts of a map, or put zeros around it.
extension ONNXImporter {
  mutating func addSlice(_ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    guard input.layout != .channelsLast else { throw .unsupported(reason: "of channels last has no kernel") }
    var cuts = input.wholeCuts
    for slice in try slices(node, rank: input.dimensions.count + 1) {
      guard let axis = input.axis(slice.axis) else {
        guard slice.start == 0, slice.end >= mostImages, slice.step == 1 else {
          throw .unsupported(reason: "cuts the batch")
        }
        continue
      }
      guard
        let cut = Cut(from: slice.start, to: slice.end, step: slice.step, of: input.dimensions[slice.axis - 1])
      else {
        throw .unsupported(reason: "that leaves nothing has no kernel")
      }
      cuts[axis.rawValue] = cut
    }
    try addCuts(cuts, input, node)
  }

  /// As many images as the file says that there are; where it leaves them open, more than there can be.
  private var mostImages: Int {
    let declared = file.graph.input.first { $0.name == inputs[0].name }?.type.tensorType.shape.dim.first?.dimValue ?? 0
    return declared > 0 ? Int(declared) : Int(Int32.max)
  }

  /// What a slice takes along each axis that it names.
  func slices(
    _ node: ONNXNode, rank: Int
  ) throws(ImportProblem) -> [(axis: Int, start: Int, end: Int, step: Int)] {
    let starts = try integers(node, "starts", 1)
    let ends = try integers(node, "ends", 2)
    guard let starts, let ends, starts.count == ends.count else {
      throw .unsupported(reason: "between ends that are only known when the network runs has no kernel")
    }
    let given = try integers(node, "axes", 3) ?? Array(starts.indices)
    let named = try numbers(node, 4)?.integers
    let hasSteps = try meaning(node, 4) != nil
    guard named != nil || !hasSteps else {
      throw .unsupported(reason: "in steps that are only known when the network runs has no kernel")
    }
    let steps = named ?? starts.map { _ in 1 }
    guard given.count == starts.count, steps.count == starts.count else {
      throw node.malformed("has \(starts.count) starts, \(given.count) axes and \(steps.count) steps")
    }
    guard !steps.contains(0) else { throw node.malformed("cuts in steps of 0") }
    let axes = try normalised(given, rank: rank, node)
    return axes.indices.map { (axes[$0], starts[$0], ends[$0], steps[$0]) }
  }

  private mutating func addCuts(_ cuts: [Cut], _ input: ImportedValue, _ node: ONNXNode) throws(ImportProblem) {
    if cuts == input.wholeCuts { return try define(node, .value(input)) }
    try appendPortable(.cut(channels: cuts[0], rows: cuts[1], columns: cuts[2]), node, [input])
  }

  mutating func addSplit(_ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    let number = try normalised([node.integer("axis", default: 0)], rank: input.dimensions.count + 1, node)[0]
    guard let axis = input.axis(number), input.layout != .channelsLast else {
      throw .unsupported(reason: "along the axis \(number) has no kernel")
    }
    let widths = try widths(of: node, length: input.dimensions[number - 1])
    var start = 0
    guard !widths.contains(0) else { throw .unsupported(reason: "into parts without values has no kernel") }
    for (output, width) in widths.enumerated() {
      var cuts = input.wholeCuts
      cuts[axis.rawValue] = Cut(start: start, count: width, step: 1)
      let part = try appendPortable(
        .cut(channels: cuts[0], rows: cuts[1], columns: cuts[2]), node, [input], isInner: true)
      try define(node, output: output, .value(part))
      start += width
    }
  }

  /// How many places each output of a split gets.
  func widths(of node: ONNXNode, length: Int) throws(ImportProblem) -> [Int] {
    let parts = node.outputs.count
    let named = node.integer("num_outputs", default: parts)
    guard named == parts else { throw node.malformed("has \(parts) outputs, and num_outputs \(named)") }
    let width = parts > 0 ? (length + parts - 1) / parts : 0
    let widths = try integers(node, "split", 1) ?? (0..<parts).map { max(0, min(width, length - $0 * width)) }
    guard widths.count == parts, widths.allSatisfy({ (0...length).contains($0) }), widths.reduce(0, +) == length else {
      throw node.malformed("splits \(length) places into \(widths)")
    }
    return widths
  }

  mutating func addPicking(_ node: ONNXNode) throws(ImportProblem) {
    let input = try value(node)
    if try takesWholeInOrder(node, of: input) { return try define(node, .value(input)) }
    let number = try normalised([node.integer("axis", default: 0)], rank: input.dimensions.count + 1, node)[0]
    guard let axis = input.axis(number), case .map = input.shape else {
      throw .unsupported(reason: "along the axis \(number) has no kernel")
    }
    let (indices, dimensions) = try places(node, of: input.dimensions[number - 1])
    guard dimensions.count == 1, !indices.isEmpty else {
      throw .unsupported(reason: "of places in \(dimensions) has no kernel")
    }
    try appendPortable(.pick(axis, indices), node, [input])
  }

  /// True if a node lists all elements of a value in their order: what a view with strides, laid out anew as PyTorch's
  /// newer exporter writes it, comes to behind the pooling to one pixel.
  func takesWholeInOrder(_ node: ONNXNode, of value: ImportedValue) throws(ImportProblem) -> Bool {
    guard node.type == "Gather", node.integer("axis", default: 0) == 0, value.layout == .channelsFirst,
      case .tensor(let places)? = try meaning(node, 1), places.count == value.shape.elements,
      places.count > declaredBatch, places.dimensions == [1] + value.dimensions, let indices = places.integers
    else { return false }
    return indices == Array(0..<places.count)
  }

  /// The places that the second input names along an axis, from 0 on, and the shape that they have there.
  func places(_ node: ONNXNode, of length: Int) throws(ImportProblem) -> (indices: [Int], dimensions: [Int]) {
    let (places, dimensions): ([Int], [Int])
    switch try meaning(node, 1) {
    case .tensor(let tensor) where tensor.count <= 1 << 20 && tensor.integers != nil:
      (places, dimensions) = (tensor.integers ?? [], tensor.dimensions)
    case .numbers(let numbers) where numbers.areWhole: (places, dimensions) = (numbers.integers, numbers.dimensions)
    default: throw .unsupported(reason: "of places that are only known when the network runs has no kernel")
    }
    let indices = places.map { $0 < 0 ? $0 + length : $0 }
    guard indices.allSatisfy({ (0..<length).contains($0) }) else {
      throw node.malformed("picks places that are not among \(length)")
    }
    return (indices, dimensions)
  }

  mutating func addPadding(_ node: ONNXNode) throws(ImportProblem) {
    var input = try map(node)
    guard let given = try integers(node, "pads", 1) else {
      throw .unsupported(reason: "by margins that are only known when the network runs has no kernel")
    }
    let rank = input.dimensions.count + 1
    let axes = try meaning(node, 3) == nil ? Array(0..<rank) : axes(node, 3, rank: rank)
    guard given.count == 2 * axes.count, Set(axes).count == axes.count else {
      throw node.malformed("has \(given.count) pads for \(axes.count) axes")
    }
    var (before, after) = ([0, 0, 0, 0], [0, 0, 0, 0])
    for (i, axis) in axes.enumerated() {
      // A line has no rows.
      let place = input.layout == .row && axis == 2 ? 3 : axis
      (before[place], after[place]) = (given[i], given[axes.count + i])
    }
    guard (before + after).allSatisfy({ $0.magnitude <= 1 << 16 }), before[0] == 0, after[0] == 0 else {
      throw .unsupported(reason: "by \(given) has no kernel")
    }
    if (before + after).contains(where: { $0 < 0 }) {
      let cuts = try zip(input.wholeCuts, 1...3).map { whole, axis throws(ImportProblem) in
        try whole.without(before: -before[axis], after: -after[axis], node)
      }
      input = try appendPortable(
        .cut(channels: cuts[0], rows: cuts[1], columns: cuts[2]), node, [input], isInner: true)
      (before, after) = (before.map { max(0, $0) }, after.map { max(0, $0) })
    }
    let mode = node.text("mode", default: "constant")
    let value = try padding(node)
    let margins = Margins(top: before[2], left: before[3], bottom: after[2], right: after[3])
    guard mode == "constant", value == 0 else {
      let filling: EdgePadding.Filling
      switch mode {
      case "constant": filling = .constant(value)
      case "edge": filling = .edge
      case "reflect": filling = .reflect
      case "wrap": filling = .wrap
      default: throw .unsupported(reason: "in the mode '\(mode)' has no kernel")
      }
      let padding = EdgePadding(
        filling: filling, channelsBefore: before[1], channelsAfter: after[1], margins: margins)
      try appendPortable(.pad(padding), node, [input])
      return
    }
    let padsMap = margins != Margins(top: 0, left: 0, bottom: 0, right: 0)
    guard before[1] + after[1] > 0 else {
      if padsMap { try append(.zeroPad(margins), node, [input]) } else { try define(node, .value(input)) }
      return
    }
    let padded = try append(.padChannels(before: before[1], after: after[1]), node, [input], isInner: padsMap)
    if padsMap { try append(.zeroPad(margins), node, [padded]) }
  }
}

extension ONNXImporter {
  /// The number that a padding puts around a map.
  func padding(_ node: ONNXNode) throws(ImportProblem) -> Double {
    guard try meaning(node, 2) != nil else { return node.number("value", default: 0) }
    guard let value = try numbers(node, 2)?.values.first else {
      throw .unsupported(reason: "with a number that is only known when the network runs has no kernel")
    }
    return value
  }
}

extension ImportedValue {
  /// The cuts that leave everything, for channels, rows and columns.
  fileprivate var wholeCuts: [Cut] {
    [shape.channels, shape.height, shape.width].map { Cut(start: 0, count: $0, step: 1) }
  }
}

extension Cut {
  /// The places from one end to before the other, as ONNX counts them: from the end where negative, and cut off at the
  /// ends of the axis. Nil where there are none.
  init?(from start: Int, to end: Int, step: Int, of length: Int) {
    func place(_ index: Int, _ low: Int, _ high: Int) -> Int { min(max(index < 0 ? index + length : index, low), high) }
    guard step != 0, step.magnitude <= 1 << 40 else { return nil }
    let (first, last) =
      step > 0
      ? (place(start, 0, length), place(end, 0, length)) : (place(start, 0, length - 1), place(end, -1, length - 1))
    let way = step > 0 ? last - first : first - last
    guard way > 0 else { return nil }
    self.init(start: first, count: (way - 1) / abs(step) + 1, step: step)
  }

  /// What is left without so many places at either end; as it is where that is none or fewer.
  func without(before: Int, after: Int, _ node: ONNXNode) throws(ImportProblem) -> Cut {
    let isSomethingLeft = count - before - after > 0
    let (before, after) = (max(0, before), max(0, after))
    guard before + after < count else {
      guard isSomethingLeft else { throw node.malformed("leaves nothing of \(count) places") }
      throw .unsupported(reason: "leaves none of \(count) places and adds others: it has no kernel")
    }
    return Cut(start: start + before, count: count - before - after, step: 1)
  }

  /// True if it takes every so many places of all, from the first on.
  func isSubsampling(of length: Int) -> Bool {
    start == 0 && step >= 1 && count == (length - 1) / step + 1
  }
}
