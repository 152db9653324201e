/// What a colour stands for; several roles share one.
enum Hue: Hashable, Sendable {
  case accent, bar, good, bad, changed, warning
  case heat(Int)

  /// Nil for a role that keeps the terminal's own foreground.
  init?(of role: Role) {
    switch role {
    case .kind, .key: self = .accent
    case .bar: self = .bar
    case .better, .added: self = .good
    case .worse, .removed, .error: self = .bad
    case .changed, .marked, .match: self = .changed
    case .warning: self = .warning
    case .heat(let share): self = .heat(min(max(share, 0), 7))
    case .text, .dim, .title, .header, .name, .number, .status: return nil
    }
  }
}

/// The colours of a theme, as indices into the palettes of terminals with 8, with 16 and with 256.
struct ThemeColors: Sendable {
  /// Accent, bar, good, bad, changed, warning.
  typealias Colors = (accent: UInt8, bar: UInt8, good: UInt8, bad: UInt8, changed: UInt8, warning: UInt8)

  private let few: Colors
  /// Those of `few` and their bright forms.
  private let bright: Colors
  private let many: Colors
  /// From a cool colour to a warm one; nil is the foreground.
  private let fewHeats: [UInt8?]
  private let brightHeats: [UInt8?]
  private let manyHeats: [UInt8]

  func eight(_ hue: Hue) -> UInt8? {
    if case .heat(let share) = hue { return fewHeats[share] }
    return Self.color(hue, in: few)
  }

  func sixteen(_ hue: Hue) -> UInt8? {
    if case .heat(let share) = hue { return brightHeats[share] }
    return Self.color(hue, in: bright)
  }

  func indexed256(_ hue: Hue) -> UInt8? {
    if case .heat(let share) = hue { return manyHeats[share] }
    return Self.color(hue, in: many)
  }

  private static func color(_ hue: Hue, in colors: Colors) -> UInt8? {
    switch hue {
    case .accent: colors.accent
    case .bar: colors.bar
    case .good: colors.good
    case .bad: colors.bad
    case .changed: colors.changed
    case .warning: colors.warning
    case .heat: nil
    }
  }

  static let neutral = ThemeColors(
    // Of eight colours neither yellow on white nor blue on black can be read.
    few: (accent: 6, bar: 6, good: 2, bad: 1, changed: 5, warning: 1),
    // Of the bright ones only blue can be read on white.
    bright: (accent: 6, bar: 12, good: 2, bad: 1, changed: 5, warning: 1),
    many: (accent: 30, bar: 32, good: 28, bad: 160, changed: 133, warning: 130),
    fewHeats: [nil, nil, 6, 6, 5, 5, 1, 1], brightHeats: [nil, 12, 12, 6, 6, 5, 1, 1],
    manyHeats: [67, 31, 30, 29, 94, 130, 166, 160])
  static let dark = ThemeColors(
    few: (accent: 6, bar: 6, good: 2, bad: 1, changed: 5, warning: 3),
    bright: (accent: 14, bar: 12, good: 10, bad: 9, changed: 13, warning: 11),
    many: (accent: 80, bar: 75, good: 114, bad: 210, changed: 176, warning: 215),
    fewHeats: [nil, nil, 6, 6, 3, 3, 1, 1], brightHeats: [12, 6, 14, 2, 10, 3, 11, 9],
    manyHeats: [110, 74, 80, 79, 186, 215, 209, 203])
  static let light = ThemeColors(
    few: (accent: 4, bar: 4, good: 2, bad: 1, changed: 5, warning: 1),
    bright: (accent: 4, bar: 12, good: 2, bad: 1, changed: 5, warning: 1),
    many: (accent: 24, bar: 25, good: 22, bad: 124, changed: 90, warning: 94),
    fewHeats: [nil, nil, 4, 4, 5, 5, 1, 1], brightHeats: [nil, 12, 12, 4, 4, 5, 5, 1],
    manyHeats: [60, 25, 24, 23, 58, 94, 130, 124])
  static let colorBlind = ThemeColors(
    few: (accent: 6, bar: 4, good: 4, bad: 3, changed: 5, warning: 3),
    bright: (accent: 6, bar: 12, good: 12, bad: 3, changed: 5, warning: 3),
    many: (accent: 30, bar: 32, good: 32, bad: 166, changed: 133, warning: 130),
    fewHeats: [nil, nil, 4, 4, 6, 6, 3, 3], brightHeats: [4, 12, 12, 6, 6, nil, 3, 3],
    manyHeats: [25, 32, 67, 66, 102, 101, 136, 166])
}

extension Theme {
  /// Nil for the theme without colours.
  var colors: ThemeColors? {
    switch self {
    case .neutral: .neutral
    case .dark: .dark
    case .light: .light
    case .colorBlind: .colorBlind
    case .monochrome: nil
    }
  }
}
