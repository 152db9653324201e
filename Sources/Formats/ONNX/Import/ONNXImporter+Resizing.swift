import NetworkGraph

/// Maps in another size.
extension ONNXImporter {
  mutating func addResize(_ node: ONNXNode) throws(ImportProblem) {
    let input = try map(node)
    let isOld = node.type == "Upsample" || node.opset < 11
    let lengths = [1] + input.dimensions
    let axes = try normalised(node.integers("axes") ?? Array(lengths.indices), rank: lengths.count, node)
    var scales = lengths.map { _ in 1.0 }
    var sizes = lengths
    let attribute = isOld ? node.attribute("scales").map { $0.floats.map(Double.init) } : nil
    let given = if let attribute { attribute } else { try numbers(node, isOld ? 1 : 2)?.values }
    if let given, !given.isEmpty {
      guard given.count == axes.count else { throw node.malformed("has \(given.count) scales") }
      for (axis, scale) in zip(axes, given) {
        let size = Double(lengths[axis]) * scale
        guard scale > 0, size >= 1, size <= 0x1p20 else {
          throw node.malformed("has the scale \(scale), expected one above 0 that gives 1 to 1048576 places")
        }
        scales[axis] = scale
        sizes[axis] = Int(size)
      }
    } else if !isOld, let wanted = try numbers(node, 3)?.integers {
      guard wanted.count == axes.count else { throw node.malformed("has \(wanted.count) sizes") }
      let ratios = zip(axes, wanted).map { Double($1) / Double(lengths[$0]) }
      let common: Double? =
        switch node.text("keep_aspect_ratio_policy", default: "stretch") {
        case "not_larger": ratios.min()
        case "not_smaller": ratios.max()
        default: nil
        }
      for (i, axis) in axes.enumerated() {
        let size = common.map { ($0 * Double(lengths[axis]) + 0.5).rounded(.down) } ?? Double(wanted[i])
        guard size >= 1, size <= 0x1p20 else {
          throw node.malformed("has the size \(wanted[i]), expected 1 to 1048576")
        }
        scales[axis] = common ?? ratios[i]
        sizes[axis] = Int(size)
      }
    } else {
      throw .unsupported(reason: "to a size that is only known when the network runs has no kernel")
    }
    if input.layout == .row {
      scales.insert(1, at: 2)
      sizes.insert(1, at: 2)
    }
    guard scales[1] == 1, sizes[1] == lengths[1] else { throw .unsupported(reason: "of channels has no kernel") }
    var resizing = Resizing(
      size: .by(sizes[2], sizes[3]), verticalScale: scales[2], horizontalScale: scales[3],
      interpolation: try interpolation(node, isOld: isOld), coordinates: try coordinates(node, isOld: isOld),
      antialias: node.integer("antialias", default: 0) != 0,
      region: try region(node, axes.map { input.layout == .row && $0 == 2 ? 3 : $0 }))
    guard isOld, resizing.interpolation == .nearest(.floor), min(scales[2], scales[3]) < 1 else {
      try appendPortable(.resize(resizing), node, [input])
      return
    }
    // Before version 11 a map that shrinks took the next pixel.
    guard max(scales[2], scales[3]) > 1 else {
      resizing.interpolation = .nearest(.ceiling)
      try appendPortable(.resize(resizing), node, [input])
      return
    }
    var rows = resizing
    (rows.size.width, rows.horizontalScale) = (sizes.count > 3 ? lengths.last ?? 1 : 1, 1)
    rows.interpolation = .nearest(scales[2] < 1 ? .ceiling : .floor)
    resizing.verticalScale = 1
    resizing.interpolation = .nearest(scales[3] < 1 ? .ceiling : .floor)
    let half = try appendPortable(.resize(rows), node, [input], isInner: true)
    try appendPortable(.resize(resizing), node, [half])
  }

  /// The part of the map that is resized.
  private func region(_ node: ONNXNode, _ axes: [Int]) throws(ImportProblem) -> Resizing.Region {
    var region = Resizing.Region(
      rows: 0...1, columns: 0...1, outside: node.number("extrapolation_value", default: 0))
    guard node.text("coordinate_transformation_mode", default: "") == "tf_crop_and_resize" else { return region }
    guard let ends = try numbers(node, 1)?.values else {
      throw .unsupported(reason: "of a region that is only known when the network runs has no kernel")
    }
    guard ends.count == 2 * axes.count else { throw node.malformed("has a region of \(ends.count) numbers") }
    for (i, axis) in axes.enumerated() where axis >= 2 {
      let (start, end) = (ends[i], ends[axes.count + i])
      guard start.isFinite, end.isFinite, start <= end else {
        throw .unsupported(reason: "of the region from \(start) to \(end) has no kernel")
      }
      if axis == 2 { region.rows = start...end } else { region.columns = start...end }
    }
    return region
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
