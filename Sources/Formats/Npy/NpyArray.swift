/// An array in NumPy's file format, mapped (NEP 1, versions 1.0 to 3.0).
public struct NpyArray: Sendable {
  /// The lengths in order; none for a single number.
  public let dimensions: [Int]
  public let elementType: ElementType
  private let isBigEndian: Bool
  private let dataStart: Int
  private let file: MappedFile

  /// The number of its values.
  public let count: Int

  /// - Throws: `FormatError` with the byte at which the file is not what it should be.
  public init(_ path: String) throws(FormatError) {
    try self.init(MappedFile(path))
  }

  init(_ file: MappedFile) throws(FormatError) {
    self.file = file
    let header = try NpyHeader(file)
    dimensions = header.dimensions
    elementType = header.elementType
    isBigEndian = header.isBigEndian
    dataStart = header.dataStart
    count = header.count
  }

  /// Writes the values, row-major, into as many floats.
  public func read(into floats: UnsafeMutableBufferPointer<Float>) {
    elementType.read(UnsafeRawBufferPointer(rebasing: file.bytes[dataStart...]), bigEndian: isBigEndian, into: floats)
  }
}

extension NpyArray {
  /// Writes floats, row-major, as version 1.0 of the format.
  public static func write(
    _ floats: UnsafeBufferPointer<Float>, dimensions: [Int], to path: String
  ) throws(FormatError) {
    let shape = dimensions.map(String.init).joined(separator: ", ") + (dimensions.count == 1 ? "," : "")
    var header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }".utf8)
    // The data begins at a multiple of 64 bytes, after a line feed.
    let length = (NpyHeader.magic.count + 4 + header.count + 1 + 63) / 64 * 64 - NpyHeader.magic.count - 4
    header += Array(repeating: UInt8(ascii: " "), count: length - header.count - 1) + [UInt8(ascii: "\n")]
    let file = try OutputFile(path)
    try file.write(NpyHeader.magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + header)
    try file.write(UnsafeRawBufferPointer(floats))
    try file.finish()
  }
}
