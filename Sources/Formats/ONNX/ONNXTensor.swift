/// A tensor of an ONNX file: its name, its shape, and where its values lie. The values stay in the file's mapping.
public struct ONNXTensor: Sendable {
  public let name: String
  public let dimensions: [Int]
  public let elementType: ElementType
  /// The number of values.
  public let count: Int
  private let file: MappedFile
  private let payload: TensorPayload

  /// - Parameters:
  ///   - file: the file in which the values lie: the model's own, or one beside it.
  ///   - payload: their place in it.
  /// - Throws: `FormatError` if the values are not as many as the shape says.
  init(
    _ name: String, dimensions: [Int], elementType: ElementType, file: MappedFile, payload: TensorPayload,
    of model: String
  ) throws(FormatError) {
    var count = 1
    for length in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else {
        throw FormatError(model, "the tensor '\(name)' has the impossible shape \(dimensions)")
      }
      count = product
    }
    self.name = name
    self.dimensions = dimensions
    self.elementType = elementType
    self.count = count
    self.file = file
    self.payload = payload
    guard payload.encoding.map(elementType.canBeStored) ?? true else {
      throw FormatError(model, "the tensor '\(name)' of \(elementType) has its values in a field for another type")
    }
    if let size = storedType?.size, let piece = payload.pieces.first(where: { !$0.count.isMultiple(of: size) }) {
      throw FormatError(
        model, "the tensor '\(name)' has \(piece.count) bytes, expected a multiple of the \(size) of a value")
    }
    guard storedCount == count else {
      throw FormatError(
        model, "the tensor '\(name)' has \(storedCount) values, expected \(count) for the shape \(dimensions)")
    }
  }

  /// Writes the values, row-major, into as many floats.
  public func read(into floats: UnsafeMutableBufferPointer<Float>) {
    var done = 0
    for range in payload.pieces {
      let piece = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      let rest = UnsafeMutableBufferPointer(rebasing: floats[done...])
      if let type = storedType {
        type.read(piece, into: rest)
        done += min(rest.count, piece.count / type.size)
      } else {
        done += readNumbers(piece, limit: rest.count) { rest[$0] = elementType.float(ofVarint: $1) }
      }
      file.release(piece)
    }
  }

  /// The values of a tensor of whole numbers, as shapes and indices are; nil for other types.
  func integers() -> [Int]? {
    guard elementType == .int64 || elementType == .int32 else { return nil }
    var values: [Int] = []
    for range in payload.pieces {
      let piece = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      if payload.encoding == .raw {
        for offset in stride(from: 0, to: piece.count, by: elementType.size) {
          values.append(
            elementType == .int64
              ? Int(Int64(littleEndian: piece.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
              : Int(Int32(littleEndian: piece.loadUnaligned(fromByteOffset: offset, as: Int32.self))))
        }
      } else {
        _ = readNumbers(piece, limit: count) { values.append(Int(Int64(bitPattern: $1))) }
      }
    }
    return values
  }

  /// The type of the numbers as they are stored; nil for numbers of varying length.
  private var storedType: ElementType? {
    switch payload.encoding {
    case .raw: elementType
    case .floats: .float32
    case .doubles: .float64
    case .int32s, .int64s, .uint64s, nil: nil
    }
  }

  /// How many values there are, whatever the shape says.
  private var storedCount: Int {
    var count = 0
    for range in payload.pieces {
      if let size = storedType?.size {
        count += range.count / size
      } else {
        count += readNumbers(UnsafeRawBufferPointer(rebasing: file.bytes[range]), limit: .max) { _, _ in }
      }
    }
    return count
  }

  private func readNumbers(_ piece: UnsafeRawBufferPointer, limit: Int, _ body: (Int, UInt64) -> Void) -> Int {
    var reader = WireReader(piece, 0..<piece.count)
    var done = 0
    while done < limit, let value = try? reader.varint() {
      body(done, value)
      done += 1
    }
    return done
  }
}

extension ElementType {
  /// True if values of this type may stand in that field.
  fileprivate func canBeStored(in encoding: TensorPayload.Encoding) -> Bool {
    switch (encoding, self) {
    case (.raw, _), (.floats, .float32), (.doubles, .float64), (.int64s, .int64), (.uint64s, .uint64),
      (.uint64s, .uint32), (.int32s, .int32), (.int32s, .int16), (.int32s, .int8), (.int32s, .uint16),
      (.int32s, .uint8), (.int32s, .bool), (.int32s, .float16), (.int32s, .bfloat16):
      true
    default: false
    }
  }

  /// The value of a number of varying length: sign-extended to 64 bits, or the bits of a half-precision number.
  fileprivate func float(ofVarint value: UInt64) -> Float {
    switch self {
    case .float16: Self.halfPrecision(UInt16(truncatingIfNeeded: value))
    case .bfloat16: Float(bitPattern: UInt32(truncatingIfNeeded: value) << 16)
    case .uint64, .uint32: Float(value)
    case .bool: value == 0 ? 0 : 1
    default: Float(Int64(bitPattern: value))
    }
  }
}
