import Canvas
import Testing

/// The rows of a canvas without the blanks at their ends.
func rows(_ canvas: Canvas) -> [String] {
  canvas.plainText.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
}

@Suite struct DrawingTests {
  @Test(arguments: [
    ("conv1", 5, "conv1"), ("conv1", 4, "con…"), ("conv1", 1, "…"), ("conv1", 0, ""), ("conv1", -3, ""),
    ("漢字", 4, "漢字"), ("漢字", 3, "漢…"), ("漢字", 2, "…"), ("e\u{301}te\u{301}", 3, "e\u{301}te\u{301}"),
  ])
  func `text is cut by columns, not by characters`(text: String, columns: Int, expected: String) {
    #expect(text.truncated(to: columns) == expected)
  }

  @Test func `text ends before the column that is asked for`() {
    var canvas = Canvas(size: CellSize(columns: 10, rows: 1))
    #expect(canvas.put("4.09 G", row: 0, endingBefore: 9) == 6)
    #expect(rows(canvas) == ["   4.09 G"])
  }

  @Test func `a part is drawn in its own coordinates and cannot be left`() {
    var canvas = Canvas(size: CellSize(columns: 8, rows: 4))
    canvas.inside(Rect(row: 1, column: 2, rows: 2, columns: 4)) { part in
      #expect(part.size == CellSize(columns: 4, rows: 2))
      part.put("abcdefgh", row: 0, column: 0)
      part.put("below", row: 2, column: 0)
      part.put("left", row: 1, column: -2)
      part.placeCursor(row: 1, column: 0)
    }
    #expect(rows(canvas) == ["", "  abc…", "  ft", ""])
    #expect(canvas.cursor == CellPosition(row: 2, column: 2))
  }

  @Test func `a part that reaches over the border ends there`() {
    var canvas = Canvas(size: CellSize(columns: 5, rows: 3))
    canvas.inside(Rect(row: 1, column: 1, rows: 9, columns: 9)) { part in
      part.box(Rect(part.size))
    }
    #expect(rows(canvas) == ["", " ┌──┐", " └──┘"])
  }

  @Test func `overwriting half of a wide character leaves no half behind`() {
    for column in 0...1 {
      var canvas = Canvas(size: CellSize(columns: 4, rows: 1))
      canvas.put("漢", row: 0, column: 0)
      canvas.put("x", row: 0, column: column)
      #expect(canvas.cells.count { $0.character == nil } == 0)
      #expect(rows(canvas) == [column == 0 ? "x" : " x"])
    }
  }

  @Test func `control characters cannot reach the terminal`() {
    var canvas = Canvas(size: CellSize(columns: 12, rows: 1))
    canvas.put("a\u{1B}[2Jb\u{202E}c\r\n", row: 0, column: 0)
    #expect(rows(canvas) == ["a?[2Jbc?"])
  }

  @Test(arguments: [(0, 0), (1, 1), (2, 1), (20, 5)])
  func `any size can be drawn on`(columns: Int, rows: Int) {
    var canvas = Canvas(size: CellSize(columns: columns, rows: rows))
    canvas.box(Rect(canvas.size), title: "catalogue")
    canvas.put("漢字", row: 0, column: columns - 1)
    canvas.select(row: rows - 1)
    canvas.placeCursor(row: rows, column: columns)
    #expect(canvas.cells.count == columns * rows)
    #expect(canvas.cursor == nil)
  }

  @Test func `ticks are round and no more than there is room for`() {
    #expect(RoundTicks.within(0...17.9, most: 4) == [0, 5, 10, 15])
    #expect(RoundTicks.within(0...17.9, most: 3) == [0, 10])
    #expect(RoundTicks.within(12.3...12.9, most: 5).map { ($0 * 10).rounded() } == [124, 126, 128])
    #expect(RoundTicks.within(0...3_000_000, most: 4, unit: 1_048_576) == [0, 1_048_576, 2_097_152])
    #expect(RoundTicks.within(0...0, most: 4).isEmpty && RoundTicks.within(0...1, most: 0).isEmpty)
  }
}
