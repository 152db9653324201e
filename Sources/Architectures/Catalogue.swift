import NetworkGraph
import Synchronization

/// The networks and building blocks that can be built by name.
public enum Catalogue {
  /// Every entry, networks by family first, then building blocks.
  public static let entries: [CatalogueEntry] =
    [
      ResNet.entries, ResNetCIFAR.entries, GoogLeNet.entries, BNInception.entries, InceptionV3.entries,
      InceptionV4.entries, InceptionResNetV2.entries, Xception.entries, DenseNet.entries,
      AlexNet.entries, VGG.entries, SqueezeNet.entries, MobileNetV1.entries, MobileNetV2.entries, MobileNetV3.entries,
      MNASNet.entries, ShuffleNetV2.entries, EfficientNet.entries, RegNet.entries, ConvNeXt.entries,
      BuildingBlocks.entries,
    ].flatMap { $0 }

  /// Every family that takes settings, by a name of its own. The published networks are points of these families; where
  /// nothing is set, each is the best known of its points.
  public static let families = [
    ResNet.family, ResNet.preActivationFamily, ResNetCIFAR.family, DenseNet.family, VGG.family, MNASNet.family,
    ShuffleNetV2.family, EfficientNet.family, RegNet.family, ConvNeXt.family,
  ]

  private static let named = Dictionary(uniqueKeysWithValues: (entries + families).map { ($0.name, $0) })

  public static func entry(named name: String) throws(CatalogueError) -> CatalogueEntry {
    guard let entry = named[name] ?? files.withLock({ $0[name] }) else {
      throw .unknownName(name, nearest: nearestNames(to: name, among: (entries + families).map(\.name)))
    }
    return entry
  }

  /// Networks that have been opened from files, by their paths.
  private static let files = Mutex<[String: CatalogueEntry]>([:])

  /// Makes a network from a file known by its path, in place of what had that path before.
  public static func add(file entry: CatalogueEntry) { files.withLock { $0[entry.name] = entry } }

  /// What finds the weights of a network of the catalogue: of what an entry builds, by its spec.
  public typealias WeightFinder = @Sendable (NetworkSpec) throws -> any WeightSource

  /// What finds weights, by the names of entries.
  private static let weights = Mutex<[String: WeightFinder]>([:])

  /// Gives an entry weights, in all its forms.
  public static func add(weights finder: @escaping WeightFinder, of name: String) {
    weights.withLock { $0[name] = finder }
  }

  /// The weights that come with the network or block: those of its file, or those that its entry was given.
  public static func weights(of spec: NetworkSpec) throws -> (any WeightSource)? {
    let entry = try entry(named: spec.entry)
    if let finder = weights.withLock({ $0[entry.name] }) { return try finder(spec) }
    return try entry.file?.weights(input: spec.input ?? entry.input, forms: spec.forms, at: spec.path)
  }

  /// What the whole network is given; the image comes first.
  public static func inputs(of spec: NetworkSpec) throws(CatalogueError) -> [NetworkInput] {
    let entry = try entry(named: spec.entry)
    return entry.file?.inputs ?? [NetworkInput(name: "input", lengths: entry.input.dimensions, hasBatch: true)]
  }

  /// The layers of the whole network whose values its file names as answers.
  public static func outputs(of spec: NetworkSpec) throws -> [NetworkAnswer] {
    let entry = try entry(named: spec.entry)
    return try entry.file?.outputs(input: spec.input ?? entry.input, forms: spec.forms) ?? []
  }

  /// The network, or the block of it that the spec's path names.
  public static func build(_ spec: NetworkSpec) throws(CatalogueError) -> Network {
    let entry = try entry(named: spec.entry)
    try check(preset: spec.preset, of: entry)
    let input = spec.input ?? entry.input
    let module = try entry.module(
      spec.preset, try Settings(spec.settings, for: entry, preset: spec.preset), input, spec.forms)
    let network: Network
    do throws(NetworkError) {
      network = try Network(
        name: entry.shortName, input: input, forms: spec.forms, building: module)
    } catch { throw .network(error) }
    guard !spec.path.isRoot else { return network }
    guard network.node(at: spec.path) != nil else {
      let paths = network.blocks.map(\.path.dotted) + network.layers.map(\.path.dotted)
      throw .unknownPath(
        spec.path, network: entry.name, nearest: nearestNames(to: spec.path.dotted, among: paths))
    }
    do throws(NetworkError) { return try network.subnetwork(at: spec.path) } catch { throw .network(error) }
  }

  static func check(preset: String?, of entry: CatalogueEntry) throws(CatalogueError) {
    guard let preset, !entry.presets.contains(where: { $0.name == preset }) else { return }
    throw .unknownPreset(preset, entry: entry.name, presets: entry.presets.map(\.name))
  }
}
