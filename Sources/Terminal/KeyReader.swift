import CNcurses
import Canvas

/// What ncurses reads: a character, or a function key of terminfo.
enum InputCode: Equatable {
  case character(UInt32)
  case function(Int32)
}

/// Makes keys of what ncurses reads.
struct KeyReader {
  enum Item: Equatable {
    case key(Key)
    /// A mouse event is waiting to be fetched.
    case mouse
  }

  private let read: () -> InputCode?
  private var pushedBack: InputCode?

  /// - Parameter next: the next code that is there; nil when there is none at present.
  init(next: @escaping () -> InputCode?) {
    read = next
  }

  /// The next key that is there, skipping what has no meaning.
  mutating func next() -> Item? {
    while let code = take() {
      switch code {
      case .function(KEY_MOUSE): return .mouse
      case .function(let code): if let key = Self.functionKeys[code] { return .key(key) }
      case .character(0x1B): if let key = afterEscape() { return .key(key) }
      case .character(let value): if let key = Self.key(value) { return .key(key) }
      }
    }
    return nil
  }

  /// After an escape that begins no known sequence: unknown ones are swallowed, and anything else (Alt with a key, or
  /// Esc and a key typed fast) is Esc and that key.
  private mutating func afterEscape() -> Key? {
    guard let following = take() else { return .escape }
    switch following {
    case .character(UInt32(UInt8(ascii: "["))):
      // A control sequence ends with a byte from 0x40 to 0x7E (ECMA-48, 5.4).
      while case .character(let value)? = take(), !(0x40...0x7E).contains(value) {}
      return nil
    case .character(UInt32(UInt8(ascii: "O"))):
      _ = take()
      return nil
    default:
      pushedBack = following
      return .escape
    }
  }

  private mutating func take() -> InputCode? {
    defer { pushedBack = nil }
    return pushedBack ?? read()
  }

  static func key(_ value: UInt32) -> Key? {
    switch value {
    case 0x09: return .tab
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x00...0x1F:
      let letter = Character(Unicode.Scalar(UInt8(value | 0x40)))
      return .control(Character(letter.lowercased()))
    case 0x80...0x9F: return nil
    default: return Unicode.Scalar(value).map { .character(Character($0)) }
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
