import CNcurses
import Glibc

/// What the environment says about the terminal and the person before it.
struct Environment {
  var term: String?
  var isWithoutColor: Bool
  var hasEscapeDelay: Bool

  /// The process's environment.
  static var current: Environment {
    Environment(
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

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
