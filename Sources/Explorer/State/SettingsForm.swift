import Architectures
import Canvas

/// A small form for what can be set on an entry.
struct SettingsForm: Hashable, Sendable {
  struct Field: Hashable, Sendable {
    var setting: Setting
    var line: LineEditor
  }

  var fields: [Field]
  var selected = 0
  /// Why the values cannot be taken over.
  var error: String?

  /// The form of an entry, with the values of a spec.
  init(_ entry: CatalogueEntry, spec: NetworkSpec) {
    fields = entry.settings(in: spec.preset).map { setting in
      let value = spec.settings[setting.key.rawValue] ?? setting.defaultValue
      return Field(setting: setting, line: LineEditor(value, isProposal: true))
    }
  }

  /// The spec with the values of the form; those that are the default are left out.
  func apply(to spec: NetworkSpec) -> NetworkSpec {
    var result = spec
    for field in fields {
      let value = field.line.text
      result.settings[field.setting.key.rawValue] = value == field.setting.defaultValue ? nil : value
    }
    return result
  }

  /// Takes in a key that edits the form or moves in it; false if it means something else.
  mutating func take(_ key: Key) -> Bool {
    switch key {
    case .up, .backTab: selected = max(0, selected - 1)
    case .down, .tab: selected = min(fields.count - 1, selected + 1)
    case .character(" ") where isChoice: cycle()
    default:
      guard fields.indices.contains(selected) else { return false }
      error = nil
      return fields[selected].line.take(key)
    }
    return true
  }

  private var choices: [String] {
    switch fields[selected].setting.values {
    case .flag: ["false", "true"]
    case .choice(let choices): choices
    case .integer, .hundredths, .integers: []
    }
  }

  private var isChoice: Bool { fields.indices.contains(selected) && !choices.isEmpty }

  private mutating func cycle() {
    let place = choices.firstIndex(of: fields[selected].line.text) ?? -1
    fields[selected].line = LineEditor(choices[(place + 1) % choices.count])
  }
}
