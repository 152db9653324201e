import Canvas

/// What lies over a screen and takes the keys until it is closed.
enum Overlay: Hashable, Sendable {
  case help(Help)
  case prompt(Prompt)
  case form(SettingsForm)
  case export(ExportMenu)
}

/// A line of text that is being typed.
///
/// It is kept in two parts, since what is typed can join the character before it, as combining marks do.
struct LineEditor: Hashable, Sendable {
  /// The text on both sides of the cursor.
  private(set) var before: String
  private(set) var after = ""

  /// True until the first key: a character takes the place of the whole text, any other key edits it.
  private var isProposal: Bool

  init(_ text: String = "", isProposal: Bool = false) {
    before = text
    self.isProposal = isProposal
  }

  var text: String { before + after }

  /// Takes in a key that edits; false if it means something else.
  mutating func take(_ key: Key) -> Bool {
    defer { isProposal = false }
    switch key {
    case .character(let character):
      if isProposal { self = LineEditor() }
      before.append(character)
    case .backspace: _ = before.popLast()
    case .delete: after = String(after.dropFirst())
    case .left: if let last = before.popLast() { after = String(last) + after }
    case .right:
      before += after.prefix(1)
      after = String(after.dropFirst())
    case .home, .control("a"): (before, after) = ("", text)
    case .end, .control("e"): (before, after) = (text, "")
    case .control("u"): before = ""
    default: return false
    }
    return true
  }

  /// What of it is to be put in so many columns, so that the cursor is among them, and the cursor's column.
  func visible(in columns: Int) -> (text: String, cursor: Int) {
    var typed = before
    while typed.displayWidth > columns { typed.removeFirst() }
    return (typed + after, typed.displayWidth)
  }
}

/// The line at the bottom where something is typed.
struct Prompt: Hashable, Sendable {
  enum Purpose: Hashable, Sendable {
    /// A command by its name, with its argument.
    case command
    case search
    case filter
    /// What a command still needs.
    case argument(command: String)
    /// The file that the help, which stays where it is, is written to.
    case keeping(Help)
  }

  var purpose: Purpose
  var label: String
  var line: LineEditor

  init(_ purpose: Purpose, label: String, text: String = "") {
    self.purpose = purpose
    self.label = label
    switch purpose {
    case .argument, .keeping: line = LineEditor(text, isProposal: true)
    case .command, .search, .filter: line = LineEditor(text)
    }
  }
}

/// The help, which can be searched and scrolled.
struct Help: Hashable, Sendable {
  /// What is searched for: there from `/` on, when every character belongs to it.
  var query: LineEditor?
  var top = 0
}

/// What can be written to a file: data, or the screen.
struct ExportMenu: Hashable, Sendable {
  struct Choice: Hashable, Sendable {
    var key: Character
    var title: String
    var fileExtension: String
  }

  /// What can be written of the screen that is shown.
  var choices: [Choice]
  var selected = 0
}

extension ExportMenu {
  /// The ending of a network's own file.
  static let modelExtension = "onnx"

  /// - Parameters:
  ///   - formats: of the data.
  ///   - hasModel: whether there is a network to be written.
  init(_ formats: [DataFormat], hasModel: Bool) {
    let model = Choice(
      key: "o", title: "network and weights as ONNX", fileExtension: ExportMenu.modelExtension)
    choices =
      formats.map { format in
        func choice(_ key: Character, _ title: String) -> Choice {
          Choice(key: key, title: title, fileExtension: format.fileExtension)
        }
        return switch format {
        case .json: choice("j", "data as JSON")
        case .csv: choice("c", "data as CSV")
        case .markdown: choice("m", "data as Markdown")
        case .torchinfo: choice("i", "data as torchinfo prints it")
        case .timm: choice("r", "a row of timm's results")
        case .modelExplorer: choice("e", "data for Model Explorer")
        }
      } + (hasModel ? [model] : []) + [
        Choice(key: "t", title: "this screen as plain text", fileExtension: "txt"),
        Choice(key: "a", title: "this screen with ANSI colours", fileExtension: "ansi"),
        Choice(key: "s", title: "this screen as SVG", fileExtension: "svg"),
      ]
  }

  /// The choice whose ending is the path's: the longest, where several are.
  func choice(forPath path: String) -> Choice? {
    choices.filter { path.hasSuffix("." + $0.fileExtension) }.max { $0.fileExtension.count < $1.fileExtension.count }
  }
}
