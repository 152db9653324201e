import Canvas

extension InputEvent {
  /// The key or mouse action that a word of a script names; nil for text.
  init?(scriptWord word: String) {
    if let key = Key(scriptWord: word) {
      self = .key(key)
      return
    }
    let parts = word.split(separator: "@", omittingEmptySubsequences: false)
    let actions: [Substring: MouseAction] = [
      "Click": .click, "DoubleClick": .doubleClick, "WheelUp": .wheelUp, "WheelDown": .wheelDown,
    ]
    guard parts.count == 2, let action = actions[parts[0]] else { return nil }
    let place = parts[1].split(separator: ",").compactMap { Int($0) }
    guard place.count == 2 else { return nil }
    self = .mouse(action, column: place[0], row: place[1])
  }
}

extension Key {
  /// The key of that name, as tmux names them; nil for text.
  fileprivate init?(scriptWord word: String) {
    let names: [String: Key] = [
      "Up": .up, "Down": .down, "Left": .left, "Right": .right, "PgUp": .pageUp, "PgDn": .pageDown, "Home": .home,
      "End": .end, "Enter": .enter, "Esc": .escape, "Tab": .tab, "BTab": .backTab, "Space": .character(" "),
      "BSpace": .backspace, "Delete": .delete,
    ]
    if let key = names[word] {
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
