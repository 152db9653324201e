import NetworkGraph

/// Maps in another size.
extension ONNXImporter {
  mutating func addResize(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    let resizing = try resizing(node, of: [1] + input.dimensions)
    guard resizing.axes[0] == .none(1), resizing.axes[1] == .none(input.shape.channels) else {
      throw .unsupported(reason: "of channels has no kernel")
    }
    let rows = input.layout == .row ? .none(1) : resizing.axes[2]
    let columns = resizing.axes[resizing.axes.count - 1]
    guard rows.roundsUp != columns.roundsUp, rows != .none(input.shape.height), columns != .none(input.shape.width)
    else {
      try appendPortable(.resize(resizing.of(rows: rows, columns: columns)), node, [input])
      return
    }
    let high = PortableOperation.resize(resizing.of(rows: rows, columns: .none(input.shape.width)))
    let half = try appendPortable(high, node, [input], isInner: true)
    try appendPortable(.resize(resizing.of(rows: .none(rows.size), columns: columns)), node, [half])
  }

  /// An array in another size: one axis after the other, since what is between two places along one does not hang on the
  /// others.
  mutating func addArrayResize(_ node: ONNXNode) throws(ImportProblem) {
    var value = try array(node, 0)
    let resizing = try resizing(node, of: value.lengths)
    for (axis, change) in resizing.axes.enumerated() where change != .none(value.lengths[axis]) {
      let map = try viewed(value, as: value.merged(around: axis), node)
      var lengths = value.lengths
      lengths[axis] = change.size
      let operation = PortableOperation.resize(resizing.of(rows: change, columns: .none(map.shape.width)))
      value = try appendArray(operation, node, [map], lengths)
    }
    try define(node, value, as: value.lengths)
  }

  /// What the node asks for along every axis.
  private func resizing(_ node: ONNXNode, of lengths: [Int]) throws(ImportProblem) -> NodeResizing {
    let isOld = node.type == "Upsample" || node.opset < 11
    let named = try normalised(node.integers("axes") ?? Array(lengths.indices), rank: lengths.count, node)
    var axes = lengths.map { AxisResizing.none($0) }
    let attribute = isOld ? node.attribute("scales").map { $0.floats.map(Double.init) } : nil
    let given = if let attribute { attribute } else { try numbers(node, isOld ? 1 : 2)?.values }
    if let given, !given.isEmpty {
      guard given.count == named.count else { throw node.malformed("has \(given.count) scales") }
      for (axis, scale) in zip(named, given) {
        // In single precision, as ONNX Runtime has it.
        let size = Float(lengths[axis]) * Float(scale)
        guard scale > 0, size >= 1, size <= 0x1p20 else {
          throw node.malformed("has the scale \(scale), expected one above 0 that gives 1 to 1048576 places")
        }
        (axes[axis].scale, axes[axis].size) = (scale, Int(size))
      }
    } else if !isOld, let wanted = try numbers(node, 3)?.integers {
      guard wanted.count == named.count else { throw node.malformed("has \(wanted.count) sizes") }
      let ratios = zip(named, wanted).map { Double($1) / Double(lengths[$0]) }
      let common: Double? =
        switch node.text("keep_aspect_ratio_policy", default: "stretch") {
        case "not_larger": ratios.min()
        case "not_smaller": ratios.max()
        default: nil
        }
      for (i, axis) in named.enumerated() {
        let size = common.map { ($0 * Double(lengths[axis]) + 0.5).rounded(.down) } ?? Double(wanted[i])
        guard size >= 1, size <= 0x1p20 else {
          throw node.malformed("has the size \(wanted[i]), expected 1 to 1048576")
        }
        (axes[axis].scale, axes[axis].size) = (common ?? ratios[i], Int(size))
      }
    } else {
      throw .unsupported(reason: "to a size that is only known when the network runs has no kernel")
    }
    try cutRegions(of: &axes, named: named, node)
    var result = NodeResizing(
      axes: axes, interpolation: try interpolation(node, isOld: isOld),
      coordinates: try coordinates(node, isOld: isOld),
      antialias: node.integer("antialias", default: 0) != 0, outside: node.number("extrapolation_value", default: 0))
    if isOld, result.interpolation == .nearest(.floor) {
      // Before version 11 a map that shrinks took the next pixel.
      for axis in axes.indices { result.axes[axis].roundsUp = axes[axis].scale < 1 }
    }
    return result
  }

  /// The part of each axis that is resized.
  private func cutRegions(
    of axes: inout [AxisResizing], named: [Int], _ node: ONNXNode
  ) throws(ImportProblem) {
    guard node.text("coordinate_transformation_mode", default: "") == "tf_crop_and_resize" else { return }
    guard let ends = try numbers(node, 1)?.values else {
      throw .unsupported(reason: "of a region that is only known when the network runs has no kernel")
    }
    guard ends.count == 2 * named.count else { throw node.malformed("has a region of \(ends.count) numbers") }
    for (i, axis) in named.enumerated() {
      let (start, end) = (ends[i], ends[named.count + i])
      guard start.isFinite, end.isFinite, start <= end else {
        throw .unsupported(reason: "of the region from \(start) to \(end) has no kernel")
      }
      axes[axis].region = start...end
    }
  }

  private func interpolation(_ node: ONNXNode, isOld: Bool) throws(ImportProblem) -> Resizing.Interpolation {
    switch node.text("mode", default: "nearest") {
    case "nearest":
      let mode = node.text("nearest_mode", default: isOld ? "floor" : "round_prefer_floor")
      if node.text("coordinate_transformation_mode", default: "") == Self.nearestOfTensorFlow {
        // Half a pixel further than half_pixel: another rounding of the same places.
        switch mode {
        case "floor": return .nearest(.preferCeiling)
        case "round_prefer_floor": return .nearest(.ceiling)
        default: throw .unsupported(reason: "with \(Self.nearestOfTensorFlow) and \(mode) has no kernel")
        }
      }
      guard let rounding = Resizing.Rounding(rawValue: mode) else {
        throw .unsupported(reason: "with the nearest_mode '\(mode)' has no kernel")
      }
      return .nearest(rounding)
    case "linear", "bilinear": return .linear
    case "cubic":
      return .cubic(
        coefficient: node.number("cubic_coeff_a", default: -0.75),
        excludesOutside: node.integer("exclude_outside", default: 0) != 0)
    case let other: throw .unsupported(reason: "in the mode '\(other)' has no kernel")
    }
  }

  private static let nearestOfTensorFlow = "tf_half_pixel_for_nn"

  private func coordinates(_ node: ONNXNode, isOld: Bool) throws(ImportProblem) -> Resizing.Coordinates {
    let name = node.text("coordinate_transformation_mode", default: isOld ? "asymmetric" : "half_pixel")
    if name == Self.nearestOfTensorFlow, node.text("mode", default: "nearest") == "nearest" { return .halfPixel }
    guard let coordinates = Resizing.Coordinates(rawValue: name) else {
      throw .unsupported(reason: "with the coordinates '\(name)' has no kernel")
    }
    return coordinates
  }
}

/// What happens to an array along one of its axes.
private struct AxisResizing: Hashable {
  var size: Int
  /// How many times longer, which need not be exactly the ratio of the lengths.
  var scale: Double
  var region: ClosedRange<Double>
  /// True if the nearest place is the next one, whatever the node's interpolation says.
  var roundsUp = false

  /// Nothing, along an axis of this length.
  static func none(_ length: Int) -> AxisResizing { AxisResizing(size: length, scale: 1, region: 0...1) }
}

/// What a node asks for.
private struct NodeResizing {
  var axes: [AxisResizing]
  var interpolation: Resizing.Interpolation
  var coordinates: Resizing.Coordinates
  var antialias: Bool
  var outside: Double

  func of(rows: AxisResizing, columns: AxisResizing) -> Resizing {
    Resizing(
      size: .by(rows.size, columns.size), verticalScale: rows.scale, horizontalScale: columns.scale,
      interpolation: rows.roundsUp || columns.roundsUp ? .nearest(.ceiling) : interpolation, coordinates: coordinates,
      antialias: antialias,
      region: Resizing.Region(rows: rows.region, columns: columns.region, outside: outside))
  }
}
