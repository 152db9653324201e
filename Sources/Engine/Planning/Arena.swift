/// Lays buffers that are not alive at the same time over one another.
enum Arena {
  /// Steps of a life beyond which it is shorter to ask all buffers whether they are alive then.
  private static let longestLife = 64

  /// Sets every buffer's offset; returns the floats of the whole.
  ///
  /// Largest first, each at the lowest place where nothing that is alive at the same time lies. Offsets are multiples
  /// of a cache line. The time is linear where values are soon used up, and at worst in proportion to the square of their
  /// number.
  static func place(_ buffers: inout [Buffer]) -> Int {
    let used = buffers.indices.filter { !buffers[$0].isSlab && buffers[$0].live.upperBound < Int.max }
    let steps = used.reduce(0) { max($0, buffers[$1].live.upperBound + 1) }
    /// The buffers that have their place and are alive, by step.
    var placed: [[Int]] = Array(repeating: [], count: steps)
    var all: [Int] = []
    var total = 0
    for i in used.sorted(by: { (buffers[$1].floats, $0) < (buffers[$0].floats, $1) }) {
      let size = (buffers[i].floats + 15) / 16 * 16
      let neighbours: [Int]
      if buffers[i].live.count <= longestLife {
        neighbours = Array(buffers[i].live.reduce(into: Set<Int>()) { $0.formUnion(placed[$1]) })
      } else {
        neighbours = all.filter { buffers[$0].live.overlaps(buffers[i].live) }
      }
      var offset = 0
      for j in neighbours.sorted(by: { (buffers[$0].offset, $0) < (buffers[$1].offset, $1) }) {
        if offset + size <= buffers[j].offset { break }
        offset = max(offset, (buffers[j].offset + buffers[j].floats + 15) / 16 * 16)
      }
      buffers[i].offset = offset
      for step in buffers[i].live { placed[step].append(i) }
      all.append(i)
      total = max(total, offset + size)
    }
    return total
  }
}
