import ArgumentParser
import Canvas
import Glibc

extension Theme: ExpressibleByArgument {}

/// The colours: the option's, or else the environment's, or else those of the configuration file.
struct ThemeOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The colours. Otherwise those of CONVSCOPE_THEME in the environment, or of a line such as 'theme = dark' in \
      ~/.config/convscope/config; or else, on a terminal that tells its background, those that suit it.
      """))
  var theme: Theme?

  /// Nil if nobody has chosen.
  func chosen(_ settings: Settings) throws(Failure) -> Theme? {
    if let theme { return theme }
    guard let name = Self.variable("CONVSCOPE_THEME"), !name.isEmpty else { return settings.theme }
    guard let theme = Theme(rawValue: name) else {
      throw Failure(.usage, "CONVSCOPE_THEME is '\(name)', expected \(Theme.names)")
    }
    return theme
  }

  /// What to draw in on this terminal; nil if that is for the terminal to tell when it is asked.
  func forTerminal(_ settings: Settings) throws(Failure) -> Theme? {
    try chosen(settings) ?? Theme(forColors: Self.variable("COLORFGBG"))
  }

  /// What to draw in where there is no terminal.
  func forFile() throws(Failure) -> Theme { try chosen(Settings.read()) ?? .neutral }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
