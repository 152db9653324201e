import Formats
import Testing

@Suite struct NpyTests {
  @Test func whatIsWrittenIsRead() throws {
    let file = try ScratchFile()
    let values: [Float] = [1, -2.5, .infinity, 0x1p-149, 3, 4]
    try values.withUnsafeBufferPointer { try NpyArray.write($0, dimensions: [1, 2, 3], to: file.path) }
    let array = try NpyArray(file.path)
    #expect(array.dimensions == [1, 2, 3])
    #expect(array.floats == values)
    let length = try file.bytes.count
    #expect(length == 128 + 24)
  }

  @Test(
    arguments: [
      ("<f8", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]), (">f4", [0x3f, 0xc0, 0, 0]), ("<f2", [0, 0x3e]),
    ] as [(String, [UInt8])])
  func fractionsOfOtherTypes(type: String, bytes: [UInt8]) throws {
    let file = try ScratchFile(npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (1,), }", bytes))
    #expect(try NpyArray(file.path).floats == [1.5])
  }

  @Test(arguments: [("<i8", 8), ("<i4", 4), ("<i2", 2), ("|i1", 1)])
  func integers(type: String, size: Int) throws {
    let bytes = Array(repeating: UInt8(255), count: size)
    let file = try ScratchFile(npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (1,), }", bytes))
    #expect(try NpyArray(file.path).floats == [-1])
  }

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "ascontiguousarray"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "4 bytes of data, expected 8"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "expected a length"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1), }", "at least 1"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "impossible"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "expected a length"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "'<c8'"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structured"),
    ("{'descr': '<f4', 'shape': (1,), }", "'fortran_order'"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "the end of the header"),
    ("{'descr", "a string that ends"), ("", "'{'"),
  ])
  func aLyingHeaderIsRefused(header: String, expected: String) throws {
    let file = try ScratchFile(npy(header, [0, 0, 0, 0]))
    let error = #expect(throws: FormatError.self) { try NpyArray(file.path) }
    #expect(error?.reason == .badData)
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }

  @Test func aCutFileIsRefused() throws {
    let whole = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", [0, 0, 0, 0, 0, 0, 0, 0])
    for count in 0..<whole.count {
      let file = try ScratchFile(Array(whole[..<count]))
      #expect(throws: FormatError.self) { try NpyArray(file.path) }
    }
  }

  @Test func noFileAndNoRegularFile() {
    #expect(throws: FormatError("/nonexistent.npy", .noSuchFile, "cannot be read: No such file or directory")) {
      try NpyArray("/nonexistent.npy")
    }
    #expect(throws: FormatError("/dev/zero", .inputOutput, "is not a regular file")) { try NpyArray("/dev/zero") }
  }
}

/// A file of version 1.0 with this header and data.
func npy(_ header: String, _ data: [UInt8]) -> [UInt8] {
  [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    + Array(header.utf8) + data
}

extension NpyArray {
  var floats: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }
}
