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
  /// Blocks that are built in another form than the entry and its preset say; the root stands for the whole network.
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

  /// True if the network is named by the path of a file.
  public var isFile: Bool { Self.namesFile(entry) }

  private static func namesFile(_ text: some StringProtocol) -> Bool { text.lowercased().hasSuffix(".onnx") }

  /// Reads `NAME[:PRESET][#PATH]`, such as `resnet50:preact#layer3.0`, or `FILE.onnx[#PATH]`. Whether there is such a network is found out
  /// when it is built.
  public init(parsing text: String) throws(CatalogueError) {
    if Self.namesFile(text) {
      self.init(entry: text)
      return
    }
    let marks = text.indices.filter { text[$0] == "#" }
    if let mark = marks.last(where: { Self.namesFile(text[..<$0]) }), text[mark...] != "#" {
      let path = text[mark...].dropFirst()
      self.init(entry: String(text[..<mark]), path: NodePath(String(path)))
      return
    }
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let entry = names.first, !entry.isEmpty, !names.dropFirst().contains(""), !parts.dropFirst().contains("")
    else { throw .unreadable(text, expected: "NAME[:PRESET][#PATH], such as resnet50:preact#layer3.0") }
    self.init(
      entry: String(entry), preset: names.count > 1 ? String(names[1]) : nil,
      path: parts.count > 1 ? NodePath(String(parts[1])) : .root)
  }

  /// This spec with one more setting, read from `key=value`.
  public func setting(_ assignment: String) throws(CatalogueError) -> NetworkSpec {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw .unreadable(assignment, expected: "KEY=VALUE, such as width=64")
    }
    var result = self
    result.settings[String(parts[0])] = String(parts[1])
    return result
  }
}

extension NetworkSpec: CustomStringConvertible {
  /// `NAME[:PRESET][#PATH]`.
  public var description: String {
    entry + (preset.map { ":" + $0 } ?? "") + (path.isRoot ? "" : "#" + path.dotted)
  }
}
