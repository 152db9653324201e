/// Reads the few of Python's literals that stand in the header of an npy file.
struct PythonLiteral {
  enum Value: Hashable {
    case string(String)
    case bool(Bool)
    case tuple([Int])
  }

  private let bytes: Slice<UnsafeRawBufferPointer>
  private var position: Int
  private let file: String

  init(_ bytes: Slice<UnsafeRawBufferPointer>, file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.startIndex
  }

  /// `{'key': value, …}` and nothing but white space after it.
  mutating func dictionary() throws(FormatError) -> [(key: String, value: Value)] {
    var entries: [(key: String, value: Value)] = []
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      entries.append((key, try value()))
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.endIndex else { throw unexpected("the end of the header") }
    return entries
  }

  private mutating func value() throws(FormatError) -> Value {
    skipSpace()
    switch current {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "("): return .tuple(try tuple())
    case UInt8(ascii: "T") where skip("True"): return .bool(true)
    case UInt8(ascii: "F") where skip("False"): return .bool(false)
    case UInt8(ascii: "["):
      throw FormatError(file, "byte \(position): a structured type, expected a single one such as '<f4'")
    default: throw unexpected("a string, True, False or a tuple")
    }
  }

  private mutating func tuple() throws(FormatError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !skip(")") {
      numbers.append(try number())
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func number() throws(FormatError) -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
      throw FormatError(file, "byte \(position): expected a length, a whole number from 0 to \(Int.max)")
    }
    position = digits.endIndex
    // Python 2 wrote long integers with a letter.
    _ = skip("L")
    return number
  }

  private mutating func string() throws(FormatError) -> String {
    skipSpace()
    guard let quote = current, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw unexpected("a string")
    }
    let text = bytes[(position + 1)...].prefix { $0 != quote }
    guard text.endIndex < bytes.endIndex else { throw unexpected("a string that ends") }
    position = text.endIndex + 1
    return String(decoding: text, as: UTF8.self)
  }

  private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    skipSpace()
    let wanted = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func expect(_ text: StaticString) throws(FormatError) {
    if !skip(text) { throw unexpected("'\(text)'") }
  }

  private func unexpected(_ expected: String) -> FormatError {
    FormatError(file, "byte \(position): the header is not a Python dictionary, expected \(expected)")
  }
}
