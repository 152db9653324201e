/// The types of numbers that files hold and that turn into float32 with the meaning kept.
public enum ElementType: Hashable, Sendable {
  case float64, float32, float16
  /// The upper half of a float32.
  case bfloat16
  case int64, int32, int16, int8
  case uint64, uint32, uint16, uint8
  case bool

  /// Bytes of one number.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// True for floating-point numbers.
  public var isFraction: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: true
    default: false
    }
  }

  /// Reads numbers one after the other, wherever they lie, into as many floats.
  ///
  /// Both counts must agree; what goes beyond the shorter of the two is left alone.
  public func read(
    _ bytes: UnsafeRawBufferPointer, bigEndian: Bool = false, into floats: UnsafeMutableBufferPointer<Float>
  ) {
    let count = min(floats.count, bytes.count / size)
    if self == .float32, !bigEndian {
      UnsafeMutableRawBufferPointer(floats).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * 4)]))
      return
    }
    func integers<Number: FixedWidthInteger>(_: Number.Type, _ value: (Number) -> Float) {
      for i in 0..<count {
        let raw = bytes.loadUnaligned(fromByteOffset: i * size, as: Number.self)
        floats[i] = value(bigEndian ? Number(bigEndian: raw) : Number(littleEndian: raw))
      }
    }
    switch self {
    case .float64: integers(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float32: integers(UInt32.self) { Float(bitPattern: $0) }
    case .float16: integers(UInt16.self, Self.halfPrecision)
    case .bfloat16: integers(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .int64: integers(Int64.self) { Float($0) }
    case .int32: integers(Int32.self) { Float($0) }
    case .int16: integers(Int16.self) { Float($0) }
    case .int8: integers(Int8.self) { Float($0) }
    case .uint64: integers(UInt64.self) { Float($0) }
    case .uint32: integers(UInt32.self) { Float($0) }
    case .uint16: integers(UInt16.self) { Float($0) }
    case .uint8: integers(UInt8.self) { Float($0) }
    case .bool: integers(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  /// The value of an IEEE 754 binary16.
  static func halfPrecision(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1f)
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0: return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
