import Architectures
import Canvas

/// The keys while something lies over the screen.
extension State {
  mutating func pressInOverlay(_ key: Key) -> [Effect] {
    switch overlay {
    case .help(let help): return press(key, in: help)
    case .prompt(let prompt): return press(key, in: prompt)
    case .form(let form): return press(key, in: form)
    case .export(let menu): return press(key, in: menu)
    case nil: return []
    }
  }

  private mutating func press(_ key: Key, in help: Help) -> [Effect] {
    var help = help
    let page = max(1, size.rows - 6)
    switch key {
    case .escape where help.query != nil: help = Help()
    case .escape, .enter, .function(1):
      overlay = nil
      return []
    case .up: help.top -= 1
    case .down: help.top += 1
    case .pageUp: help.top -= page
    case .pageDown: help.top += page
    case .home: help.top = 0
    case .end: help.top = Int.max / 2
    case .character(let letter) where help.query == nil:
      switch letter {
      case "/": help.query = LineEditor()
      case "e":
        overlay = .prompt(Prompt(.keeping(help), label: "write the help to: ", text: "help.txt"))
        return []
      case "q", "?":
        overlay = nil
        return []
      case "k": help.top -= 1
      case "j": help.top += 1
      case " ": help.top += page
      case "g": help.top = 0
      case "G": help.top = Int.max / 2
      default: break
      }
    default: if help.query?.take(key) == true { help.top = 0 }
    }
    let lines = HelpView.lines(
      matching: help.query?.text ?? "", in: screens.last?.place, width: HelpView.width(in: size)
    ).count
    help.top = max(0, min(help.top, lines - HelpView.visibleLines(of: help, in: size)))
    overlay = .help(help)
    return []
  }

  private mutating func press(_ key: Key, in prompt: Prompt) -> [Effect] {
    var prompt = prompt
    switch key {
    case .escape:
      overlay = nil
      switch prompt.purpose {
      case .search: return onTable(.cancelSearch)
      case .filter: return onTable(.filter(""))
      case .command, .argument: return []
      case .keeping(let help):
        overlay = .help(help)
        return []
      }
    case .enter:
      overlay = nil
      switch prompt.purpose {
      case .search, .filter: return []
      case .command: return runTyped(prompt.line.text)
      case .argument(let command):
        let text = prompt.line.text.trimmed
        return text.isEmpty ? [] : runTyped(command + " " + text)
      case .keeping(let help):
        overlay = .help(help)
        return prompt.line.text.isEmpty ? [] : [.saveHelp(path: prompt.line.text)]
      }
    case .backspace where prompt.line.text.isEmpty: overlay = nil
    default:
      guard prompt.line.take(key) else { return [] }
      overlay = .prompt(prompt)
      switch prompt.purpose {
      case .search: return onTable(.search(prompt.line.text))
      case .filter: return onTable(.filter(prompt.line.text))
      case .command, .argument, .keeping: return []
      }
    }
    return []
  }

  private mutating func press(_ key: Key, in form: SettingsForm) -> [Effect] {
    var form = form
    switch key {
    case .escape: overlay = nil
    case .enter:
      guard let screen = network else { return [] }
      do throws(CatalogueError) {
        let effects = try edit(form.apply(to: screen.spec), tellsDifference: true)
        overlay = nil
        return effects
      } catch {
        form.error = error.description
        overlay = .form(form)
      }
    default: if form.take(key) { overlay = .form(form) }
    }
    return []
  }

  private mutating func press(_ key: Key, in menu: ExportMenu) -> [Effect] {
    var menu = menu
    var chosen: ExportMenu.Choice?
    switch key {
    case .escape, .character("q"):
      overlay = nil
      return []
    case .up: menu.selected = max(0, menu.selected - 1)
    case .down: menu.selected = min(menu.choices.count - 1, menu.selected + 1)
    case .enter: chosen = menu.choices[menu.selected]
    case .character(let character): chosen = menu.choices.first { $0.key == character }
    default: break
    }
    overlay = .export(menu)
    if let chosen {
      overlay = .prompt(
        Prompt(
          .argument(command: "export"), label: "write \(chosen.title) to: ",
          text: exportName + "." + chosen.fileExtension))
    }
    return []
  }

  /// What a file is called if the person has no other wish.
  private var exportName: String {
    switch screens.last {
    case _ where showsSweep: "sweep-over-" + (sweep?.range.key ?? "")
    case .network(let screen): screen.spec.shortened.description.fileName
    case .comparison(let screen): screen.title.fileName
    case .catalogue, nil: "catalogue"
    }
  }
}

extension String {
  /// Without the characters that would make it a path or trouble a shell.
  fileprivate var fileName: String {
    String(map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" ? $0 : "-" })
  }
}
