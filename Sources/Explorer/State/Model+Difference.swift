import Architectures
import Measurement
import NetworkGraph

extension Model {
  /// What tells this network from an earlier one, in words: `layer1.0: pre-activation → post-activation`, `groups 32 → 1`.
  func differences(from old: Model) -> [String] {
    if spec.description != old.spec.description { return ["\(old.spec.shortened) → \(spec.shortened)"] }
    var parts: [String] = []
    if spec.input != old.spec.input { parts.append("input \(old.network.inputShapes) → \(network.inputShapes)") }
    let keys = Set(spec.settings.keys).union(old.spec.settings.keys)
    for key in keys.sorted() where spec.settings[key] != old.spec.settings[key] {
      parts.append("\(key) \(old.setting(key)) → \(setting(key))")
    }
    let turned = Set(spec.forms.keys).union(old.spec.forms.keys).filter { spec.forms[$0] != old.spec.forms[$0] }
    if turned.count == 1, let path = turned.first, let form = network.block(at: path)?.form {
      parts.append((path.isRoot ? "" : "\(path): ") + form.other.change)
    } else if !turned.isEmpty {
      parts.append("\(Figures.amount(turned.count, "block")) turned")
    }
    return parts
  }

  /// The value of a setting; its entry's own where it has not been set.
  private func setting(_ key: String) -> String {
    let entry = try? Catalogue.entry(named: spec.entry)
    let setting = entry?.settings(in: spec.preset).first { $0.key.rawValue == key }
    return spec.settings[key] ?? setting?.defaultValue ?? ""
  }
}

extension Conditions {
  /// What tells these conditions from earlier ones, in words: `batch 4 → 1`.
  func differences(from old: Conditions) -> [String] {
    (batch == old.batch ? [] : ["batch \(old.batch) → \(batch)"])
      + (threads == old.threads ? [] : ["threads \(old.threads) → \(threads)"])
      + (fused == old.fused ? [] : [fused ? "layer by layer → fused" : "fused → layer by layer"])
  }
}
