import NetworkGraph

/// Everything that says which network is meant: what to build, in which size and form. Two equal specs build equal
/// networks; an edit in the explorer is a new spec, and undoing it is the old one.
public struct NetworkSpec: Hashable, Sendable {
  /// The catalogue entry: `resnet50`, `bottleneck`.
  public var entry: String
  /// One of the entry's presets: `v1`, `preact`; nil for the entry as it is named.
  public var preset: String?
  /// The shape of one image; nil for the entry's own.
  public var input: Shape?
  /// Parameters of the entry, by key, where they differ from their defaults.
  public var settings: [String: String]
  /// Blocks that are built in another form than the entry and its preset say.
  public var forms: [NodePath: BlockForm]
  /// The block that is meant; the root for the whole network.
  public var path: NodePath

  public init(
    entry: String, preset: String? = nil, input: Shape? = nil, settings: [String: String] = [:],
    forms: [NodePath: BlockForm] = [:], path: NodePath = .root
  ) {
    self.entry = entry
    self.preset = preset
    self.input = input
    self.settings = settings
    self.forms = forms
    self.path = path
  }
}
