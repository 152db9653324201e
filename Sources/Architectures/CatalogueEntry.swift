import NetworkGraph

/// A named point of an entry's family: `v1`, `preact`.
public struct Preset: Hashable, Sendable {
  public let name: String
  /// One line: what differs from the entry as it is named.
  public let summary: String
  /// Settings whose values are others than the entry's own.
  let values: [SettingKey: String]

  init(_ name: String, _ summary: String, values: [SettingKey: String] = [:]) {
    self.name = name
    self.summary = summary
    self.values = values
  }
}

/// A network or building block that can be built by its name.
public struct CatalogueEntry: Sendable {
  public let name: String
  /// The family it belongs to: `ResNet`, `Inception`; `Building block` for a block that stands alone.
  public let family: String
  public let year: Int
  /// Where it was published.
  public let paper: String
  /// What it is, in one line.
  public let summary: String
  public let presets: [Preset]
  /// What can be set, with the values of the entry without a preset.
  public let settings: [Setting]
  /// The shape of one image where none is given.
  public let input: Shape
  /// True for a building block that is run as a network of its own.
  public let isBlock: Bool
  /// What `build` builds, for a preset and settings that have been checked, and images and forms of its blocks.
  let module:
    @Sendable (_ preset: String?, Settings, _ input: Shape, _ forms: [NodePath: BlockForm]) throws(CatalogueError)
      -> any Module
  /// Where the entry, in a preset, is found in its other form.
  let counterpart: @Sendable (_ preset: String?) -> Counterpart
  /// The file that holds it; nil for a network of this program's own.
  public let file: (any NetworkFileContents)?

  init(
    _ name: String, family: String, year: Int, paper: String, summary: String, presets: [Preset] = [],
    settings: [Setting] = [], input: Shape, isBlock: Bool = false,
    counterpart: @escaping @Sendable (_ preset: String?) -> Counterpart,
    module: @escaping @Sendable (_ preset: String?, Settings) throws(CatalogueError) -> any Module
  ) {
    self.name = name
    self.family = family
    self.year = year
    self.paper = paper
    self.summary = summary
    self.presets = presets
    self.settings = settings
    self.input = input
    self.isBlock = isBlock
    self.counterpart = counterpart
    self.module = { preset, settings, _, _ throws(CatalogueError) in try module(preset, settings) }
    file = nil
  }

  /// A network that a file holds. It is named by the file's path.
  public init(file contents: any NetworkFileContents, at path: String) {
    name = path
    family = "File"
    year = 0
    paper = ""
    summary = contents.summary
    presets = []
    settings = []
    input = contents.input
    isBlock = false
    counterpart = { _ in
      contents.form.map { .unnamed($0.other) }
        ?? .none(reason: "it has no residual blocks or Inception modules of one form that could be turned")
    }
    module = { _, _, input, forms throws(CatalogueError) in try contents.module(input: input, forms: forms) }
    file = contents
  }

  /// The name, or of a file's path its last part.
  var shortName: String { name.split(separator: "/").last.map(String.init) ?? name }

  /// What can be set in one of the presets, with the values that the preset has.
  public func settings(in preset: String?) -> [Setting] {
    let values = presets.first { $0.name == preset }?.values ?? [:]
    return settings.map { setting in
      var setting = setting
      if let value = values[setting.key] { setting.defaultValue = value }
      return setting
    }
  }
}

/// Where an entry is found in its other form.
enum Counterpart: Sendable {
  /// Under a name of its own, which takes the same settings.
  case named(String, preset: String? = nil)
  /// Nowhere by name: the same entry is built with its root in this form.
  case unnamed(BlockForm)
  /// There is none, because …
  case none(reason: String)
}
