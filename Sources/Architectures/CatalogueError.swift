import NetworkGraph

/// Why there is no such network. Every case says what there is instead.
public enum CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownName(String, nearest: [String])
  case unknownPreset(String, entry: String, presets: [String])
  case unknownPath(NodePath, network: String, nearest: [String])
  case unknownSetting(String, entry: String, settings: [String])
  case badSetting(String, value: String, expected: String)
  /// A text that does not follow its grammar.
  case unreadable(String, expected: String)
  /// The network has one form only, and why.
  case noOtherForm(String, reason: String)
  case network(NetworkError)
  /// A file that does not hold what it should, in words.
  case badFile(String)

  public var description: String {
    switch self {
    case .unknownName(let name, let nearest):
      "no network is called '\(name)'" + Self.suggestion(nearest)
        + (name.contains("/") ? "; a file of a network has a name that ends in .onnx" : "")
    case .unknownPreset(let preset, let entry, let presets):
      presets.isEmpty
        ? "\(entry) has no presets, so none is called '\(preset)'"
        : "\(entry) has no preset '\(preset)'; it has \(presets.joined(separator: ", "))"
    case .unknownPath(let path, let network, let nearest):
      "\(network) has no block '\(path)'" + Self.suggestion(nearest)
    case .unknownSetting(let key, let entry, let settings):
      settings.isEmpty
        ? "\(entry) has nothing to set, so no '\(key)'"
        : "\(entry) has no setting '\(key)'; it has \(settings.joined(separator: ", "))"
    case .badSetting(let key, let value, let expected): "\(key) cannot be '\(value)': expected \(expected)"
    case .unreadable(let text, let expected): "cannot read '\(text)': expected \(expected)"
    case .noOtherForm(let name, let reason): "\(name) has no other form: \(reason)"
    case .network(let error): error.description
    case .badFile(let message): message
    }
  }

  private static func suggestion(_ names: [String]) -> String {
    names.isEmpty ? "" : "; did you mean \(names.joined(separator: ", "))?"
  }
}
