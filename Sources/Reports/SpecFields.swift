import Architectures
import NetworkGraph

/// The keys that say which network a report is about, enough to build it again.
struct SpecFields: Codable {
  let name: String
  let preset: String?
  let path: String
  let settings: [String: String]
  let forms: [String: String]
  let input: [Int]

  /// - Parameter input: the shape of one image that the whole network takes.
  init(_ spec: NetworkSpec, input: Shape) {
    name = spec.entry
    preset = spec.preset
    path = spec.path.dotted
    settings = spec.settings
    forms = Dictionary(uniqueKeysWithValues: spec.forms.map { ($0.key.dotted, $0.value.rawValue) })
    self.input = input.dimensions
  }

  private enum CodingKeys: CodingKey { case name, preset, path, settings, forms, input }

  /// Writes the absent preset too, as null.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(preset, forKey: .preset)
    try container.encode(path, forKey: .path)
    try container.encode(settings, forKey: .settings)
    try container.encode(forms, forKey: .forms)
    try container.encode(input, forKey: .input)
  }
}
