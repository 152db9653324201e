/// A text that is looked for, whatever the case of its ASCII letters. Looking allocates nothing, so that every key of
/// a search may go through thousands of rows.
struct Needle: Sendable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = text.utf8.map(Self.lowered) }

  func isIn(_ text: String) -> Bool {
    guard let first = bytes.first else { return true }
    let hay = text.utf8
    var start = hay.startIndex
    while start != hay.endIndex {
      if Self.lowered(hay[start]) == first, isAt(start, of: hay) { return true }
      start = hay.index(after: start)
    }
    return false
  }

  private func isAt(_ start: String.UTF8View.Index, of hay: String.UTF8View) -> Bool {
    var place = start
    for byte in bytes {
      guard place != hay.endIndex, Self.lowered(hay[place]) == byte else { return false }
      place = hay.index(after: place)
    }
    return true
  }

  private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
}
