/// Lays buffers that are not alive at the same time over one another.
enum Arena {
  /// Sets every buffer's offset; returns the floats of the whole.
  ///
  /// Largest first, each at the lowest place where nothing that is alive at the same time lies. Offsets are multiples
  /// of a cache line. The time is in proportion to the sum of all lifetimes: linear where values are soon used up.
  static func place(_ buffers: inout [Buffer]) -> Int {
    let used = buffers.indices.filter { buffers[$0].live.upperBound < Int.max }
    let steps = used.reduce(0) { max($0, buffers[$1].live.upperBound + 1) }
    /// The buffers that have their place and are alive, by step.
    var placed: [[Int]] = Array(repeating: [], count: steps)
    var total = 0
    for i in used.sorted(by: { (buffers[$1].floats, $0) < (buffers[$0].floats, $1) }) {
      let size = (buffers[i].floats + 15) / 16 * 16
      var neighbours: Set<Int> = []
      for step in buffers[i].live { neighbours.formUnion(placed[step]) }
      var offset = 0
      for j in neighbours.sorted(by: { (buffers[$0].offset, $0) < (buffers[$1].offset, $1) }) {
        if offset + size <= buffers[j].offset { break }
        offset = max(offset, (buffers[j].offset + buffers[j].floats + 15) / 16 * 16)
      }
      buffers[i].offset = offset
      for step in buffers[i].live { placed[step].append(i) }
      total = max(total, offset + size)
    }
    return total
  }
}
