/// The names most like `name`, best first: those that it begins, then those that few edits lead to.
func nearestNames(to name: String, among names: [String], limit: Int = 3) -> [String] {
  let wanted = Array(name.lowercased().utf8)
  let tolerance = max(2, wanted.count / 3)
  let ranked = names.enumerated().compactMap { index, candidate -> (rank: Int, index: Int, name: String)? in
    let letters = Array(candidate.lowercased().utf8)
    if !wanted.isEmpty, letters.starts(with: wanted) { return (0, index, candidate) }
    guard abs(letters.count - wanted.count) <= tolerance else { return nil }
    let distance = editDistance(wanted, letters)
    return distance <= tolerance ? (distance, index, candidate) : nil
  }
  return ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.prefix(limit).map(\.name)
}

/// The number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
