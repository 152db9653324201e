import Canvas

extension InputEvent {
  private static let mouseActions: [(name: String, action: MouseAction)] = [
    ("Click", .click), ("DoubleClick", .doubleClick), ("WheelUp", .wheelUp), ("WheelDown", .wheelDown),
  ]

  /// Every word that names a key or a mouse action, for a person who has written another.
  static var scriptWords: String {
    let keys = Key.scriptNames.map(\.name) + ["F1 to F12", "C- and a letter"]
    return (keys + mouseActions.map { "\($0.name)@COLUMN,ROW" }).joined(separator: ", ")
  }

  /// The key or mouse action that a word of a script names; nil for text.
  init?(scriptWord word: String) {
    if let key = Key(scriptWord: word) {
      self = .key(key)
      return
    }
    let parts = word.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let action = Self.mouseActions.first(where: { $0.name == parts[0] })?.action else {
      return nil
    }
    let place = parts[1].split(separator: ",").compactMap { Int($0) }
    guard place.count == 2 else { return nil }
    self = .mouse(action, column: place[0], row: place[1])
  }
}

extension Key {
  fileprivate static let scriptNames: [(name: String, key: Key)] = [
    ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("PgUp", .pageUp), ("PgDn", .pageDown),
    ("Home", .home), ("End", .end), ("Enter", .enter), ("Esc", .escape), ("Escape", .escape), ("Tab", .tab),
    ("BTab", .backTab), ("Space", .character(" ")), ("BSpace", .backspace), ("Delete", .delete),
  ]

  /// The key of that name, as tmux names them; nil for text.
  fileprivate init?(scriptWord word: String) {
    if let key = Self.scriptNames.first(where: { $0.name == word })?.key {
      self = key
    } else if word.hasPrefix("C-"), word.count == 3, let letter = word.last {
      self = .control(letter)
    } else if word.hasPrefix("F"), let number = Int(word.dropFirst()), (1...12).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }
}
