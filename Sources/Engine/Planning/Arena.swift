/// Lays buffers that are not alive at the same time over one another.
enum Arena {
  /// Sets every buffer's offset; returns the floats of the whole.
  ///
  /// Largest first, each at the lowest place where nothing that is alive at the same time lies. Offsets are multiples
  /// of a cache line.
  static func place(_ buffers: inout [Buffer]) -> Int {
    var placed: [Int] = []
    var total = 0
    let order = buffers.indices.sorted { (buffers[$1].floats, $0) < (buffers[$0].floats, $1) }
    for i in order {
      let size = (buffers[i].floats + 15) / 16 * 16
      var offset = 0
      for j in placed where buffers[j].live.overlaps(buffers[i].live) {
        if offset + size <= buffers[j].offset { break }
        offset = max(offset, (buffers[j].offset + buffers[j].floats + 15) / 16 * 16)
      }
      buffers[i].offset = offset
      placed.insert(i, at: placed.firstIndex { buffers[$0].offset > offset } ?? placed.count)
      total = max(total, offset + size)
    }
    return total
  }
}
