import CNcurses
import Glibc

/// What the environment says about the terminal and the person before it.
struct Environment {
  var term: String?
  var isWithoutColor: Bool
  var hasEscapeDelay: Bool

  /// Reads the process's environment, and sets the locale of characters by it.
  static func current() -> Environment {
    setCharacterLocale()
    return Environment(
      term: variable("TERM"),
      isWithoutColor: variable("NO_COLOR").map { !$0.isEmpty } ?? false,
      hasEscapeDelay: variable("ESCDELAY") != nil)
  }

  /// The name of a type that terminfo knows and that can address its cursor: the terminal's own, or, where terminfo
  /// has never heard of it, what nearly every terminal understands.
  func usableType(descriptor: Int32) -> String? {
    guard let term, !term.isEmpty else { return nil }
    for type in [term, "xterm-256color", "xterm"] {
      switch cn_look_up_type(type, descriptor) {
      case cn_type_usable: return type
      case cn_type_line_by_line: return nil
      default: continue
      }
    }
    return nil
  }

  /// Only LC_CTYPE: numbers are written the same everywhere. A UTF-8 locale that this machine lacks, as often after
  /// ssh, becomes the one that it has.
  private static func setCharacterLocale() {
    guard setlocale(LC_CTYPE, "") == nil else { return }
    let wanted = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty } ?? ""
    if wanted.uppercased().hasSuffix("UTF-8") || wanted.uppercased().hasSuffix("UTF8") {
      setlocale(LC_CTYPE, "C.UTF-8")
    }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
