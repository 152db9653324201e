extension Character {
  /// The columns that a terminal gives to this character: 0, 1 or 2.
  ///
  /// Combining marks and invisible format characters take none, East Asian wide ones and emoji two. A control
  /// character takes one, because `printable` stands for it.
  public var displayWidth: Int {
    if isASCII { return 1 }
    return unicodeScalars.lazy.map(\.displayWidth).first { $0 > 0 } ?? 0
  }

  /// What is drawn for this character, so that no text can move the terminal's cursor: `?` for a control character,
  /// the first spacing scalar with its marks for a cluster of several.
  var printable: Character {
    if unicodeScalars.first!.properties.generalCategory == .control { return "?" }
    guard unicodeScalars.dropFirst().contains(where: { $0.displayWidth > 0 }) else { return self }
    return Character(unicodeScalars.first { $0.displayWidth > 0 }!)
  }
}

extension Unicode.Scalar {
  /// The columns that a terminal gives to this scalar by itself, as `wcwidth` counts them.
  var displayWidth: Int {
    if value < 0x300 { return 1 }
    if Self.hangulMedialsAndFinals.contains(where: { $0.contains(value) }) { return 0 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if Self.regionalIndicators.contains(value) { return 1 }
    return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
  }

  /// They join the initial consonant before them.
  private static let hangulMedialsAndFinals: [ClosedRange<UInt32>] = [0x1160...0x11FF, 0xD7B0...0xD7FF]
  private static let regionalIndicators: ClosedRange<UInt32> = 0x1F1E6...0x1F1FF

  /// The blocks of East Asian wide characters (Unicode Standard Annex 11: W and F).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F,  // Hangul initial consonants
    0x2329...0x232A,  // angle brackets
    0x2E80...0x303E,  // radicals, CJK punctuation
    0x3041...0xA4CF,  // kana, Bopomofo, unified ideographs, hexagrams, Yi
    0xA960...0xA97F,  // Hangul extended A
    0xAC00...0xD7A3,  // Hangul syllables
    0xF900...0xFAFF,  // compatibility ideographs
    0xFE10...0xFE19,  // vertical forms
    0xFE30...0xFE6F,  // compatibility and small forms
    0xFF01...0xFF60,  // full-width forms
    0xFFE0...0xFFE6,  // full-width signs
    0x16FE0...0x18DFF,  // Tangut, Khitan
    0x1AFF0...0x1B2FF,  // kana supplements, Nushu
    0x1F200...0x1F265,  // enclosed ideographs
    0x20000...0x3FFFD,  // further extensions
  ]
}

extension StringProtocol {
  /// The columns that a terminal gives to this text.
  public var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension String {
  /// This text, or as much of it as fits into `columns` with an `…` behind it.
  public func truncated(to columns: Int) -> String {
    guard columns > 0 else { return "" }
    if utf8.count <= columns || displayWidth <= columns { return self }
    var kept = ""
    var used = 0
    for character in self {
      used += character.displayWidth
      if used > columns - 1 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// This text cut or filled with blanks on its right to exactly `columns`.
  public func padded(to columns: Int) -> String {
    let fitting = truncated(to: columns)
    return fitting + String(repeating: " ", count: max(columns - fitting.displayWidth, 0))
  }

  /// This text cut or filled with blanks on its left to exactly `columns`.
  public func rightAligned(in columns: Int) -> String {
    let fitting = truncated(to: columns)
    return String(repeating: " ", count: max(columns - fitting.displayWidth, 0)) + fitting
  }

  /// This text in lines of at most `columns`, broken at blanks; a longer word is cut.
  public func wrapped(to columns: Int) -> [String] {
    var lines: [String] = []
    for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        if !line.isEmpty, line.displayWidth + 1 + word.displayWidth > columns {
          lines.append(line)
          line = ""
        }
        line += line.isEmpty ? String(word).truncated(to: columns) : " \(word)"
      }
      lines.append(line)
    }
    return lines
  }
}
