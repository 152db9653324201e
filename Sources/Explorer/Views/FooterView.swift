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

  /// The commands that fit into a width, in the order of the table: the essential ones before all others, and of those
  /// the last, the way back, before the rest.
  static func items(_ state: State, width: Int) -> [Item] {
    guard let place = state.screens.last?.place else { return [] }
    let hinted = Commands.all.filter { $0.places.contains(place) }.compactMap { command -> Item? in
      guard let hint = state.footerHint(of: command), let key = command.keys.first else { return nil }
      return Item(command: command, start: 0, label: key.label, hint: hint)
    }
    let essential = hinted.filter(\.command.isEssential)
    var room = width
    let fitting = (essential.reversed() + hinted.filter { !$0.command.isEssential }).prefix { item in
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
    let label = prompt.label.displayWidth < width / 2 ? prompt.label : ":"
    let start = canvas.put(label, row: 0, column: 0, style: Style(.key))
    let room = max(1, width - start - 1)
    let skipped = max(0, prompt.line.cursor - room)
    canvas.put(String(prompt.line.text.dropFirst(skipped)), row: 0, column: start, limit: room)
    let typed = String(prompt.line.text.prefix(prompt.line.cursor).dropFirst(skipped))
    canvas.placeCursor(row: 0, column: start + typed.displayWidth)
  }
}

extension State {
  /// The word of a command in the footer: what the key would do now.
  func footerHint(of command: Command) -> String? {
    let showsDiagram = network?.picture == .diagram || comparison?.picture == .diagrams
    return switch command.name {
    case "next-step" where lesson == nil: nil
    case "lesson" where catalogue == nil: nil
    case "diagram": showsDiagram ? "table" : command.hint
    case "times" where comparison?.picture == .times: "table"
    case "pane" where showsDiagram, "sort" where showsDiagram: nil
    case "time": network?.isPaused ?? comparison?.isPaused ?? false ? "resume" : command.hint
    case "fused": network?.conditions.fused == false ? "fused" : "unfused"
    case "back": screens.count > 1 ? "back" : "quit"
    case "undo": network?.history.isEmpty ?? true ? nil : command.hint
    case "pane": network?.focus == .detail ? "tree" : command.hint
    default: command.hint
    }
  }
}
