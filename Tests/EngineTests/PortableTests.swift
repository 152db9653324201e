import Engine
import NetworkGraph
import Testing

/// Operations of others' files against the reference: on maps with lanes, between convolutions, and on arrays in plain
/// order, among one another.
@Suite struct PortableTests {
  private static let axes = PortableOperation.Axis.allCases

  /// One operation of every kind that takes one value of this shape and gives a map.
  private static func operations(_ c: Int, _ h: Int, _ w: Int, _ dice: inout Dice) -> [PortableOperation] {
    let size = Extent.by(dice.pick(1...2 * h), dice.pick(1...2 * w))
    let coordinates = dice.pick([
      Resizing.Coordinates.halfPixel, .alignCorners, .asymmetric, .pytorchHalfPixel, .cropped,
    ])
    let interpolation = dice.pick([
      Resizing.Interpolation.nearest(.floor), .nearest(.preferCeiling), .linear,
      .cubic(coefficient: -0.75, excludesOutside: true),
    ])
    let region =
      coordinates == .cropped
      ? Resizing.Region(rows: -0.25...0.75, columns: 0.25...1.25, outside: 0.5)
      : Resizing.Region(rows: 0...1, columns: 0...1, outside: 0)
    let resizing = Resizing(
      size: size, verticalScale: Double(size.height) / Double(h), horizontalScale: Double(size.width) / Double(w),
      interpolation: interpolation, coordinates: coordinates, antialias: dice.pick([false, true]), region: region)
    func margins(_ most: Int) -> Margins {
      Margins(
        top: dice.pick(0...most), left: dice.pick(0...most), bottom: dice.pick(0...most), right: dice.pick(0...most))
    }
    func some(_ length: Int) -> Cut {
      let step = dice.pick([1, 2, -1])
      let count = max(1, length / 2)
      return Cut(
        start: step > 0 ? dice.pick(0...length - 1 - (count - 1) * step) : length - 1, count: count, step: step)
    }
    let filling = dice.pick([EdgePadding.Filling.constant(-0.5), .edge, .wrap])
    let axis = dice.pick(axes)
    let length = [c, h, w][axis.rawValue]
    let reduced = Set(axes.filter { _ in dice.pick([false, true]) })
    let pooling = WindowPooling(
      kernel: .by(dice.pick(1...3), dice.pick(1...3)), stride: .by(dice.pick(1...2), dice.pick(1...3)),
      dilation: .by(dice.pick(1...2), 1), margins: margins(1), ceilMode: dice.pick([false, true]),
      isAverage: dice.pick([false, true]), countsPadding: dice.pick([false, true]))
    let combination = dice.pick([Combination.sum, .product, .difference, .power, .maximum])
    return [
      .function(dice.pick([.absolute, .erf, .squareRoot, .mish, .power(-0.5)])),
      .combineStored(
        combination,
        .map(channels: dice.pick([1, c]), height: dice.pick([1, h]), width: dice.pick([1, w])),
        // What is stored may be negative, and has no roots then.
        storedFirst: combination != .power && dice.pick([false, true])),
      .prelu(slopes: c), .prelu(slopes: 1), .groupNorm(groups: c, features: c, epsilon: 1e-3),
      .groupNorm(groups: 1, features: c, epsilon: 1e-3), .softmax(axis), .logSoftmax(axis),
      .reduce(dice.pick([.mean, .sum, .maximum, .minimum, .norm]), reduced), .globalMaxPool, .resize(resizing),
      .cut(channels: some(c), rows: some(h), columns: some(w)),
      .pad(
        EdgePadding(
          filling: filling, channelsBefore: dice.pick(0...2), channelsAfter: dice.pick(0...2), margins: margins(2))),
      .permute(axes.shuffled(using: &dice)), .reshape(.map(channels: w, height: c, width: h)),
      .pick(axis, (0..<length + 2).map { _ in dice.pick(0...length - 1) }), .pool(pooling),
    ]
  }

  /// True for windows that lie on the map, if in part, and are no larger than it is with its margins.
  private func fits(_ operation: PortableOperation, height: Int, width: Int) -> Bool {
    guard case .pool(let pooling) = operation else { return true }
    let margins = pooling.margins
    let reach = (pooling.kernel.height - 1) * pooling.dilation.height + 1
    guard reach <= height + margins.top + margins.bottom,
      (pooling.kernel.width - 1) * pooling.dilation.width + 1 <= width + margins.left + margins.right
    else { return false }
    return max(margins.top, margins.bottom) < reach
      && max(margins.left, margins.right) < pooling.kernel.width
      && !(pooling.ceilMode && pooling.stride.width > pooling.kernel.width)
  }

  @Test(arguments: seeds(12)) func everyOperation(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let (c, h, w) = (dice.pick([1, 7, 16, 33]), dice.pick(3...9), dice.pick([1, 3, 4, 8, 11]))
    for operation in Self.operations(c, h, w, &dice) where fits(operation, height: h, width: w) {
      // Shares of their sum are far smaller than what they are shares of.
      for isFlat in [false, true] {
        let builder = try NetworkBuilder(
          name: "\(operation) of \(c)×\(h)×\(w)", input: .map(channels: isFlat ? c : 5, height: h, width: w))
        let start = isFlat ? builder.input : try builder.input.conv("before", c, kernel: 1, bias: true)
        let value = try start.activation(.sigmoid, "positive").apply(.portable(operation), name: "operation")
        let end =
          isFlat
          ? try value.apply(.portable(.function(.negative)), name: "after") : try value.conv("after", 6, kernel: 1)
        try expectAgreement(builder.finish(end), batch: 2, seed: UInt64(seed))
      }
    }
  }

  /// Maps as rows of channels in plain order, as transformers take them, and back.
  @Test(arguments: seeds(12)) func pixelsAsRows(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let (c, h, w) = (dice.pick([1, 7, 16, 33, 80]), dice.pick(1...4), dice.pick([1, 3, 11]))
    let isTurned = dice.pick([false, true])
    let builder = try NetworkBuilder(name: "rows of \(c)×\(h)×\(w)", input: .map(channels: 5, height: h, width: w))
    let rows = try builder.input.conv("before", c, kernel: 1, bias: true)
      .apply(
        .portable(.permute(isTurned ? [.columns, .rows, .channels] : [.rows, .columns, .channels])), name: "rows")
    let shares = try rows.apply(.portable(dice.pick([.softmax(.columns), .function(.negative)])), name: "shares")
    let pixels = try shares.apply(
      .portable(.permute(isTurned ? [.columns, .rows, .channels] : [.columns, .channels, .rows])), name: "pixels")
    try expectAgreement(builder.finish(pixels.conv("after", 6, kernel: 1)), batch: 2, seed: UInt64(seed))
    let plain = try NetworkBuilder(name: "lines", input: .map(channels: c, height: h, width: w))
    let picked = try plain.input.apply(.portable(.function(.negative)), name: "before")
      .apply(.portable(.pick(.channels, (0..<2 * c).map { _ in dice.pick(0...c - 1) })), name: "picked")
    try expectAgreement(plain.finish(picked.apply(.portable(.function(.absolute)), name: "after")), batch: 2)
  }

  @Test(arguments: seeds(16)) func transposedConvolutions(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let groups = dice.pick([1, 1, 1, 2])
    let (inputs, outputs) = (groups * dice.pick([1, 8, 20]), groups * dice.pick([1, 16, 19]))
    let (kernel, stride) = (
      Extent.by(dice.pick(1...4), dice.pick(1...4)), Extent.by(dice.pick(1...3), dice.pick(1...3))
    )
    let convolution = TransposedConvolution(
      inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride,
      margins: Margins(
        top: dice.pick(0...kernel.height - 1), left: dice.pick(0...kernel.width - 1), bottom: dice.pick(0...1),
        right: dice.pick(0...1)),
      outputPadding: .by(dice.pick(0...stride.height - 1), dice.pick(0...stride.width - 1)),
      dilation: .by(dice.pick(1...2), dice.pick(1...2)), groups: groups, bias: dice.pick([false, true]))
    let builder = try NetworkBuilder(
      name: "\(convolution)", input: .map(channels: inputs, height: dice.pick(4...7), width: dice.pick([4, 13, 40])))
    let value = try builder.input.activation(.relu, "start")
      .apply(.portable(.transposedConvolution(convolution)), name: "spread")
    try expectAgreement(builder.finish(value.conv("after", 4, kernel: 1)), batch: 2)
    let plain = try NetworkBuilder(name: "plain", input: builder.input.shape)
    let spread = try plain.input.apply(.portable(.transposedConvolution(convolution)), name: "spread")
    try expectAgreement(plain.finish(spread.apply(.portable(.function(.absolute)), name: "after")))
  }

  /// Sixteen channels at once: maps with maps and with one value of every channel, and what is made of whole maps.
  @Test(arguments: seeds(24)) func channelsAtOnce(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let channels = dice.pick([16, 33, 48])
    let builder = try NetworkBuilder(
      name: "\(channels) channels", input: .map(channels: 5, height: dice.pick(2...9), width: dice.pick([2, 5, 17])))
    let x = try builder.input.conv("before", channels, kernel: 1, bias: true)
    let reduction = dice.pick([PortableOperation.Reduction.mean, .sum, .maximum, .minimum, .norm])
    let whole = try x.apply(.portable(.reduce(reduction, [.rows, .columns])), name: "whole")
    let one = try whole.apply(.portable(.reduce(dice.pick([.mean, .norm]), [.channels])), name: "one")
    let shares = try whole.apply(.portable(.combine(.maximum)), with: [one], name: "shares")
    let stored = PortableOperation.combineStored(
      dice.pick([.product, .sum]), .map(channels: channels, height: 1, width: 1), storedFirst: dice.pick([true, false]))
    let combination = dice.pick([Combination.sum, .product, .difference, .minimum, .mean])
    let y = try x.apply(.portable(.combine(combination)), with: [dice.pick([shares, x])], name: "combined")
    try expectAgreement(
      builder.finish(y.apply(.portable(stored), name: "stored").conv("after", 6, kernel: 1)), batch: 2,
      seed: UInt64(seed))
  }

  /// What hangs on the channel of a value does so in a vector too.
  @Test func channelsOfVectors() throws {
    let builder = try NetworkBuilder(name: "vectors", input: .map(channels: 5, height: 3, width: 3))
    let x = try builder.input.conv("before", 20, kernel: 1, bias: true).globalAveragePool("pool")
      .apply(.portable(.prelu(slopes: 20)), name: "prelu")
      .apply(.portable(.groupNorm(groups: 4, features: 20, epsilon: 1e-3)), name: "norm")
    try expectAgreement(builder.finish(x.conv("after", 6, kernel: 1)), batch: 2, tolerance: 1e-4)
  }

  /// Norms of groups of whole units, of parts of them, and of channels that lie across two; far from zero too, and with
  /// what may run with them.
  @Test(arguments: seeds(48)) func groupNorms(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let groups = dice.pick([1, 2, 3, 5])
    let channels = groups * dice.pick([4, 8, 16, 17, 32])
    let builder = try NetworkBuilder(
      name: "\(groups) groups of \(channels)", input: .map(channels: 5, height: dice.pick([3, 7, 30]), width: 29))
    let norm = PortableOperation.groupNorm(groups: groups, features: channels, epsilon: 1e-5)
    let x = try builder.input.conv("before", channels, kernel: 1, bias: true)
      .apply(.shift(dice.pick([0, 30])), name: "far")
    var y = try x.apply(.portable(norm), name: "norm")
    if dice.pick([true, false]) { y = try y.batchNorm("scaled") }
    if dice.pick([true, false]) { y = try x + y }
    if dice.pick([true, false]) { y = try y.activation(dice.pick([.relu, .silu, .gelu])) }
    try expectAgreement(
      builder.finish(y.conv("after", 6, kernel: 1)), batch: dice.pick(1...2), tolerance: 1e-4, seed: UInt64(seed))
  }

  /// Of all sizes around those of register tiles, in plain order or with lanes.
  @Test(arguments: seeds(16)) func matrices(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let (channels, rows, inner, columns) = (dice.pick(1...3), dice.pick(1...14), dice.pick(1...20), dice.pick(1...70))
    let builder = try NetworkBuilder(
      name: "\(channels) of \(rows)×\(inner)×\(columns)", input: .map(channels: channels, height: rows, width: inner))
    let left = try builder.input.apply(.portable(.function(.absolute)), name: "left")
    let right = try builder.input.apply(
      .portable(.stored(.map(channels: dice.pick([1, channels]), height: inner, width: columns))), name: "right")
    let product = try left.apply(.portable(.matrixProduct(isLearned: true)), with: [right], name: "product")
    let last: PortableOperation = .permute([.channels, .columns, .rows])
    try expectAgreement(
      builder.finish(
        dice.pick([false, true]) ? product.apply(.portable(last), name: "last") : product.activation(.gelu)),
      batch: 2)
  }

  @Test(arguments: seeds(10)) func convolutionsByComputedWeights(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let groups = dice.pick(1...3)
    let (inputs, outputs) = (groups * dice.pick(1...9), groups * dice.pick(1...17))
    let kernel = dice.pick([Extent(1), .by(3, 2), 3])
    let isPointwise = kernel == 1 && dice.pick([false, true])
    let convolution = Convolution(
      inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      stride: isPointwise ? 1 : .by(dice.pick(1...2), dice.pick(1...2)),
      padding: isPointwise ? 0 : .by(dice.pick(0...1), dice.pick(0...2)), groups: groups)
    let shape = Shape.map(channels: inputs, height: dice.pick(4...6), width: dice.pick(4...9))
    for isFlat in [false, true] {
      let builder = try NetworkBuilder(name: "\(convolution)", input: shape)
      let stored = try builder.input.apply(
        .portable(.stored(.map(channels: outputs, height: inputs / groups, width: kernel.area))), name: "weights")
      let x = isFlat ? builder.input : try builder.input.conv("before", inputs, kernel: 1)
      let y = try x.apply(.portable(.convolution(convolution)), with: [stored], name: "convolution")
      try expectAgreement(builder.finish(isFlat ? y : y.conv("after", 3, kernel: 1)), batch: 2)
    }
  }

  /// What has a kernel for lanes among operations that have none.
  @Test(arguments: seeds(12)) func moversInPlainOrder(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let (c, h, w) = (2 * dice.pick(1...9), dice.pick(2...6), dice.pick(2...6))
    let builder = try NetworkBuilder(name: "movers \(seed)", input: .map(channels: c, height: h, width: w))
    let x = try builder.input.apply(.portable(.function(.absolute)), name: "start")
    let half = try x.apply(.slice(c / 2..<c), name: "slice")
    let shuffled = try x.apply(.channelShuffle(groups: 2), name: "shuffle")
    let joined = try Value.concat([half, shuffled])
    let wide = try joined.apply(.padChannels(before: 1, after: 2), name: "wide")
      .apply(.zeroPad(Margins(top: 1, left: 0, bottom: 0, right: 2)), name: "high")
    let scaled = try wide.apply(.scale(0.5), name: "scale").activation(.tanh, "tanh")
    let sum = try (scaled + wide).apply(.subsample(stride: .by(1, 2)), name: "few")
    // One of the values goes to a convolution as well, so that it lies with lanes.
    let isMixed = dice.pick([false, true])
    let last = try sum.apply(.portable(.function(.negative)), name: "last")
    let end = isMixed ? try last.conv("conv", 4, kernel: 1) : last
    try expectAgreement(builder.finish(end), batch: 2)
  }

  /// Maps with lanes and arrays, put one behind the other in plain order.
  @Test(arguments: seeds(8)) func mapsJoinInPlainOrder(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let (h, w) = (dice.pick(1...5), dice.pick(2...9))
    let builder = try NetworkBuilder(name: "join \(seed)", input: .map(channels: 5, height: h, width: w))
    let maps = try (0..<2).map { try builder.input.conv("conv\($0)", dice.pick([1, 15, 16, 33]), kernel: 1) }
    let array = try builder.input.apply(.portable(.function(.absolute)), name: "array")
    let joined = try Value.concat([maps[0], array, maps[1]])
    let moved = try joined.apply(.portable(.permute([.rows, .channels, .columns])), name: "moved")
    try expectAgreement(builder.finish(moved.apply(.portable(.function(.negative)), name: "last")), batch: 2)
  }

  /// More values than workers take at once, along every axis.
  @Test(arguments: [(2, 3, 4500), (3, 4500, 2), (4500, 2, 3), (1, 1, 9001), (1, 130, 140)])
  func longAxesMove(_ channels: Int, _ height: Int, _ width: Int) throws {
    let shape = Shape.map(channels: channels, height: height, width: width)
    func all(_ length: Int) -> Cut { Cut(start: 0, count: length, step: 1) }
    let half = Cut(start: width - 1, count: (width + 1) / 2, step: -2)
    let frame = Margins(top: 1, left: width, bottom: 0, right: 4200)
    let moves: [PortableOperation] = [
      .permute([.channels, .columns, .rows]), .permute([.columns, .rows, .channels]),
      .permute([.rows, .columns, .channels]), .cut(channels: all(channels), rows: all(height), columns: half),
      .cut(channels: all(channels), rows: Cut(start: 0, count: (height + 1) / 2, step: 1), columns: all(width)),
      .pad(EdgePadding(filling: .constant(2), channelsBefore: 1, channelsAfter: 0, margins: frame)),
      .pick(.channels, (0...channels).map { $0 * 7 % channels }),
    ]
    for move in moves {
      let builder = try NetworkBuilder(name: "\(move) of \(shape)", input: shape)
      let value = try builder.input.apply(.portable(.function(.absolute)), name: "before")
        .apply(.portable(move), name: "move")
      try expectAgreement(builder.finish(value.apply(.portable(.function(.negative)), name: "after")), batch: 2)
    }
  }
}
