import Testing

@testable import NetworkGraph

struct SequenceAlignmentTests {
  /// The letters of both words in their columns, `-` for a gap.
  private func align(_ a: String, _ b: String, cells: Int = 4_000_000) -> (String, String) {
    let (x, y) = (Array(a), Array(b))
    let pairs = alignSequences((x.count, y.count), cells: cells) { x[$0] == y[$1] ? 1 : 0 }
    return (
      String(
        pairs.map {
          switch $0 {
          case .both(let i, _), .onlyA(let i): x[i]
          case .onlyB: "-"
          }
        }),
      String(
        pairs.map {
          switch $0 {
          case .both(_, let j), .onlyB(let j): y[j]
          case .onlyA: "-"
          }
        })
    )
  }

  @Test func pairsTheLongestCommonSubsequence() {
    #expect(align("conv", "conv") == ("conv", "conv"))
    #expect(align("abc", "bcd") == ("abc-", "-bcd"))
    #expect(align("", "ab") == ("--", "ab"))
    #expect(align("ab", "") == ("ab", "--"))
    #expect(align("", "") == ("", ""))
    #expect(align("xa", "ya") == ("x-a", "-ya"))
  }

  @Test func ofEqualSumsTheEarlierPairWins() {
    #expect(align("a", "aaa") == ("a--", "aaa"))
    #expect(align("aaa", "a") == ("aaa", "a--"))
  }

  @Test func longSequencesStayNearTheDiagonal() {
    let long = String(repeating: "abcd", count: 5_000)
    let shorter = String(repeating: "abcd", count: 4_999)
    let (a, b) = align(long, shorter, cells: 1_000)
    #expect(a.filter { $0 != "-" } == long)
    #expect(b.filter { $0 != "-" } == shorter)
    #expect(zip(a, b).count { $0 == $1 } == shorter.count)
  }
}
