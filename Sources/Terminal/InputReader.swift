import CNcurses
import Canvas

/// Makes keys and presses of the mouse's buttons of what ncurses reads.
///
/// The mouse is read here and not by ncurses, whose queue loses events when they come fast, and which knows only the
/// encoding that terminfo has for a type and not the one that the terminal uses. Characters are decoded here because
/// ncurses forgets the beginning of one whose end has not come yet.
struct InputReader {
  enum Button: Equatable { case left, wheelUp, wheelDown }

  enum Item: Equatable {
    case key(Key)
    /// A button was pressed, or the wheel turned by a notch, at a cell counted from 0.
    case button(Button, column: Int, row: Int)
    /// What stands in an operating system command, as which terminals answer questions.
    case command(String)
  }

  private enum Code {
    case byte(UInt8)
    /// A function key of terminfo.
    case function(Int32)
  }

  /// A pad, since reading from a window also draws it.
  private let pad: UnsafeMutablePointer<WINDOW>
  private var pushedBack: Code?
  private var decoder = CharacterDecoder()

  /// Reads from the terminal that ncurses has opened last.
  init?() {
    guard let pad = newpad(1, 1) else { return nil }
    keypad(pad, true)
    self.pad = pad
  }

  func close() { delwin(pad) }

  /// The next item that is there, skipping what has no meaning.
  mutating func next() -> Item? {
    while let code = take() {
      let item: Item?
      switch code {
      case .function(KEY_MOUSE): item = afterMousePrefix()
      case .function(let code): item = Self.functionKeys[code].map(Item.key)
      case .byte(0x1B): item = afterEscape()
      case .byte(let byte): item = decoder.character(endingWith: byte).flatMap(Self.key).map(Item.key)
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
    case .byte(UInt8(ascii: "[")): return afterControlSequenceIntroducer()
    case .byte(UInt8(ascii: "]")): return afterOperatingSystemCommandIntroducer()
    case .byte(UInt8(ascii: "O")):
      _ = takeRest()
      return nil
    default:
      pushedBack = following
      return .key(.escape)
    }
  }

  /// An operating system command ends with a bell or with `ESC \` (ECMA-48, 8.3.89). Where nothing follows it was Alt
  /// with `]`.
  private mutating func afterOperatingSystemCommandIntroducer() -> Item? {
    guard let first = takeRest() else {
      pushedBack = .byte(UInt8(ascii: "]"))
      return .key(.escape)
    }
    var bytes: [UInt8] = []
    var next: UInt8? = first
    while let byte = next, byte != 0x07, byte != 0x1B {
      if bytes.count < Self.longestCommand { bytes.append(byte) }
      next = takeRest()
    }
    if next == 0x1B { _ = takeRest() }
    return next == nil ? nil : .command(String(decoding: bytes, as: UTF8.self))
  }

  /// A control sequence ends with a character from `@` to `~` (ECMA-48, 5.4).
  private mutating func afterControlSequenceIntroducer() -> Item? {
    guard let first = takeRest() else { return nil }
    switch first {
    case UInt8(ascii: "<"): return sgrMouse()
    case UInt8(ascii: "M"): return x10Mouse()
    case Self.finalBytes: return nil
    default:
      while let byte = takeRest(), !Self.finalBytes.contains(byte) {}
      return nil
    }
  }

  /// After the beginning of a mouse event as terminfo has it: `ESC [ <`, of which the parameters follow, or `ESC [ M`.
  private mutating func afterMousePrefix() -> Item? {
    guard let following = takeRest() else { return nil }
    pushedBack = .byte(following)
    return Self.digits.contains(following) ? sgrMouse() : x10Mouse()
  }

  /// `button ; column ; row` and `M` for a press or `m` for a release (xterm's mode 1006).
  private mutating func sgrMouse() -> Item? {
    var numbers = [0]
    while let byte = takeRest() {
      switch byte {
      case Self.digits: numbers[numbers.count - 1] = min(numbers[numbers.count - 1], 9999) * 10 + Int(byte - 48)
      case UInt8(ascii: ";"): numbers.append(0)
      case UInt8(ascii: "M") where numbers.count == 3:
        return Self.button(numbers[0], column: numbers[1] - 1, row: numbers[2] - 1)
      default: return nil
      }
    }
    return nil
  }

  /// Button, column and row as one byte each, counted from a blank (xterm's mode 1000 by itself).
  private mutating func x10Mouse() -> Item? {
    var numbers: [Int] = []
    while numbers.count < 3, let byte = takeRest() { numbers.append(Int(byte) - 32) }
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

  /// What is there now.
  private mutating func take() -> Code? { take(within: 0) }

  /// The next byte of a sequence that has begun, which may still be on its way.
  private mutating func takeRest() -> UInt8? {
    guard case .byte(let byte)? = take(within: 100) else { return nil }
    return byte
  }

  /// - Parameter time: in milliseconds.
  private mutating func take(within time: Int32) -> Code? {
    if let code = pushedBack {
      pushedBack = nil
      return code
    }
    wtimeout(pad, time)
    let code = wgetch(pad)
    return code == ERR ? nil : UInt8(exactly: code).map(Code.byte) ?? .function(code)
  }

  /// Of a command no more than so many bytes are kept.
  private static let longestCommand = 256
  /// Those that end a control sequence.
  private static let finalBytes = UInt8(ascii: "@")...UInt8(ascii: "~")
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

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
