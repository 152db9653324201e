import Architectures
import NetworkGraph

/// Builds what `NAME[:PRESET][#PATH]` names.
func build(
  _ name: String, input: String? = nil, settings: [String] = [], forms: [NodePath: BlockForm] = [:]
) throws(CatalogueError) -> Network {
  try Catalogue.build(try spec(name, input: input, settings: settings, forms: forms))
}

func spec(
  _ name: String, input: String? = nil, settings: [String] = [], forms: [NodePath: BlockForm] = [:]
) throws(CatalogueError) -> NetworkSpec {
  var spec = try NetworkSpec(parsing: name)
  if let input { spec.input = try Shape(parsing: input, for: try Catalogue.entry(named: spec.entry)) }
  for setting in settings { spec = try spec.setting(setting) }
  spec.forms = forms
  return spec
}

/// Every entry in every preset, by its printed name.
let everySpec: [NetworkSpec] = Catalogue.entries.flatMap { entry in
  [NetworkSpec(entry: entry.name)] + entry.presets.map { NetworkSpec(entry: entry.name, preset: $0.name) }
}
