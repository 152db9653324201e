import Architectures
import NetworkGraph
import Testing

/// Families by their parameters: the published networks are points of them.
struct FamilyTests {
  @Test(arguments: [
    ("resnet18", "resnet", ["blocks=2,2,2,2", "block=basic"]),
    ("resnet50", "resnet", ["blocks=3,4,6,3", "block=bottleneck", "width=64", "groups=1"]),
    ("resnet152:v1", "resnet:v1", ["blocks=3,8,36,3"]),
    ("resnet101:preact", "resnet:preact", ["blocks=3,4,23,3"]),
    ("preact_resnet34", "preact_resnet", ["blocks=3,4,6,3", "block=basic"]),
    ("wide_resnet50_2", "resnet", ["width=128"]),
    ("resnext50_32x4d", "resnet50", ["groups=32", "width=4"]),
    ("resnext101_64x4d", "resnet101", ["groups=64", "width=4"]),
    ("seresnet50", "resnet", ["excitation=true"]),
    ("plain34", "plain18", ["blocks=3,4,6,3"]),
    ("cifar_resnet110", "cifar_resnet", ["depth=110"]),
    ("cifar_preact_resnet164", "cifar_preact_resnet20", ["depth=164", "block=bottleneck"]),
    ("densenet161", "densenet", ["blocks=6,12,36,24", "growth=48"]),
    ("vgg19_bn", "vgg", ["blocks=2,2,4,4,4", "norm=true"]),
    ("mobilenet_v1:0.5", "mobilenet_v1", ["multiplier=0.5"]),
    ("mobilenet_v2:1.4", "mobilenet_v2", ["multiplier=1.4"]),
    ("mobilenet_v2", "mobilenet_v2:0.5", ["multiplier=1"]),
    ("mnasnet0_75", "mnasnet", ["multiplier=0.75"]),
    ("shufflenet_v2_x2_0", "shufflenet_v2", ["channels=244,488,976", "out=2048"]),
    ("convnext_base", "convnext", ["blocks=3,3,27,3", "width=128"]),
    ("efficientnet_b1", "efficientnet", ["depth_multiplier=1.1"]),
    (
      "regnet_y_1_6gf", "regnet",
      ["depth=27", "width=48", "slope=20.71", "multiplier=2.65", "group_width=24", "excitation=true"]
    ),
  ])
  func publishedNetworksArePoints(name: String, family: String, settings: [String]) throws {
    let (published, point) = (try build(name), try build(family, settings: settings))
    #expect(point.layers.map(\.path) == published.layers.map(\.path))
    let same = try build(family, input: published.inputShape.ascii, settings: settings)
    #expect(same.layers.map(\.operation) == published.layers.map(\.operation))
    #expect(same.cost == published.cost)
  }

  /// A setting reaches every layer that it is about.
  @Test(arguments: [
    ("alexnet", "multiplier=0.5", ["features.0": 32, "features.10": 128]),
    ("googlenet", "multiplier=2", ["conv3.conv": 384, "inception4a.branch3.1.conv": 96]),
    ("googlenet:paper", "multiplier=0.5", ["conv3.conv": 96, "inception5b.branch1.conv": 192]),
    ("bn_inception", "multiplier=0.5", ["conv1_7x7_s2": 32, "inception_3a.pool_proj": 16]),
    ("inception_v3", "multiplier=0.5", ["Conv2d_3b_1x1.conv": 40, "Mixed_7c.branch3x3_2a.conv": 192]),
    ("squeezenet1_1", "expansion=4", ["features.3.squeeze": 32, "features.3.expand1x1": 64]),
    ("squeezenet1_1", "growth=64", ["features.12.squeeze": 40, "features.12.expand3x3": 160]),
    ("xception", "width=512", ["block3.skip": 512, "block11.rep.1.pointwise": 512, "block12.skip": 1024]),
  ])
  func aSettingReachesItsLayers(name: String, setting: String, channels: [String: Int]) throws {
    let network = try build(name, settings: [setting])
    for (path, count) in channels {
      let layer = try #require(network.layer(at: NodePath(path)), "\(path)")
      #expect(layer.output.channels == count, "\(path)")
    }
  }

  /// Parameters that torchvision 0.28 and timm 1.0.31 give points without a name here.
  @Test(arguments: [
    ("mobilenet_v3_large", ["multiplier=0.5"], 1_734_576), ("mobilenet_v3_large", ["multiplier=0.75"], 3_377_576),
    ("resnet", ["blocks=2,2,2,2"], 15_995_176), ("preact_resnet", ["blocks=3,4,23,3"], 44_541_480),
  ])
  func otherPoints(family: String, settings: [String], parameters: Int) throws {
    #expect(try build(family, settings: settings).cost.parameters == parameters)
  }

  @Test func everyNameOfAFamilyIsOneNetworkOfIt() throws {
    for family in Catalogue.families {
      #expect(!family.settings.isEmpty)
      #expect(try Catalogue.entry(named: family.name).name == family.name)
      #expect(!Catalogue.entries.contains { $0.name == family.name })
      #expect(Catalogue.entries.contains { $0.family == family.family })
    }
  }

  @Test func aPresetHasValuesOfItsOwn() throws {
    let entry = try Catalogue.entry(named: "mobilenet_v2")
    #expect(entry.settings(in: nil).map(\.defaultValue) == ["1.0"])
    #expect(entry.settings(in: "0.5").map(\.defaultValue) == ["0.5"])
  }

  @Test(arguments: [
    ("resnet", "blocks=3,4,,3", "blocks cannot be '3,4,,3': expected 1 to 8 whole numbers from 1 to 1024"),
    ("resnet", "blocks=3,0,6,3", "blocks cannot be '3,0,6,3': expected 1 to 8 whole numbers"),
    ("resnet", "blocks=1,1,1,1,1,1,1,1,1", "blocks cannot be '1,1,1,1,1,1,1,1,1': expected 1 to 8"),
    ("resnet", "block=round", "block cannot be 'round': expected basic or bottleneck"),
    ("resnet", "width=0", "width cannot be '0': expected a whole number from 1 to 4096"),
    ("resnet18", "groups=2", "groups cannot be '2': expected 1 with block=basic"),
    ("resnet18", "width=128", "width cannot be '128': expected 64 with block=basic"),
    ("densenet", "growth=-1", "growth cannot be '-1': expected a whole number from 1 to 65536"),
    ("mobilenet_v2", "multiplier=0", "multiplier cannot be '0': expected a number from 0.05 to 10.0"),
    ("mobilenet_v2", "multiplier=0.333", "multiplier cannot be '0.333': expected a number from 0.05 to 10.0, at most"),
    ("mobilenet_v2", "multiplier=nan", "multiplier cannot be 'nan'"),
    ("mobilenet_v2", "multiplier=-1", "multiplier cannot be '-1'"),
    ("cifar_resnet", "depth=21", "depth cannot be '21': expected 6·n + 2, such as 8 or 20"),
    ("cifar_resnet", "depth=2", "depth cannot be '2': expected 6·n + 2"),
    ("regnet", "width=20", "width cannot be '20': expected a multiple of 8"),
    ("inception_v4", "blocks=4,7", "blocks cannot be '4,7': expected 3 whole numbers from 1 to 1024 between commas"),
    ("squeezenet1_1", "width=1", "width cannot be '1': expected a whole number from 2 to 65536"),
    ("xception", "depth=0", "depth cannot be '0': expected a whole number from 1 to 1024"),
    ("regnet", "multiplier=1", "multiplier cannot be '1': expected a number from 1.1 to 10.0"),
    ("shufflenet_v2", "channels=115,232,464", "channels cannot be '115,232,464': expected even numbers"),
    ("shufflenet_v2", "channels=116,232", "channels cannot be '116,232': expected as many numbers as stages"),
    ("resnet", "growth=3", "resnet has no setting 'growth'; it has blocks, block, groups, width, excitation"),
  ])
  func aValueThatIsNotAllowedIsNamedWithWhatIs(family: String, setting: String, message: String) throws {
    let error = #expect(throws: CatalogueError.self) { try build(family, settings: [setting]) }
    #expect(error.map { "\($0)".hasPrefix(message) } ?? false, "\(error.map(\.description) ?? "")")
  }

  @Test func anInputTooSmallNamesTheLayer() throws {
    let error = #expect(throws: CatalogueError.self) {
      try build("densenet", input: "3x16x16", settings: ["growth=12"])
    }
    #expect(error?.description.contains("transition3.pool") ?? false)
  }

  /// Whatever is allowed builds or says why not, and never traps; whatever is not allowed is an error.
  @Test(arguments: (Catalogue.families + Catalogue.entries).filter { !$0.settings.isEmpty }.map(\.name))
  func anySettings(name: String) throws {
    let entry = try Catalogue.entry(named: name)
    var random = SplitMix(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) } & 0xffff))
    for _ in 0..<12 {
      var spec = NetworkSpec(entry: name)
      for setting in entry.settings where Bool.random(using: &random) {
        spec.settings[setting.key.rawValue] = setting.values.random(using: &random)
      }
      do throws(CatalogueError) {
        #expect(try Catalogue.build(spec).cost.parameters >= 0)
      } catch {
        switch error {
        case .badSetting, .network: break
        default: Issue.record("\(spec.settings): \(error)")
        }
      }
      let wrong = entry.settings[Int.random(in: entry.settings.indices, using: &random)]
      let nonsense = ["", "-1", "x", "1.2.3", ",", "1,,2", "0x10", "99999999999999999999", "∞", " 1", "1e3"]
      spec.settings[wrong.key.rawValue] = nonsense.randomElement(using: &random)
      #expect(throws: CatalogueError.self) { try Catalogue.build(spec) }
    }
  }
}

extension Shape {
  fileprivate var ascii: String { dimensions.map(String.init).joined(separator: "x") }
}

extension SettingValues {
  /// Some text that is allowed; small numbers are likelier than large ones.
  fileprivate func random(using random: inout SplitMix) -> String {
    func integer(_ range: ClosedRange<Int>) -> Int {
      let bits = Int.random(in: 0...10, using: &random)
      return min(range.upperBound, range.lowerBound + Int.random(in: 0..<(1 << bits), using: &random))
    }
    switch self {
    case .integer(let range): return String(integer(range))
    case .hundredths(let range):
      let count = integer(range)
      return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
    case .integers(let count, let each):
      let stages = Int.random(in: count, using: &random)
      return (0..<stages).map { _ in String(min(integer(each), 40)) }.joined(separator: ",")
    case .flag: return String(Bool.random(using: &random))
    case .choice(let choices): return choices.randomElement(using: &random) ?? ""
    }
  }
}

/// The same numbers every time (Steele, Lea and Flood 2014).
private struct SplitMix: RandomNumberGenerator {
  var seed: UInt64

  mutating func next() -> UInt64 {
    seed &+= 0x9e37_79b9_7f4a_7c15
    var z = seed
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
