/// One step of two sequences laid side by side.
enum AlignedPair: Hashable {
  case both(Int, Int)
  case onlyA(Int)
  case onlyB(Int)
}

/// Lays two sequences side by side, both in their order, so that the sum of the weights of the pairs is as large as it
/// can be (Needleman and Wunsch 1970, gaps cost nothing). Of equal sums the one that pairs earlier is taken.
///
/// Takes time and memory for about `counts.a × counts.b` weights; where these are more than `cells`, only pairs near
/// the diagonal are looked at, and time grows with the longer sequence alone.
///
/// - Parameter weight: what pairing two elements is worth; 0 for those that must not be paired.
func alignSequences(
  _ counts: (a: Int, b: Int), cells: Int = 4_000_000, weight: (_ a: Int, _ b: Int) -> Int
) -> [AlignedPair] {
  let (n, m) = counts
  // Row i looks at the columns within `reach` of the place that lies as far along b as i lies along a.
  let reach = max(64 + m / max(n, 1), cells / (2 * (n + 1)))
  func columns(_ row: Int) -> ClosedRange<Int> {
    let centre = n == 0 ? 0 : row * m / n
    return max(0, centre - reach)...min(m, centre + reach)
  }

  // best[i][j - first column]: the largest sum from i and j to the ends.
  var best = [[Int32]](repeating: [], count: n + 1)
  func sum(_ i: Int, _ j: Int) -> Int32 {
    let range = columns(i)
    return range.contains(j) ? best[i][j - range.lowerBound] : -1
  }
  for i in stride(from: n, through: 0, by: -1) {
    let range = columns(i)
    best[i] = [Int32](repeating: 0, count: range.count)
    for j in range.reversed() {
      var largest: Int32 = 0
      if i < n { largest = max(largest, sum(i + 1, j)) }
      if j < m { largest = max(largest, sum(i, j + 1)) }
      if i < n, j < m {
        let value = weight(i, j)
        let rest = sum(i + 1, j + 1)
        if value > 0, rest >= 0 { largest = max(largest, rest + Int32(clamping: value)) }
      }
      best[i][j - range.lowerBound] = largest
    }
  }

  var pairs: [AlignedPair] = []
  var (i, j) = (0, 0)
  while i < n || j < m {
    if i < n, j < m, case let value = weight(i, j), value > 0, sum(i + 1, j + 1) >= 0,
      sum(i, j) == sum(i + 1, j + 1) + Int32(clamping: value)
    {
      pairs.append(.both(i, j))
      (i, j) = (i + 1, j + 1)
    } else if i < n, j == m || sum(i + 1, j) == sum(i, j) {
      pairs.append(.onlyA(i))
      i += 1
    } else {
      pairs.append(.onlyB(j))
      j += 1
    }
  }
  return pairs
}
