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

extension SpecFields {
  /// The spec that was written, with its input left to the shape that it was written with.
  func spec(_ decoder: any Decoder) throws -> NetworkSpec {
    var forms: [NodePath: BlockForm] = [:]
    for (path, name) in self.forms {
      guard let form = BlockForm(rawValue: name) else {
        let names = BlockForm.allCases.map(\.rawValue).joined(separator: " or ")
        throw DecodingError.invalid(CodingKeys.forms, at: decoder, expected: "every form to be \(names)")
      }
      forms[NodePath(path)] = form
    }
    return NetworkSpec(entry: name, preset: preset, settings: settings, forms: forms, path: NodePath(path))
  }

  func inputShape(_ decoder: any Decoder) throws -> Shape {
    guard input.allSatisfy({ $0 >= 1 }) else {
      throw DecodingError.invalid(CodingKeys.input, at: decoder, expected: "lengths of at least 1")
    }
    switch input.count {
    case 1: return .vector(input[0])
    case 3: return .map(channels: input[0], height: input[1], width: input[2])
    default: throw DecodingError.invalid(CodingKeys.input, at: decoder, expected: "one length, or three")
    }
  }
}
