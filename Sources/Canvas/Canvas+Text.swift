extension Canvas {
  /// The characters of every row, without the blanks at its end. Each row ends with a newline.
  public var plainText: String {
    var text = ""
    for row in 0..<screen.rows {
      let characters = String(self.row(row).compactMap(\.character))
      let end = characters.lastIndex { $0 != " " }
      if let end { text += characters[...end] }
      text += "\n"
    }
    return text
  }

  /// The characters with their colours and attributes as SGR sequences (ECMA-48, 8.3.117). Each row begins and ends
  /// with plain attributes, and ends with a newline.
  ///
  /// Plain blanks at the end of a row are left out.
  public func ansi(depth: ColorDepth, theme: Theme = .neutral) -> String {
    var text = ""
    for row in 0..<screen.rows {
      var current = Attributes.plain
      let drawn = self.row(row).map {
        (character: $0.character, attributes: theme.attributes($0.style, depth: depth))
      }
      let end = drawn.lastIndex { $0.character != " " || $0.attributes.marksBlanks } ?? -1
      for cell in drawn.prefix(end + 1) {
        guard let character = cell.character else { continue }
        if cell.attributes != current {
          current = cell.attributes
          text += current.sgr
        }
        text.append(character)
      }
      if current != .plain { text += Attributes.plain.sgr }
      text += "\n"
    }
    return text
  }
}

extension Attributes {
  /// Whether a blank with these attributes looks different from a plain one.
  var marksBlanks: Bool { isReversed || isUnderlined }

  /// The sequence that sets these attributes, whatever was set before.
  var sgr: String {
    var parameters = ["0"]
    if isBold { parameters.append("1") }
    if isDim { parameters.append("2") }
    if isUnderlined { parameters.append("4") }
    if isReversed { parameters.append("7") }
    switch foreground {
    case nil: break
    case let index? where index < 8: parameters.append("3\(index)")
    case let index? where index < 16: parameters.append("9\(index - 8)")
    case let index?: parameters.append("38;5;\(index)")
    }
    return "\u{1B}[\(parameters.joined(separator: ";"))m"
  }
}
