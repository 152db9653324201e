import NetworkGraph

/// Inception v3 (Szegedy et al. 2015, Table 1) as in torchvision, without the auxiliary classifier, which is for
/// training only.
struct InceptionV3: Module {
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full

  var kind: BlockKind { .network }

  func body(_ x: Value) throws(NetworkError) -> Value {
    var y = try stem(x)
    for (name, module) in modules { y = try y.apply(name, module) }
    if form == .preActivation { y = try y.batchNorm("norm", epsilon: ConvUnit.epsilon).relu() }
    return try y.globalAveragePool("avgpool").dropout("dropout", rate: 0.5).flatten().linear("fc", 1000)
  }

  /// The stem stays as it is when the modules turn to pre-activation.
  private func stem(_ x: Value) throws(NetworkError) -> Value {
    try x.unit("Conv2d_1a_3x3", width(32), kernel: 3, stride: 2, padding: 0, .postActivation)
      .unit("Conv2d_2a_3x3", width(32), kernel: 3, padding: 0, .postActivation)
      .unit("Conv2d_2b_3x3", width(64), kernel: 3, .postActivation)
      .maxPool("maxpool1", kernel: 3, stride: 2)
      .unit("Conv2d_3b_1x1", width(80), kernel: 1, .postActivation)
      .unit("Conv2d_4a_3x3", width(192), kernel: 3, padding: 0, .postActivation)
      .maxPool("maxpool2", kernel: 3, stride: 2)
  }

  private var modules: [(name: String, module: any Module)] {
    [
      ("Mixed_5b", InceptionA(form: form, width: width, poolChannels: 32)),
      ("Mixed_5c", InceptionA(form: form, width: width, poolChannels: 64)),
      ("Mixed_5d", InceptionA(form: form, width: width, poolChannels: 64)),
      ("Mixed_6a", InceptionB(form: form, width: width)),
      ("Mixed_6b", InceptionC(form: form, width: width, inner: 128)),
      ("Mixed_6c", InceptionC(form: form, width: width, inner: 160)),
      ("Mixed_6d", InceptionC(form: form, width: width, inner: 160)),
      ("Mixed_6e", InceptionC(form: form, width: width, inner: 192)),
      ("Mixed_7a", InceptionD(form: form, width: width)),
      ("Mixed_7b", InceptionE(form: form, width: width)),
      ("Mixed_7c", InceptionE(form: form, width: width)),
    ]
  }
}

extension InceptionV3 {
  static let entries = [
    CatalogueEntry(
      "inception_v3", family: "Inception", year: 2015,
      paper: "Szegedy et al.: Rethinking the Inception Architecture for Computer Vision, arXiv:1512.00567",
      summary: "eleven modules with factorised convolutions: 7×7 as 1×7 and 7×1",
      presets: [Preset("preact", "pre-activation: norm and ReLU before every convolution of the eleven modules")],
      settings: [WidthMultiplier.full.setting],
      input: .map(channels: 3, height: 299, width: 299),
      counterpart: { preset in .named("inception_v3", preset: preset == nil ? "preact" : nil) },
      module: { preset, settings in
        InceptionV3(form: preset == "preact" ? .preActivation : .postActivation, width: WidthMultiplier(settings))
      })
  ]
}
