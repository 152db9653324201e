/// A protocol buffer's message as it grows: fields with their numbers, in the wire format.
struct WireMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ value: Int) {
    key(field, type: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Float) {
    key(field, type: 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ text: String) {
    openField(field, length: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func add(_ field: Int, _ message: WireMessage) {
    openField(field, length: message.bytes.count)
    bytes += message.bytes
  }

  /// Begins a field whose so many bytes follow.
  mutating func openField(_ field: Int, length: Int) {
    key(field, type: 2)
    varint(UInt64(length))
  }

  private mutating func key(_ field: Int, type: UInt64) { varint(UInt64(field) << 3 | type) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
