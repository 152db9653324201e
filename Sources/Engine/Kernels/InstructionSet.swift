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

  /// Float32 multiply-adds that a core carries out in a cycle, as far as plans differ by it: 8 with the portable kernels,
  /// 16, or 32.
  ///
  /// It is not asked for but found out, once, in a millisecond at most: cores with two multipliers of 512 bits carry out
  /// twice as much with vectors of 512 bits as with vectors of 256, the others the same. What else keeps the core busy,
  /// on a second hardware thread say, harms both alike.
  var multiplyAddsPerCycle: Int {
    if self == .portable { return 8 }
    return self == .wide && InstructionSet.hasTwoWideMultipliers ? 32 : 16
  }

  private static let portable = InstructionSet(named: "portable")

  private static let wide = InstructionSet(named: "avx512")

  private static let hasTwoWideMultipliers: Bool = {
    guard let wide, let narrow = InstructionSet(named: "avx2") else { return false }
    /// Nanoseconds of an operation.
    func time(_ set: InstructionSet) -> Double {
      let start = ck_nanoseconds()
      let operations = set.peakOperations(rounds: 1000)
      return Double(ck_nanoseconds() - start) / operations
    }
    var best = (wide: Double.infinity, narrow: Double.infinity)
    // A core may take some time before it runs wide vectors at full speed.
    for attempt in 1...150 {
      best = (min(best.wide, time(wide)), min(best.narrow, time(narrow)))
      if attempt >= 8, best.narrow > 1.5 * best.wide { return true }
    }
    return false
  }()

  /// The widest panel of output channels, in units of 16.
  var maximumUnits: Int { Int(table.pointee.max_units) }

  /// Whether panels have one unit, or half of one, so that weights and inputs pass by often.
  var hasNarrowPanels: Bool { maximumUnits == 1 }

  /// Whether half a unit of channels takes less time than a whole one. Where a vector has the length of a unit, one of half
  /// the length does for it; on cores with a second multiplier of 512 bits that takes as long.
  var hasHalfPanels: Bool { hasNarrowPanels || multiplyAddsPerCycle == 16 }

  /// The most pixels of a tile with so many units.
  func pixels(units: Int) -> Int {
    let pixels = table.pointee.pixels
    return Int([pixels.0, pixels.1, pixels.2, pixels.3, pixels.4][units])
  }
}
