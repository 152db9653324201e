/// What an npy file says of itself: a Python dictionary with three keys behind a magic string, a version and a length.
struct NpyHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private(set) var dimensions: [Int] = []
  private(set) var elementType = ElementType.float32
  private(set) var isBigEndian = false
  private(set) var count = 1
  let dataStart: Int

  init(_ file: MappedFile) throws(FormatError) {
    let bytes = file.bytes
    guard bytes.starts(with: Self.magic) else {
      throw FormatError(file.path, "byte 0: is not an npy file, which begins with \\x93NUMPY")
    }
    guard bytes.count >= 12 else { throw FormatError(file.path, "byte \(bytes.count): the header is cut off") }
    let length: Int
    let start: Int
    switch bytes[6] {
    case 1: (length, start) = (Int(bytes[8]) | Int(bytes[9]) << 8, 10)
    case 2, 3: (length, start) = ((8..<12).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }, 12)
    default: throw FormatError(file.path, "byte 6: version \(bytes[6]) of npy, expected 1, 2 or 3")
    }
    guard length <= min(bytes.count - start, Self.longestHeader) else {
      throw FormatError(
        file.path,
        "byte 8: a header of \(length) bytes, expected at most \(min(bytes.count - start, Self.longestHeader))")
    }
    dataStart = start + length
    var parser = PythonLiteral(bytes[start..<dataStart], file: file.path)
    let entries = try parser.dictionary()
    for (key, value) in entries {
      switch (key, value) {
      case ("descr", .string(let type)): try set(type, file.path)
      case ("fortran_order", .bool(false)): break
      case ("fortran_order", .bool(true)):
        throw FormatError(
          file.path, "fortran_order is True, expected rows first: save numpy.ascontiguousarray(array)")
      case ("shape", .tuple(let lengths)): dimensions = lengths
      case ("descr", _), ("fortran_order", _), ("shape", _):
        throw FormatError(
          file.path, "'\(key)' is not what it should be, expected a single type, a truth value, a tuple")
      default: throw FormatError(file.path, "the header has an unknown key '\(key)'")
      }
    }
    for key in ["descr", "fortran_order", "shape"] where entries.count(where: { $0.key == key }) != 1 {
      throw FormatError(file.path, "the header needs one '\(key)'")
    }
    for length in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 1, !overflow else {
        throw FormatError(file.path, "the shape \(dimensions) is impossible, expected lengths of at least 1")
      }
      count = product
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: elementType.size)
    guard !overflow, size == bytes.count - dataStart else {
      throw FormatError(
        file.path,
        "byte \(dataStart): \(bytes.count - dataStart) bytes of data, expected \(overflow ? "more" : "\(size)") for "
          + "the shape \(dimensions)")
    }
  }

  private mutating func set(_ descriptor: String, _ path: String) throws(FormatError) {
    guard let order = descriptor.first, "<>=|".contains(order), let type = Self.types[descriptor.dropFirst()] else {
      throw FormatError(
        path,
        "the type of its numbers is '\(descriptor)', expected one of "
          + Self.types.keys.sorted().joined(separator: ", ") + " such as '<f4'")
    }
    elementType = type
    isBigEndian = order == ">"
  }

  private static let types: [Substring: ElementType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
    "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool,
  ]

  private static let longestHeader = 1 << 16
}
