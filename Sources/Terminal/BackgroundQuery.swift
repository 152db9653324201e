import Canvas
import Glibc

/// The question for the terminal's background, and its answer (xterm's control sequences, operating system command 11).
struct BackgroundQuery {
  static let request = "\u{1B}]11;?\u{1B}\\"

  /// How long an answer is waited for when the terminal is given back, so that the shell does not read it as keys.
  private static let patience = Duration.milliseconds(200)

  private let deadline = ContinuousClock.now + Self.patience

  /// In milliseconds.
  var timeLeft: Int32 { Int32(max((deadline - .now) / .milliseconds(1), 0)) }

  /// The theme for the background that a command tells, such as `11;rgb:ffff/ffff/ffff` with one to four digits each;
  /// nil for any other command.
  static func theme(fromReply command: String) -> Theme? {
    let prefix = "11;rgb"
    guard command.hasPrefix(prefix), let colon = command.firstIndex(of: ":") else { return nil }
    let components = command[colon...].dropFirst().split(separator: "/").map { digits -> Double? in
      guard (1...4).contains(digits.count), let value = UInt16(digits, radix: 16) else { return nil }
      return Double(value) / Double(1 << (4 * digits.count) - 1)
    }
    guard components.count >= 3, let red = components[0], let green = components[1], let blue = components[2] else {
      return nil
    }
    // The luma of ITU-R BT.601.
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.5 ? .dark : .light
  }
}

extension Terminal {
  func askForBackground() {
    backgroundQuery = BackgroundQuery()
    send(BackgroundQuery.request)
  }

  /// Takes the theme that an answer tells, and draws in it what is on the screen.
  func takeReply(_ command: String) {
    guard backgroundQuery != nil, let told = BackgroundQuery.theme(fromReply: command) else { return }
    backgroundQuery = nil
    theme = told
    if let canvas = drawn {
      drawn = nil
      draw(canvas)
    }
  }

  /// Takes in an answer that is still on its way, for a short time.
  func awaitBackground() {
    while let left = backgroundQuery?.timeLeft, left > 0 {
      var source = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      guard poll(&source, 1, left) == 1, let item = reader.next() else { break }
      if case .command(let command) = item { takeReply(command) }
    }
    backgroundQuery = nil
  }
}
