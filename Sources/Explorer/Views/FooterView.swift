import Canvas

/// The last line: the commands that apply here, to be read and to be clicked on; or what is being typed.
enum FooterView {
  struct Item {
    var command: Command
    var start: Int
    var label: String
    var hint: String
    var end: Int { start + label.count + 1 + hint.count }
  }

  /// The commands that fit into a width: those of a picture, then the others in the order of the table. The way back
  /// and the help are there before all others, then those of the picture, then what the program is for.
  static func items(_ state: State, width: Int) -> [Item] {
    guard let place = state.screens.last?.place else { return [] }
    let here = Commands.all.filter { $0.places.contains(place) }
    func item(_ command: Command, _ hint: String?) -> Item? {
      // Arrows are hard to tell from letters in ASCII: the footer names the letters.
      guard let hint, let key = command.keys.first(where: { !$0.isArrow }) else { return nil }
      return Item(command: command, start: 0, label: key.label, hint: hint)
    }
    let own = state.pictureHints.compactMap { name, hint in
      here.first { $0.name == name }.flatMap { item($0, hint) }
    }
    let ownNames = Set(own.map(\.command.name))
    let others = here.filter { !ownNames.contains($0.name) }.compactMap { item($0, state.footerHint(of: $0)) }
    let hinted = own + others
    let essential = others.filter(\.command.isEssential).reversed()
    let waysOut = essential.prefix(own.isEmpty ? essential.count : 2)
    var room = width
    let wanted =
      waysOut + own + essential.dropFirst(waysOut.count) + others.filter { !$0.command.isEssential }
    let fitting = wanted.prefix { item in
      room -= item.end + 2
      return room >= -2
    }
    let names = Set(fitting.map(\.command.name))
    var next = 0
    return hinted.filter { names.contains($0.command.name) }.map { item in
      defer { next += item.end + 2 }
      return Item(command: item.command, start: next, label: item.label, hint: item.hint)
    }
  }

  static func draw(_ state: State, hasMessageLine: Bool, on canvas: inout Canvas) {
    let width = canvas.size.columns
    if case .prompt(let prompt)? = state.overlay {
      draw(prompt, on: &canvas)
    } else if !hasMessageLine, let news = MessageLine.news(state) {
      canvas.put(news, row: 0, column: 0, width: width)
    } else {
      for item in items(state, width: width) {
        canvas.put(
          [Span(item.label, .key), Span(" " + item.hint, .dim)], row: 0, column: item.start,
          width: item.end - item.start)
      }
    }
  }

  private static func draw(_ prompt: Prompt, on canvas: inout Canvas) {
    let width = canvas.size.columns
    let textWidth = min(prompt.line.text.displayWidth, width / 2)
    let fits = prompt.label.displayWidth + textWidth < width
    let label = fits ? prompt.label : Glyphs.cut + prompt.label.suffix(width / 4)
    let start = canvas.put(label, row: 0, column: 0, style: Style(.key))
    let room = max(1, width - start - 1)
    let line = prompt.line.visible(in: room)
    canvas.put(line.text, row: 0, column: start, limit: room)
    canvas.placeCursor(row: 0, column: start + line.cursor)
  }
}

extension State {
  /// The word of a command in the footer: what the key would do now.
  func footerHint(of command: Command) -> String? {
    return switch command.name {
    case "next-step" where lesson == nil: nil
    case "lesson" where catalogue == nil: nil
    case "pane" where showsPicture, "sort" where showsPicture, "toggle" where showsPicture: nil
    case "time": network?.isPaused ?? comparison?.isPaused ?? false ? "resume" : command.hint
    case "fused": network?.conditions.fused == false ? "fused" : "unfused"
    case "back": screens.count > 1 || (showsPicture && !isAtLessonStep) ? "back" : "quit"
    case "form",
      "compare" where mark == nil:
      network.map { $0.network.blocks.contains { $0.form != nil } } ?? true ? command.hint : nil
    case "preset": network.map(\.hasPresets) ?? true ? command.hint : nil
    case "undo": network?.history.isEmpty ?? comparison?.history.isEmpty ?? true ? nil : command.hint
    case "pane": network?.focus == .detail ? "tree" : command.hint
    default: command.hint
    }
  }
}
