/// Which characters a terminal or a file can show.
public enum GlyphSet: Hashable, Sendable {
  /// Everything.
  case unicode
  /// The printable characters of ASCII alone.
  case ascii
}

extension Canvas {
  /// This canvas in a set of glyphs. Every cell keeps its place, so a view draws without asking which set it is.
  public func drawn(with glyphs: GlyphSet) -> Canvas {
    switch glyphs {
    case .unicode: self
    case .ascii: mapCells { Cell($0.character.map(\.asciiStandIn) ?? " ", style: $0.style) }
    }
  }
}

extension Character {
  /// The character of ASCII that says most nearly the same, one column wide.
  public var asciiStandIn: Character {
    if isASCII { return unicodeScalars.count == 1 ? self : "?" }
    guard let scalar = unicodeScalars.first else { return "?" }
    if let standIn = Self.standIns[scalar] { return standIn }
    switch scalar.value {
    case 0x2500...0x257F: return "+"  // corners and crossings of lines
    case 0x2800...0x28FF: return Self.dots[(scalar.value & 0xFF).nonzeroBitCount]
    default: return "?"
    }
  }

  /// Braille cells by their number of dots.
  private static let dots: [Character] = [" ", ".", ".", ":", ":", ":", "#", "#", "#"]

  private static let standIns: [Unicode.Scalar: Character] = {
    let table: [(String, Character)] = [
      ("─━═╌╍┄┅┈┉╴╶╸╺", "-"), ("│┃║╎╏┆┇┋╵╷╹╻", "|"), ("┊", ":"), ("╱", "/"), ("╲", "\\"), ("╳", "x"),
      // Bars that grow to the right, and the filled cell.
      ("▏▎", "."), ("▍▌▋", ":"), ("▊▉█", "#"),
      // Columns of a sparkline.
      ("▁", "_"), ("▂", "."), ("▃", "-"), ("▄", "="), ("▅", "+"), ("▆", "*"), ("▇", "%"),
      ("░", "."), ("▒", ":"), ("▓", "%"), ("▀", "\""), ("▐", ":"),
      ("▸▶▷▹", ">"), ("▾▼▽▿", "v"), ("◂◀◁", "<"), ("▴▲△", "^"),
      ("→⟶⇒↦↪", ">"), ("←⟵⇐↩", "<"), ("↑⇑", "^"), ("↓⇓", "v"), ("⇅", "^"), ("↔⇔", "="), ("↕", "|"), ("⏎", "<"),
      ("×✕✗✘", "x"), ("⊕", "+"), ("⧺", "&"), ("⊗", "x"), ("−–—‐‑", "-"), ("÷", "/"), ("≈…∼±", "~"), ("≤", "<"),
      ("≥", ">"),
      ("≠", "!"),
      ("·∙", "."), ("•●◆■★✓✔", "*"), ("○◇□☆", "o"), ("∞", "8"), ("√", "v"), ("Σ∑§", "S"), ("Δ∆", "d"), ("σ", "s"),
      ("µμ", "u"), ("°⁰₀", "0"), ("¹₁", "1"), ("²₂", "2"), ("³₃", "3"), ("½", "."),
      ("‘’", "'"), ("“”", "\""), ("«", "<"), ("»", ">"), ("\u{A0}\u{2009}\u{202F}\u{2007}\u{3000}", " "),
    ]
    return Dictionary(
      table.flatMap { glyphs, standIn in glyphs.unicodeScalars.map { ($0, standIn) } }, uniquingKeysWith: { $1 })
  }()
}
