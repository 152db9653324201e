/// Walks the fields of one protocol buffer message where it lies, copying nothing.
///
/// https://protobuf.dev/programming-guides/encoding/
struct WireReader {
  /// A field: its number, its wire type, and the bytes of its value (without the length of a delimited one).
  struct Field {
    let number: UInt64
    let isDelimited: Bool
    let range: Range<Int>
  }

  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end of the message.
  ///
  /// - Throws: `Malformed` with the byte where the message stops making sense.
  mutating func next() throws(Malformed) -> Field? {
    guard position < end else { return nil }
    let start = position
    let key = try varint()
    let valueStart = position
    let isDelimited = key & 7 == 2
    switch key & 7 {
    case 0: _ = try varint()
    case 1: try skip(8, from: start)
    case 2:
      let length = try varint()
      let first = position
      try skip(length, from: start)
      return Field(number: key >> 3, isDelimited: isDelimited, range: first..<position)
    case 5: try skip(4, from: start)
    default: throw Malformed(byte: start, expected: "a field, found the wire type \(key & 7)")
    }
    return Field(number: key >> 3, isDelimited: isDelimited, range: valueStart..<position)
  }

  /// A number of up to ten bytes of seven bits each, the lowest first.
  mutating func varint() throws(Malformed) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw Malformed(byte: start, expected: "a number, found the end of its message") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw Malformed(byte: start, expected: "a number of at most ten bytes")
  }

  private mutating func skip(_ count: UInt64, from start: Int) throws(Malformed) {
    guard count <= UInt64(end - position) else {
      throw Malformed(byte: start, expected: "a field of \(count) bytes, found \(end - position) to its message's end")
    }
    position += Int(count)
  }
}

/// Where a message stops making sense, and what was expected there.
struct Malformed: Error, Hashable {
  let byte: Int
  let expected: String
}
