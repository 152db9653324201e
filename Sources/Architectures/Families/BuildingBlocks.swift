import NetworkGraph

/// The building blocks, each run as a network of its own.
enum BuildingBlocks {
  static let entries = residualEntries + inceptionEntries + convolutionEntries

  private static func block(
    _ name: String, year: Int, paper: String, summary: String, presets: [Preset] = [], settings: [Setting],
    input: Shape, counterpart: Counterpart, presetCounterparts: [String: Counterpart] = [:],
    module: @escaping @Sendable (_ preset: String?, Settings) -> any Module
  ) -> CatalogueEntry {
    CatalogueEntry(
      name, family: "Building block", year: year, paper: paper, summary: summary, presets: presets,
      settings: settings, input: input, isBlock: true,
      counterpart: { $0.flatMap { presetCounterparts[$0] } ?? counterpart },
      module: module)
  }

  // MARK: Residual blocks

  private static let residualEntries = [
    residual("residual", form: .postActivation, counterpart: "preact_residual"),
    residual("preact_residual", form: .preActivation, counterpart: "residual"),
    bottleneck("bottleneck", form: .postActivation, counterpart: "preact_bottleneck"),
    bottleneck("preact_bottleneck", form: .preActivation, counterpart: "bottleneck"),
  ]

  private static let shortcutSettings = [
    Setting(.stride, 1), Setting(.projectionBias, false), Setting(.projection, ProjectionInput.raw.rawValue),
  ]

  private static func options(_ settings: Settings) -> ResidualOptions {
    ResidualOptions(
      shortcut: Shortcut(
        projectionInput: settings.choice(.projection) ?? .raw, projectionBias: settings.flag(.projectionBias)))
  }

  private static func residual(_ name: String, form: BlockForm, counterpart: String) -> CatalogueEntry {
    block(
      name, year: form == .postActivation ? 2015 : 2016,
      paper: form == .postActivation ? ResNet.paper : ResNet.preActivationPaper,
      summary: form == .postActivation
        ? "two 3×3 convolutions and a shortcut, ReLU after the addition"
        : "two 3×3 convolutions, norm and ReLU before each, and a shortcut that nothing follows",
      settings: [Setting(.out, 64)] + shortcutSettings, input: .map(channels: 3, height: 32, width: 32),
      counterpart: .named(counterpart),
      module: { _, settings in
        BasicBlock(
          form: form, outputChannels: settings.integer(.out), stride: settings.integer(.stride),
          options: options(settings))
      })
  }

  private static func bottleneck(_ name: String, form: BlockForm, counterpart: String) -> CatalogueEntry {
    block(
      name, year: form == .postActivation ? 2015 : 2016,
      paper: form == .postActivation ? ResNet.paper : ResNet.preActivationPaper,
      summary: form == .postActivation
        ? "1×1 to a quarter, 3×3, 1×1 back, and a shortcut, ReLU after the addition"
        : "1×1 to a quarter, 3×3, 1×1 back, norm and ReLU before each, and a shortcut that nothing follows",
      settings: [Setting(.width, 64)] + shortcutSettings, input: .map(channels: 256, height: 32, width: 32),
      counterpart: .named(counterpart),
      module: { _, settings in
        Bottleneck(
          form: form, width: settings.integer(.width), stride: settings.integer(.stride), options: options(settings))
      })
  }

  // MARK: Inception modules

  private static let inceptionInput = Shape.map(channels: 192, height: 28, width: 28)

  private static let inceptionEntries = [
    inception("inception", form: .postActivation, counterpart: "inception_preact"),
    inception("inception_preact", form: .preActivation, counterpart: "inception"),
    block(
      "inception_naive", year: 2014, paper: GoogLeNet.paper,
      summary: "1×1, 3×3, 5×5 and max pooling side by side, straight on the input",
      presets: [
        Preset("bn", "norm and ReLU after every convolution, no biases"),
        Preset("preact", "norm and ReLU before every convolution, no biases"),
      ],
      settings: [Setting(.b1, 64), Setting(.b2, 128), Setting(.b3, 32)], input: inceptionInput,
      counterpart: .none(reason: "it has no batch norm"),
      presetCounterparts: [
        "bn": .named("inception_naive", preset: "preact"), "preact": .named("inception_naive", preset: "bn"),
      ],
      module: { preset, settings in
        NaiveInceptionModule(
          form: preset == "bn" ? .postActivation : preset == "preact" ? .preActivation : nil, b1: settings.integer(.b1),
          b2: settings.integer(.b2), b3: settings.integer(.b3))
      }),
    block(
      "inception_v1", year: 2014, paper: GoogLeNet.paper,
      summary: "the module as published: 1×1 reductions before 3×3 and 5×5, biases, no batch norm",
      settings: [
        Setting(.b1, 64), Setting(.r2, 96), Setting(.b2, 128), Setting(.r3, 16), Setting(.b3, 32), Setting(.b4, 32),
      ],
      input: inceptionInput, counterpart: .none(reason: "it has no batch norm"),
      module: { _, settings in
        InceptionModule(
          form: nil,
          widths: .init(
            settings.integer(.b1), settings.integer(.r2), settings.integer(.b2), settings.integer(.r3),
            settings.integer(.b3), settings.integer(.b4)),
          biases: .all)
      }),
  ]

  private static func inception(_ name: String, form: BlockForm, counterpart: String) -> CatalogueEntry {
    block(
      name, year: 2014, paper: GoogLeNet.paper,
      summary: form == .postActivation
        ? "four branches, norm and ReLU after every convolution; reductions as wide as their branches"
        : "four branches, norm and ReLU before every convolution; reductions as wide as their branches",
      settings: [Setting(.b1, 64), Setting(.b2, 128), Setting(.b3, 32), Setting(.b4, 32)], input: inceptionInput,
      counterpart: .named(counterpart),
      module: { _, settings in
        let (b2, b3) = (settings.integer(.b2), settings.integer(.b3))
        return InceptionModule(
          form: form, widths: .init(settings.integer(.b1), b2, b2, b3, b3, settings.integer(.b4)), biases: .byForm)
      })
  }

  // MARK: Convolutions

  private static let singleConvolution = Counterpart.none(reason: "a convolution alone has nothing to reorder")

  private static let convolutionEntries = [
    block(
      "conv", year: 1989, paper: "LeCun et al.: Backpropagation Applied to Handwritten Zip Code Recognition",
      summary: "a convolution: every output channel sees every input channel of its group",
      settings: [
        Setting(.out, 256), Setting(.kernel, 5), Setting(.stride, 1), Setting(.padding, 0), Setting(.dilation, 1),
        Setting(.groups, 1), Setting(.bias, false),
      ],
      input: .map(channels: 3, height: 12, width: 12), counterpart: singleConvolution,
      module: { _, settings in
        SingleConvolution(
          kind: "Convolution",
          sort: .grouped(settings.integer(.groups), outputChannels: settings.integer(.out)),
          kernel: Extent(settings.integer(.kernel)), stride: Extent(settings.integer(.stride)),
          padding: Extent(settings.integer(.padding)), dilation: Extent(settings.integer(.dilation)),
          bias: settings.flag(.bias))
      }),
    block(
      "depthwise", year: 2017, paper: MobileNetV1.paper, summary: "a convolution of every channel for itself",
      settings: [
        Setting(.kernel, 5), Setting(.stride, 1), Setting(.padding, 0), Setting(.dilation, 1), Setting(.bias, false),
      ],
      input: .map(channels: 3, height: 12, width: 12), counterpart: singleConvolution,
      module: { _, settings in
        SingleConvolution(
          kind: "DepthwiseConvolution", sort: .depthwise, kernel: Extent(settings.integer(.kernel)),
          stride: Extent(settings.integer(.stride)), padding: Extent(settings.integer(.padding)),
          dilation: Extent(settings.integer(.dilation)), bias: settings.flag(.bias))
      }),
    block(
      "pointwise", year: 2013, paper: "Lin, Chen, Yan: Network in Network, arXiv:1312.4400",
      summary: "a 1×1 convolution: reduces or expands the channels",
      settings: [Setting(.out, 256), Setting(.stride, 1), Setting(.bias, false)],
      input: .map(channels: 3, height: 8, width: 8), counterpart: singleConvolution,
      module: { _, settings in
        SingleConvolution(
          kind: "PointwiseConvolution", sort: .grouped(1, outputChannels: settings.integer(.out)), kernel: 1,
          stride: Extent(settings.integer(.stride)), bias: settings.flag(.bias))
      }),
    block(
      "separable", year: 2016,
      paper: Xception.paper,
      summary: "depthwise, then pointwise: a convolution cut into space and channels",
      presets: [
        Preset("mobilenet", "norm and ReLU after both"),
        Preset("xception", "ReLU before, a norm after, nothing between"),
      ],
      settings: [
        Setting(.out, 256), Setting(.kernel, 5), Setting(.stride, 1), Setting(.padding, 0), Setting(.bias, false),
      ],
      input: .map(channels: 3, height: 12, width: 12),
      counterpart: .none(reason: "it has no shortcut: the other form is the same chain of layers"),
      module: { preset, settings in
        SeparableConvolution(
          outputChannels: settings.integer(.out), kernel: Extent(settings.integer(.kernel)),
          stride: Extent(settings.integer(.stride)), padding: Extent(settings.integer(.padding)),
          bias: settings.flag(.bias),
          activation: preset == "mobilenet" ? .both(.relu) : preset == "xception" ? .outside : .none)
      }),
    block(
      "inverted_residual", year: 2018, paper: MobileNetV2.paper,
      summary: "1×1 to many times the channels, depthwise 3×3, 1×1 back without an activation, and a shortcut",
      settings: [Setting(.out, 24), Setting(.stride, 1), Setting(.expansion, 6)],
      input: .map(channels: 24, height: 56, width: 56),
      counterpart: .none(reason: "nothing is activated after its addition: there is no other order"),
      module: { _, settings in
        InvertedResidual(
          outputChannels: settings.integer(.out), stride: settings.integer(.stride),
          expansion: settings.integer(.expansion))
      }),
    block(
      "dense_layer", year: 2016, paper: DenseNet.paper,
      summary: "norm, ReLU, 1×1, norm, ReLU, 3×3, concatenated to the input: the other kind of skip connection",
      settings: [Setting(.growth, 32)], input: .map(channels: 64, height: 56, width: 56),
      counterpart: .unnamed(.postActivation),
      module: { _, settings in DenseLayer(growth: settings.integer(.growth)) }),
    block(
      "transition", year: 2016, paper: DenseNet.paper,
      summary: "norm, ReLU, 1×1 to half of the channels, 2×2 average pooling: between the blocks of a DenseNet",
      settings: [], input: .map(channels: 256, height: 56, width: 56),
      counterpart: .unnamed(.postActivation),
      module: { _, _ in Transition() }),
  ]
}
