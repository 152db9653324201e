import ConvKernels

/// The kernels of one instruction set.
public struct InstructionSet: @unchecked Sendable, Hashable {
  // The table is constant data of the program: it can be read from every thread.
  let table: UnsafePointer<ck_kernels>

  /// `avx512`, `avx2` or `portable`.
  public var name: String { String(cString: table.pointee.name) }

  /// The best that this processor has.
  public static let best = InstructionSet(table: ck_kernels_best())

  /// The set of that name, or nil where this processor lacks it.
  public init?(named name: String) {
    guard let table = ck_kernels_named(name) else { return nil }
    self.init(table: table)
  }

  private init(table: UnsafePointer<ck_kernels>) { self.table = table }

  /// All that this processor has, best first.
  public static var available: [InstructionSet] {
    ["avx512", "avx2", "portable"].compactMap(InstructionSet.init(named:))
  }

  /// The widest panel of output channels, in units of 16.
  var maximumUnits: Int { Int(table.pointee.max_units) }

  /// The most pixels of a tile with so many units.
  func pixels(units: Int) -> Int {
    let pixels = table.pointee.pixels
    return Int([pixels.0, pixels.1, pixels.2, pixels.3, pixels.4][units])
  }
}
