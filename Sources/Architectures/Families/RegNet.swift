import NetworkGraph

/// RegNet (Radosavovic et al. 2020): bottlenecks without a bottleneck, in groups, whose widths follow one line over the
/// depth; Y adds squeeze-and-excitation. Names are torchvision's.
struct RegNet: Module {
  /// A point of the design space (§3.3): width of the first block and its slope, quantised by powers of `multiplier`.
  struct Point: Sendable {
    var name: String
    var depth: Int
    var firstWidth: Int
    var slope: Hundredths
    var multiplier: Hundredths
    var groupWidth: Int
    var excites: Bool

    /// Width, channels of a group, and number of blocks of each stage (§3.3, eq. 2 to 4).
    var stages: [(width: Int, groupWidth: Int, count: Int)] {
      var stages: [(width: Int, groupWidth: Int, count: Int)] = []
      var power = Double(firstWidth)
      for block in 0..<depth {
        let continuous = Double(firstWidth) + slope.value * Double(block)
        // The power of the multiplier that is nearest on a logarithmic scale.
        while continuous * continuous > power * power * multiplier.value { power *= multiplier.value }
        let width = max(8, Int((power / 8).rounded(.toNearestOrEven)) * 8)
        if stages.last?.width == width {
          stages[stages.count - 1].count += 1
        } else {
          stages.append((width, 0, 1))
        }
      }
      return stages.map { stage in
        let group = min(groupWidth, stage.width)
        let rounded = max(group, (stage.width + group / 2) / group * group)
        return (rounded * 10 < stage.width * 9 ? rounded + group : rounded, group, stage.count)
      }
    }
  }

  static let points = [
    Point(name: "x_400mf", depth: 22, firstWidth: 24, slope: 24.48, multiplier: 2.54, groupWidth: 16, excites: false),
    Point(name: "x_800mf", depth: 16, firstWidth: 56, slope: 35.73, multiplier: 2.28, groupWidth: 16, excites: false),
    Point(name: "x_1_6gf", depth: 18, firstWidth: 80, slope: 34.01, multiplier: 2.25, groupWidth: 24, excites: false),
    Point(name: "x_3_2gf", depth: 25, firstWidth: 88, slope: 26.31, multiplier: 2.25, groupWidth: 48, excites: false),
    Point(name: "y_400mf", depth: 16, firstWidth: 48, slope: 27.89, multiplier: 2.09, groupWidth: 8, excites: true),
    Point(name: "y_800mf", depth: 14, firstWidth: 56, slope: 38.84, multiplier: 2.40, groupWidth: 16, excites: true),
    Point(name: "y_1_6gf", depth: 27, firstWidth: 48, slope: 20.71, multiplier: 2.65, groupWidth: 24, excites: true),
    Point(name: "y_3_2gf", depth: 21, firstWidth: 80, slope: 42.63, multiplier: 2.66, groupWidth: 24, excites: true),
  ]

  var point: Point
  var form: BlockForm? = .postActivation

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let stem = try x.apply("stem", ConvNormActivation(outputChannels: 32, kernel: 3, stride: 2, activation: .relu))
    let trunk = try stem.block("trunk_output", .sequential) { x throws(NetworkError) in
      var y = x
      for (index, stage) in point.stages.enumerated() {
        y = try y.block("block\(index + 1)", .stage) { x throws(NetworkError) in
          var y = x
          for position in 0..<stage.count {
            y = try y.apply(
              "block\(index + 1)-\(position)",
              RegNetBlock(
                form: form, width: stage.width, groupWidth: stage.groupWidth, stride: position == 0 ? 2 : 1,
                squeeze: point.excites ? (y.channels + 2) / 4 : nil))
          }
          return y
        }
      }
      return y
    }
    let activated = form == .preActivation ? try trunk.batchNorm("norm").relu() : trunk
    return try activated.globalAveragePool("avgpool").flatten().linear("fc", 1000)
  }
}

/// The residual block of a RegNet (Radosavovic et al. 2020, Fig. 4): a bottleneck of ratio 1.
struct RegNetBlock: Module {
  var form: BlockForm? = .postActivation
  var width: Int
  var groupWidth: Int
  var stride: Int
  /// Channels between the layers of squeeze-and-excitation; nil for none.
  var squeeze: Int?

  var kind: BlockKind { "ResBottleneckBlock" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    form == .preActivation ? try preActivation(x) : try postActivation(x)
  }

  /// The order of He et al. 2016: norm and ReLU before every convolution, a projection of the activated input.
  private func preActivation(_ x: Value) throws(NetworkError) -> Value {
    let a = try x.batchNorm("norm").relu()
    let keepsShape = x.channels == width && stride == 1
    let shortcut = keepsShape ? x : try a.conv("proj", width, kernel: 1, stride: Extent(stride))
    let y = try a.block("f", .sequential) { a throws(NetworkError) in
      var y = try a.conv("a", width, kernel: 1).batchNorm("b_norm").relu("b_relu")
        .conv("b", width, kernel: 3, stride: Extent(stride), groups: width / groupWidth)
      if let squeeze { y = try y.apply("se", SqueezeExcitation(squeeze: squeeze)) }
      return try y.batchNorm("c_norm").relu("c_relu").conv("c", width, kernel: 1)
    }
    return try shortcut + y
  }

  private func postActivation(_ x: Value) throws(NetworkError) -> Value {
    let shortcut =
      x.channels == width && stride == 1
      ? x : try x.apply("proj", ConvNormActivation(outputChannels: width, kernel: 1, stride: stride))
    let y = try x.block("f", .sequential) { x throws(NetworkError) in
      let y = try x.apply("a", ConvNormActivation(outputChannels: width, kernel: 1, activation: .relu))
        .apply(
          "b",
          ConvNormActivation(
            outputChannels: width, kernel: 3, stride: stride, groups: width / groupWidth, activation: .relu))
      return try y.excited(squeeze).apply("c", ConvNormActivation(outputChannels: width, kernel: 1))
    }
    return try (shortcut + y).relu("activation")
  }
}

extension RegNet {
  static let entries = points.map { entry("regnet_\($0.name)", $0) }

  static let family = entry("regnet", points[0])

  private static func entry(_ name: String, _ point: Point) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "RegNet", year: 2020,
      paper: "Radosavovic et al.: Designing Network Design Spaces, arXiv:2003.13678",
      summary: "widths along one line over the depth, 3×3 in groups\(point.excites ? ", squeeze-and-excitation" : "")",
      settings: [
        Setting(.depth, point.depth, "blocks of the whole network (d)", values: .integer(1...512)),
        Setting(.width, point.firstWidth, "width of the first block (w_0)", values: .integer(8...4096)),
        Setting(.slope, point.slope),
        Setting(
          .multiplier, point.multiplier, "factor between the widths of two stages (w_m)",
          values: .hundredths(110...1000)
        ),
        Setting(.groupWidth, point.groupWidth), Setting(.excitation, point.excites),
      ],
      input: .map(channels: 3, height: 224, width: 224),
      counterpart: { _ in .unnamed(.preActivation) },
      module: { _, settings throws(CatalogueError) in
        try settings.require(settings.integer(.width) % 8 == 0, .width, "a multiple of 8")
        return RegNet(
          point: Point(
            name: name, depth: settings.integer(.depth), firstWidth: settings.integer(.width),
            slope: settings.hundredths(.slope), multiplier: settings.hundredths(.multiplier),
            groupWidth: settings.integer(.groupWidth), excites: settings.flag(.excitation)))
      })
  }
}
