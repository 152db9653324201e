import Canvas
import Glibc
import Measurement

/// What a person has settled for every run, in `$XDG_CONFIG_HOME/convscope/config` or `~/.config/convscope/config`:
/// lines of `key = value`, and comments after `#`. Options say otherwise for one run.
struct Settings: Equatable {
  var theme: Theme?
  /// Whether the mouse is the explorer's.
  var mouse = true

  /// Nothing is settled where there is no file.
  static func read() throws(Failure) -> Settings {
    guard let path = UserFolder.configuration.path(of: "config"), access(path, F_OK) == 0 else { return Settings() }
    let text = String(decoding: try InputFile.bytes(of: path), as: UTF8.self)
    do throws(LineError) { return try Settings(parsing: text) } catch {
      throw Failure(.data, "\(path), line \(error.line): \(error.reason)")
    }
  }

  /// What is wrong with a line, counted from 1.
  struct LineError: Error {
    let line: Int
    let reason: String
  }

  private init() {}

  private init(parsing text: String) throws(LineError) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let setting = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1).map { words(of: $0) }
      if setting.allSatisfy(\.isEmpty) { continue }
      guard setting.count == 2 else {
        throw LineError(line: index + 1, reason: "'\(words(of: line))' is no setting, expected such as theme = dark")
      }
      if let reason = set(setting[0], to: setting[1]) { throw LineError(line: index + 1, reason: reason) }
    }
  }

  /// - Returns: what is wrong, if anything is.
  private mutating func set(_ key: String, to value: String) -> String? {
    switch key {
    case "theme":
      theme = Theme(rawValue: value)
      return theme == nil ? "theme is '\(value)', expected \(Theme.names)" : nil
    case "mouse":
      mouse = value == "on"
      return ["on", "off"].contains(value) ? nil : "mouse is '\(value)', expected on or off"
    default:
      return "there is no setting '\(key)', expected theme or mouse"
    }
  }
}

extension Theme {
  /// All of them, for a message.
  static var names: String { "one of \(allCases.map(\.rawValue).joined(separator: ", "))" }
}

/// Without blanks around it, and with single ones within.
private func words(of text: Substring) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
