/// How many colours a terminal has for text, of which the background is always its own.
public enum ColorDepth: Hashable, Sendable, CaseIterable {
  case monochrome
  /// The eight colours of every palette.
  case eight
  /// These eight and their bright forms.
  case sixteen
  /// The indexed colours of xterm.
  case indexed256

  /// - Parameter colors: the number that the terminal says it has.
  public init(colors: Int) {
    self = colors >= 256 ? .indexed256 : colors >= 16 ? .sixteen : colors >= 8 ? .eight : .monochrome
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
}

/// The look of every role at every depth of colour. Colour is never the only sign: whatever a role means stands in the
/// text as well.
public enum Theme: String, Hashable, Sendable, CaseIterable {
  /// Colours of medium lightness, which can be read on light and on dark backgrounds.
  case neutral
  /// Light colours, for a dark background.
  case dark
  /// Dark colours, for a light background.
  case light
  /// Blue for the better and orange for the worse, from blue to yellow for shares: what people with any of the common
  /// colour deficiencies tell apart (Okabe and Ito 2008).
  case colorBlind = "colour-blind"
  /// Bold, dim, underlined and reversed only.
  case monochrome

  /// The theme for the background that the terminal tells in `COLORFGBG`, as rxvt, Konsole and others do; nil where it
  /// tells none.
  ///
  /// - Parameter colors: such as `15;0` or `0;default;15`: foreground, perhaps something else, background.
  public init?(forColors colors: String?) {
    switch colors?.split(separator: ";").last.flatMap({ Int($0) }) {
    case let background? where (0...6).contains(background) || background == 8: self = .dark
    case let background? where (7...15).contains(background): self = .light
    default: return nil
    }
  }

  /// A selected cell is drawn in reverse and gives up its colour, which could be unreadable as a background.
  public func attributes(_ style: Style, depth: ColorDepth) -> Attributes {
    var attributes = Theme.base(of: style.role)
    if let hue = Hue(of: style.role) {
      switch depth {
      case .monochrome: break
      case .eight: attributes.foreground = colors?.eight(hue)
      case .sixteen: attributes.foreground = colors?.sixteen(hue)
      case .indexed256: attributes.foreground = colors?.indexed256(hue)
      }
    }
    if style.isFilled, attributes.foreground != nil { attributes.isReversed = true }
    if style.isSelected {
      attributes.foreground = nil
      attributes.isDim = false
      attributes.isReversed.toggle()
    }
    return attributes
  }

  /// What is drawn at every depth, with whatever colour joins it.
  private static func base(of role: Role) -> Attributes {
    switch role {
    case .title, .key, .better, .worse, .changed, .marked, .warning, .error: .bold
    case .dim: .dim
    case .header, .match: .underlined
    case .heat(let share): share >= 6 ? .bold : .plain
    case .text, .name, .kind, .number, .bar, .added, .removed, .status: .plain
    }
  }
}
