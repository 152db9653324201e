/// How many colours a terminal has for text, of which the background is always its own.
public enum ColorDepth: Hashable, Sendable, CaseIterable {
  case monochrome
  /// The eight colours of every palette. Terminals with sixteen use the same: how bright the other eight are, and
  /// whether they can be read on the background, differs too much between palettes.
  case eight
  /// The indexed colours of xterm.
  case indexed256

  /// - Parameter colors: the number that the terminal says it has.
  public init(colors: Int) {
    self = colors >= 256 ? .indexed256 : colors >= 8 ? .eight : .monochrome
  }
}

/// What a terminal is told about a cell. The background is the terminal's own, and so is the foreground unless one is
/// given.
public struct Attributes: Hashable, Sendable {
  /// An index into the terminal's palette; nil is its own foreground.
  public var foreground: UInt8?
  public var isBold = false
  public var isDim = false
  public var isUnderlined = false
  public var isReversed = false

  public static let plain = Attributes()
  static let bold = Attributes(isBold: true)
  static let dim = Attributes(isDim: true)
  static let underlined = Attributes(isUnderlined: true)

  func colored(_ index: UInt8) -> Attributes {
    var colored = self
    colored.foreground = index
    return colored
  }
}

/// The look of every role at every depth of colour.
///
/// The 256 colours are of medium lightness, so that they can be read on light and on dark backgrounds. Colour is never
/// the only sign: whatever a role means stands in the text as well.
public enum Theme {
  /// A selected cell is drawn in reverse and gives up its colour, which could be unreadable as a background.
  public static func attributes(_ style: Style, depth: ColorDepth) -> Attributes {
    let look = look(of: style.role)
    var attributes =
      switch depth {
      case .monochrome: look.base
      case .eight: look.eight.map(look.base.colored) ?? look.base
      case .indexed256: look.indexed256.map(look.base.colored) ?? look.base
      }
    if style.isFilled, attributes.foreground != nil { attributes.isReversed = true }
    if style.isSelected {
      attributes.foreground = nil
      attributes.isDim = false
      attributes.isReversed.toggle()
    }
    return attributes
  }

  /// Attributes that are drawn at every depth, and the colours that join them.
  private typealias Look = (base: Attributes, eight: UInt8?, indexed256: UInt8?)

  private static func look(of role: Role) -> Look {
    switch role {
    case .text: (.plain, nil, nil)
    case .dim: (.dim, nil, nil)
    case .title: (.bold, nil, nil)
    case .header: (.underlined, nil, nil)
    case .name: (.plain, nil, nil)
    case .kind: (.plain, 6, 30)
    case .number: (.plain, nil, nil)
    case .bar: (.plain, 4, 32)
    case .key: (.bold, 6, 30)
    case .better: (.bold, 2, 28)
    case .worse: (.bold, 1, 160)
    case .changed: (.bold, 5, 133)
    case .added: (.plain, 2, 28)
    case .removed: (.plain, 1, 160)
    case .marked: (.bold, 5, 133)
    case .match: (.underlined, 5, 133)
    case .warning: (.bold, 3, 130)
    case .error: (.bold, 1, 160)
    case .status: (.plain, nil, nil)
    case .heat(let share): heat[min(max(share, 0), heat.count - 1)]
    }
  }

  /// From a cool colour to a warm one.
  private static let heat: [Look] = [
    (.plain, nil, 67), (.plain, nil, 31), (.plain, 6, 30), (.plain, 6, 29),
    (.plain, 3, 94), (.plain, 3, 130), (.bold, 1, 166), (.bold, 1, 160),
  ]
}
