/// The name of something that can be set on a block or a family.
public enum SettingKey: String, Hashable, Sendable, CaseIterable {
  case out, width, stride, kernel, padding, groups, bias
  case projection
  case projectionBias = "projection_bias"
  case b1, b2, b3, b4, r2, r3
  case growth, expansion

  /// One line for a form or a help text.
  public var summary: String {
    switch self {
    case .out: "output channels"
    case .width: "channels of the inner convolutions; the block gives four times as many"
    case .stride: "step of the convolution that makes the map smaller"
    case .kernel: "height and width of the kernel"
    case .padding: "zeros added on each side"
    case .groups: "groups that input and output channels are cut into"
    case .bias: "whether the convolution adds a bias"
    case .projection: "what the shortcut's projection takes in the pre-activation form"
    case .projectionBias: "whether the shortcut's projection adds a bias"
    case .b1: "output channels of branch 1 (1×1)"
    case .b2: "output channels of branch 2 (3×3)"
    case .b3: "output channels of branch 3 (5×5)"
    case .b4: "output channels of branch 4 (pooling)"
    case .r2: "channels that branch 2 is reduced to before its 3×3"
    case .r3: "channels that branch 3 is reduced to before its 5×5"
    case .growth: "channels that the layer adds (k)"
    case .expansion: "how many times wider the map is inside the block"
    }
  }

  /// The values it can have.
  public var values: SettingValues {
    switch self {
    case .bias, .projectionBias: .flag
    case .projection: .choice(ProjectionInput.allCases.map(\.rawValue))
    case .padding: .integer(0...1024)
    case .stride, .kernel: .integer(1...1024)
    default: .integer(1...1_048_576)
    }
  }
}

/// The values that a setting can have.
public enum SettingValues: Hashable, Sendable, CustomStringConvertible {
  case integer(ClosedRange<Int>)
  case flag
  case choice([String])

  public var description: String {
    switch self {
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .choice(let choices): choices.joined(separator: " or ")
    }
  }

  func allow(_ text: String) -> Bool {
    switch self {
    case .integer(let range): Int(text).map(range.contains) ?? false
    case .flag: Bool(text) != nil
    case .choice(let choices): choices.contains(text)
    }
  }
}

/// Something that can be set on a catalogue entry, with the value that it has otherwise.
public struct Setting: Hashable, Sendable {
  public let key: SettingKey
  public let defaultValue: String

  init(_ key: SettingKey, _ value: Int) {
    self.key = key
    defaultValue = String(value)
  }

  init(_ key: SettingKey, _ value: Bool) {
    self.key = key
    defaultValue = String(value)
  }

  init(_ key: SettingKey, _ value: String) {
    self.key = key
    defaultValue = value
  }
}

/// The checked values of all settings of an entry.
struct Settings {
  private let values: [SettingKey: String]

  /// - Throws: `unknownSetting` or `badSetting`, for the first such key in the order of the alphabet.
  init(_ given: [String: String], for entry: CatalogueEntry) throws(CatalogueError) {
    var values: [SettingKey: String] = [:]
    for setting in entry.settings { values[setting.key] = setting.defaultValue }
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let key = SettingKey(rawValue: name), values[key] != nil else {
        throw .unknownSetting(name, entry: entry.name, settings: entry.settings.map(\.key.rawValue))
      }
      guard key.values.allow(value) else { throw .badSetting(name, value: value, expected: key.values) }
      values[key] = value
    }
    self.values = values
  }

  func integer(_ key: SettingKey) -> Int { values[key].flatMap { Int($0) } ?? 0 }
  func flag(_ key: SettingKey) -> Bool { values[key] == "true" }
  func choice<Choice: RawRepresentable<String>>(_ key: SettingKey) -> Choice? {
    values[key].flatMap { Choice(rawValue: $0) }
  }
}
