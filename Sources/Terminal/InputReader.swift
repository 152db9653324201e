import CNcurses
import Canvas

/// What ncurses reads: a character, or a function key of terminfo.
enum InputCode: Equatable {
  case character(Unicode.Scalar)
  case function(Int32)
}

/// Makes keys and presses of the mouse's buttons of what ncurses reads.
///
/// The mouse is read here and not by ncurses, whose queue loses events when they come fast, and which knows only the
/// encoding that terminfo has for a type and not the one that the terminal uses.
struct InputReader {
  enum Button: Equatable { case left, wheelUp, wheelDown }

  enum Item: Equatable {
    case key(Key)
    /// A button was pressed, or the wheel turned by a notch, at a cell counted from 0.
    case button(Button, column: Int, row: Int)
  }

  private let read: () -> InputCode?
  private var pushedBack: InputCode?

  /// - Parameter next: the next code that is there; nil when there is none at present.
  init(next: @escaping () -> InputCode?) {
    read = next
  }

  /// The next item that is there, skipping what has no meaning.
  mutating func next() -> Item? {
    while let code = take() {
      let item =
        switch code {
        case .function(KEY_MOUSE): afterMousePrefix()
        case .function(let code): Self.functionKeys[code].map(Item.key)
        case .character("\u{1B}"): afterEscape()
        case .character(let value): Self.key(value).map(Item.key)
        }
      if let item { return item }
    }
    return nil
  }

  /// After an escape that begins no sequence of terminfo: unknown ones are swallowed, and anything else (Alt with a
  /// key, or Esc and a key typed fast) is Esc and that key.
  private mutating func afterEscape() -> Item? {
    guard let following = take() else { return .key(.escape) }
    switch following {
    case .character("["): return afterControlSequenceIntroducer()
    case .character("O"):
      _ = take()
      return nil
    default:
      pushedBack = following
      return .key(.escape)
    }
  }

  /// A control sequence ends with a character from `@` to `~` (ECMA-48, 5.4).
  private mutating func afterControlSequenceIntroducer() -> Item? {
    guard let first = take() else { return nil }
    switch first {
    case .character("<"): return sgrMouse()
    case .character("M"): return x10Mouse()
    case .character("@"..."~"): return nil
    default:
      while case .character(let value)? = take(), !("@"..."~").contains(value) {}
      return nil
    }
  }

  /// After the beginning of a mouse event as terminfo has it: `ESC [ <`, of which the parameters follow, or `ESC [ M`.
  private mutating func afterMousePrefix() -> Item? {
    guard let following = take() else { return nil }
    pushedBack = following
    if case .character("0"..."9") = following { return sgrMouse() }
    return x10Mouse()
  }

  /// `button ; column ; row` and `M` for a press or `m` for a release (xterm's mode 1006).
  private mutating func sgrMouse() -> Item? {
    var numbers = [0]
    while case .character(let value)? = take() {
      switch value {
      case "0"..."9": numbers[numbers.count - 1] = min(numbers[numbers.count - 1], 9999) * 10 + Int(value.value - 48)
      case ";": numbers.append(0)
      case "M" where numbers.count == 3:
        return Self.button(numbers[0], column: numbers[1] - 1, row: numbers[2] - 1)
      default: return nil
      }
    }
    return nil
  }

  /// Button, column and row as one character each, counted from a blank (xterm's mode 1000 by itself).
  private mutating func x10Mouse() -> Item? {
    var numbers: [Int] = []
    while numbers.count < 3, case .character(let value)? = take() { numbers.append(Int(value.value) - 32) }
    guard numbers.count == 3 else { return nil }
    return Self.button(numbers[0], column: numbers[1] - 1, row: numbers[2] - 1)
  }

  /// - Parameter code: xterm's number of a button, in which 4, 8 and 16 stand for Shift, Alt and Ctrl.
  private static func button(_ code: Int, column: Int, row: Int) -> Item? {
    guard column >= 0, row >= 0 else { return nil }
    switch code & ~(4 | 8 | 16) {
    case 0: return .button(.left, column: column, row: row)
    case 64: return .button(.wheelUp, column: column, row: row)
    case 65: return .button(.wheelDown, column: column, row: row)
    default: return nil
    }
  }

  private mutating func take() -> InputCode? {
    defer { pushedBack = nil }
    return pushedBack ?? read()
  }

  private static func key(_ scalar: Unicode.Scalar) -> Key? {
    switch scalar.value {
    case 0x09: return .tab
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x00...0x1F:
      let letter = Character(Unicode.Scalar(UInt8(scalar.value | 0x40)))
      return .control(Character(letter.lowercased()))
    case 0x80...0x9F: return nil
    default: return .character(Character(scalar))
    }
  }

  private static let functionKeys: [Int32: Key] = {
    var keys: [Int32: Key] = [
      KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
      KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
      KEY_HOME: .home, KEY_FIND: .home, KEY_END: .end, KEY_SELECT: .end,
      KEY_ENTER: .enter, KEY_BTAB: .backTab, KEY_BACKSPACE: .backspace, KEY_DC: .delete,
    ]
    for number in 1...12 { keys[cn_function_key(Int32(number))] = .function(number) }
    return keys
  }()
}
