/// Something that can be set on a catalogue entry, with the value that it has otherwise.
public struct Setting: Hashable, Sendable {
  public let key: SettingKey
  public internal(set) var defaultValue: String
  /// One line for a form or a help text.
  public let summary: String
  /// The values it can have.
  public let values: SettingValues

  /// - Parameters:
  ///   - summary: what it means here; nil for what the key means everywhere.
  ///   - values: what is allowed here; nil for what the key allows everywhere.
  private init(_ key: SettingKey, text: String, _ summary: String?, _ values: SettingValues?) {
    self.key = key
    self.defaultValue = text
    self.summary = summary ?? key.summary
    self.values = values ?? key.values
  }

  init(_ key: SettingKey, _ value: Int, _ summary: String? = nil, values: SettingValues? = nil) {
    self.init(key, text: String(value), summary, values)
  }

  init(_ key: SettingKey, _ value: Bool) { self.init(key, text: String(value), nil, nil) }

  init(_ key: SettingKey, _ value: String) { self.init(key, text: value, nil, nil) }

  init(_ key: SettingKey, _ value: Hundredths, _ summary: String? = nil, values: SettingValues? = nil) {
    self.init(key, text: value.description, summary, values)
  }

  init(_ key: SettingKey, _ list: [Int], _ summary: String? = nil, values: SettingValues? = nil) {
    self.init(key, text: list.commaSeparated, summary, values)
  }
}

/// The checked values of all settings of an entry.
struct Settings {
  private let values: [SettingKey: String]

  /// - Throws: `unknownSetting` or `badSetting`, for the first such key in the order of the alphabet.
  init(_ given: [String: String], for entry: CatalogueEntry, preset: String?) throws(CatalogueError) {
    let settings = entry.settings(in: preset)
    var values = Dictionary(uniqueKeysWithValues: settings.map { ($0.key, $0.defaultValue) })
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let setting = settings.first(where: { $0.key.rawValue == name }) else {
        throw .unknownSetting(name, entry: entry.name, settings: settings.map(\.key.rawValue))
      }
      guard setting.values.allow(value) else {
        throw .badSetting(name, value: value, expected: setting.values.description)
      }
      values[setting.key] = value
    }
    self.values = values
  }

  func integer(_ key: SettingKey) -> Int { values[key].flatMap { Int($0) } ?? 0 }
  func integers(_ key: SettingKey) -> [Int] { values[key].flatMap { [Int](parsing: $0) } ?? [] }
  func hundredths(_ key: SettingKey) -> Hundredths { values[key].flatMap { Hundredths(parsing: $0) } ?? Hundredths(0) }
  func flag(_ key: SettingKey) -> Bool { values[key] == "true" }
  func choice<Choice: RawRepresentable<String>>(_ key: SettingKey) -> Choice? {
    values[key].flatMap { Choice(rawValue: $0) }
  }

  /// Refuses a value that does not go with the others.
  func require(_ condition: Bool, _ key: SettingKey, _ expected: String) throws(CatalogueError) {
    guard !condition else { return }
    throw .badSetting(key.rawValue, value: values[key] ?? "", expected: expected)
  }
}
