import Architectures
import NetworkGraph
import Testing

/// Wrong input is an error that says what there is instead.
struct CatalogueErrorTests {
  /// The text of the error that is thrown.
  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test(arguments: [
    ("resnet5", "resnet50"), ("rasnet50", "resnet50"), ("ResNet50", "resnet50"), ("goglenet", "googlenet"),
    ("inceptionv3", "inception_v3"), ("botleneck", "bottleneck"), ("resent18", "resnet18"),
  ])
  func unknownNamesSuggestTheNearest(name: String, nearest: String) {
    let error = #expect(throws: CatalogueError.self) { try Catalogue.entry(named: name) }
    guard case .unknownName(name, let names)? = error else {
      Issue.record("expected an unknown name")
      return
    }
    #expect(names.first == nearest)
  }

  @Test func unknownNames() {
    #expect(message { _ = try build("resnet5") }.hasPrefix("no network is called 'resnet5'; did you mean resnet50"))
    #expect(message { _ = try build("transformer9000") } == "no network is called 'transformer9000'")
    #expect(
      message { _ = try build("resnet50:pre") }
        == "resnet50 has no preset 'pre'; it has v1, preact, keras-v2, torch7-preresnet")
    #expect(message { _ = try build("conv:v1") } == "conv has no presets, so none is called 'v1'")
    #expect(
      message { _ = try build("resnet50#layer3.9") }.hasPrefix("resnet50 has no block 'layer3.9'; did you mean layer3.")
    )
  }

  /// Whatever the case of its extension, and whatever stands before it.
  @Test func namesOfFiles() throws {
    for (text, entry, path) in [
      ("a.onnx", "a.onnx", ""), ("./A.ONNX", "./A.ONNX", ""), ("a#b.Onnx#layer1.0", "a#b.Onnx", "layer1.0"),
      ("a.onnx#b.onnx", "a.onnx#b.onnx", ""),
    ] {
      let spec = try NetworkSpec(parsing: text)
      #expect(spec.isFile && spec.entry == entry && spec.path.dotted == path, "\(text)")
    }
    #expect(
      message { _ = try build("./model") }
        == "no network is called './model'; a file of a network has a name that ends in .onnx")
  }

  @Test(arguments: ["", "#layer1", ":v1", "resnet50:", "resnet50#", "resnet50:#layer1"])
  func unreadableNames(text: String) {
    #expect(message { _ = try NetworkSpec(parsing: text) }.hasPrefix("cannot read '\(text)': expected NAME"))
  }

  @Test(arguments: [("3x224x224", "3×224×224"), ("64", "3×64×64"), ("1×28×28", "1×28×28"), ("5X7X9", "5×7×9")])
  func readableSizes(text: String, shape: String) throws {
    #expect(try Shape(parsing: text, for: Catalogue.entry(named: "resnet50")).description == shape)
  }

  @Test(arguments: [
    "", "x", "0", "-1", "3x0x224", "3x-1x4", "3x224", "1x2x3x4", "3xx224", "3x224x224x", "a", "99999999999999999999",
    "3.5", " 64",
  ])
  func unreadableSizes(text: String) throws {
    let entry = try Catalogue.entry(named: "resnet50")
    #expect(message { _ = try Shape(parsing: text, for: entry) }.hasPrefix("cannot read '\(text)': expected an input"))
  }

  @Test func settings() {
    #expect(
      message { _ = try build("bottleneck", settings: ["widht=3"]) }
        == "bottleneck has no setting 'widht'; it has width, stride, projection_bias, projection")
    #expect(
      message { _ = try build("transition", settings: ["width=3"]) } == "transition has nothing to set, so no 'width'")
    #expect(
      message { _ = try build("bottleneck", settings: ["width=0"]) }
        == "width cannot be '0': expected a whole number from 1 to 1048576")
    #expect(message { _ = try build("conv", settings: ["bias=1"]) } == "bias cannot be '1': expected true or false")
    #expect(
      message { _ = try build("preact_residual", settings: ["projection=none"]) }
        == "projection cannot be 'none': expected raw or preactivated")
    for text in ["width", "=3", "width=", ""] {
      #expect(message { _ = try build("bottleneck", settings: [text]) }.hasPrefix("cannot read '\(text)'"))
    }
    #expect(message { _ = try build("conv", settings: ["groups=2"]) }.contains("a divisor of 3 input"))
  }

  @Test func aLaterSettingReplacesAnEarlier() throws {
    #expect(try build("residual", settings: ["out=8", "out=16"]).outputShape.channels == 16)
  }

  @Test func tooSmallAnInputNamesTheLayerAndBothShapes() {
    #expect(
      message { _ = try build("inception_v3", input: "3x60x60") }.contains("Mixed_7a.branch3x3_2.conv"))
    let text = message { _ = try build("inception_v3", input: "3x60x60") }
    #expect(text.contains("window of 3×3"))
    #expect(text.contains("192×2×2"))
  }

  /// Sizes whose counts would not fit into 64 bits are refused, not trapped on.
  @Test(arguments: everySpec)
  func impossibleSizesAreErrors(spec: NetworkSpec) throws {
    for (height, width) in [
      (1_000_000_000, 1_000_000_000), (Int.max, 1), (1, Int.max), (0, 0), (-1, 8), (8, Int.min), (1 << 40, 1 << 40),
    ] {
      var spec = spec
      spec.input = .map(channels: 3, height: height, width: width)
      #expect(throws: CatalogueError.self) { try Catalogue.build(spec) }
    }
    for channels in [0, -1, Int.max, Int.min, 1 << 40] {
      var spec = spec
      spec.input = .map(channels: channels, height: 224, width: 224)
      #expect(throws: CatalogueError.self) { try Catalogue.build(spec) }
    }
    var flat = spec
    flat.input = .vector(1000)
    #expect(throws: CatalogueError.self) { try Catalogue.build(flat) }
  }

  @Test func aBlockOfSeveralInputsCannotStandAlone() throws {
    let text = message { _ = try build("resnet18#layer1.0.add") }
    #expect(text == "layer1.0.add takes 2 values (layer1.0.bn2, maxpool) and cannot stand alone")
  }
}
