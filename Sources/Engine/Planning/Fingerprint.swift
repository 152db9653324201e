/// A short name for a long text: equal texts have equal ones (FNV-1a, 64 bits).
package struct Fingerprint {
  private(set) var hash: UInt64

  package init(seed: UInt64 = 0) { hash = 0xcbf2_9ce4_8422_2325 ^ seed }

  package mutating func mix(_ text: String) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Sixteen hexadecimal digits.
  package var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
