import Testing

@testable import Canvas

@Suite struct RenderingTests {
  @Test func `in ASCII every cell keeps its place`() {
    var canvas = Canvas(size: CellSize(columns: 40, rows: 3))
    canvas.box(Rect(canvas.size), title: "▸ 3×3 → 漢字")
    canvas.put(Chart.bar(0.35, columns: 7) + "│" + Chart.sparkline([1, 2, 5, 3], columns: 4) + "│", row: 1, column: 1)
    let ascii = canvas.drawn(with: .ascii)
    #expect(ascii.plainText.allSatisfy { $0.isASCII })
    #expect(ascii.cells.count == canvas.cells.count)
    #expect(ascii.plainText.hasPrefix("+- + 3x3 > ? ?  ---"))
    #expect(ascii.plainText.contains("##:|_-#+|"))
  }

  @Test func `ANSI sets what a cell needs and no more`() {
    var canvas = Canvas(size: CellSize(columns: 6, rows: 2))
    canvas.put("ab", row: 0, column: 0, style: Style(.title))
    canvas.put("c", row: 0, column: 2)
    canvas.select(row: 1)
    #expect(canvas.ansi(depth: .monochrome) == "\u{1B}[0;1mab\u{1B}[0mc\n\u{1B}[0;7m      \u{1B}[0m\n")
  }

  @Test func `SVG escapes what XML reserves`() {
    var canvas = Canvas(size: CellSize(columns: 8, rows: 1))
    canvas.put("a<b&c>d", row: 0, column: 0)
    #expect(canvas.svg.contains(">a&lt;b&amp;c&gt;d <"))
  }

  @Test(arguments: [(0.0, ""), (-1, ""), (.nan, ""), (1e-9, "▏"), (0.5, "██"), (0.53, "██▏"), (1, "████"), (7, "████")])
  func `bars grow in eighths and show the least share`(share: Double, expected: String) {
    #expect(Chart.bar(share, columns: 4) == expected)
  }

  @Test func `a sparkline spans from the least to the greatest of the latest values`() {
    #expect(Chart.sparkline([99, 1, 2, 3], columns: 3) == "▁▅█")
    #expect(Chart.sparkline([2, 2, 2], columns: 8) == "▁▁▁")
    #expect(Chart.sparkline([1, .nan, 2], columns: 8) == "▁ █")
    #expect(Chart.sparkline([], columns: 8) == "")
  }
}

@Suite struct ThemeTests {
  static let roles: [Role] =
    [
      .text, .dim, .title, .header, .name, .kind, .number, .bar, .key, .better, .worse, .changed, .added, .removed,
      .marked, .match, .warning, .error, .status,
    ] + (0..<8).map(Role.heat)

  @Test(arguments: roles)
  func `without colours there is none, and with eight there are no others`(role: Role) {
    #expect(Theme.attributes(Style(role), depth: .monochrome).foreground == nil)
    #expect((Theme.attributes(Style(role), depth: .eight).foreground ?? 0) < 8)
  }

  @Test(arguments: roles)
  func `a selected cell stands out at every depth`(role: Role) {
    for depth in ColorDepth.allCases {
      let attributes = Theme.attributes(Style(role, selected: true), depth: depth)
      #expect(attributes.isReversed && attributes.foreground == nil)
    }
  }

  /// Contrast as defined by WCAG 2.1; 3 is its least for large text and graphics.
  @Test(arguments: roles)
  func `the colours can be read on light and on dark backgrounds`(role: Role) {
    guard let index = Theme.attributes(Style(role), depth: .indexed256).foreground else { return }
    let linear = Palette.components(index).map { component -> Double in
      let value = Double(component) / 255
      return value <= 0.03928 ? value / 12.92 : power24((value + 0.055) / 1.055)
    }
    let luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    #expect(1.05 / (luminance + 0.05) > 3)
    #expect((luminance + 0.05) / 0.05 > 3)
  }

  /// The power of 2.4, as the square times the fifth root of the square.
  private func power24(_ value: Double) -> Double {
    let square = value * value
    var root = 1.0
    for _ in 0..<50 { root -= (root - square / (root * root * root * root)) / 5 }
    return square * root
  }
}
