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
    #expect(ascii.plainText.hasPrefix("+- > 3x3 > ? ?  ---"))
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
    #expect(canvas.svg().contains(">a&lt;b&amp;c&gt;d <"))
  }

  @Test func `SVG escapes also what carries a mark, and replaces what XML forbids`() {
    var canvas = Canvas(size: CellSize(columns: 6, rows: 1))
    canvas.put("a&\u{301}<\u{338}\u{FFFE}\u{FFFF}", row: 0, column: 0)
    #expect(canvas.svg().unicodeScalars.contains("a&amp;\u{301}&lt;\u{338}\u{FFFD}\u{FFFD} <".unicodeScalars))
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
    for theme in Theme.allCases {
      #expect(theme.attributes(Style(role), depth: .monochrome).foreground == nil)
      #expect((theme.attributes(Style(role), depth: .eight).foreground ?? 0) < 8)
    }
  }

  @Test(arguments: roles)
  func `a selected cell stands out at every depth`(role: Role) {
    for depth in ColorDepth.allCases {
      let attributes = Theme.neutral.attributes(Style(role, selected: true), depth: depth)
      #expect(attributes.isReversed && attributes.foreground == nil)
    }
  }

  /// Contrast as defined by WCAG 2.1, whose least is 4.5 for text, and 3 for large text and graphics.
  @Test(arguments: roles)
  func `the colours can be read on the backgrounds that they are for`(role: Role) {
    for (theme, onWhite, onBlack) in [
      (Theme.neutral, 3.0, 3.0), (.colorBlind, 3, 3), (.dark, 1, 4.5), (.light, 4.5, 1), (.monochrome, 21, 21),
    ] {
      guard let index = theme.attributes(Style(role), depth: .indexed256).foreground else { continue }
      let luminance = luminance(index)
      #expect(1.05 / (luminance + 0.05) >= onWhite, "\(theme)")
      #expect((luminance + 0.05) / 0.05 >= onBlack, "\(theme)")
    }
  }

  /// What is better and what is worse differ in blue and yellow, which nearly everybody tells apart.
  /// As xterm has them; where it is not told, a background is white or black.
  @Test(arguments: roles)
  func `sixteen colours are enough, and can be read`(role: Role) {
    for (theme, onWhite, onBlack) in [
      (Theme.dark, 1, 4.4), (.light, 2, 1), (.neutral, 1.5, 3), (.colorBlind, 1.5, 2),
    ] {
      guard let index = theme.attributes(Style(role), depth: .sixteen).foreground else { continue }
      #expect(index < 16)
      #expect(1.05 / (luminance(index) + 0.05) >= onWhite, "\(theme) \(index)")
      #expect((luminance(index) + 0.05) / 0.05 >= onBlack, "\(theme) \(index)")
    }
  }

  @Test(arguments: [(256, ColorDepth.indexed256), (88, .sixteen), (16, .sixteen), (8, .eight), (2, .monochrome)])
  func `the number of colours decides the depth`(colors: Int, depth: ColorDepth) {
    #expect(ColorDepth(colors: colors) == depth)
  }

  @Test func `a dark background with sixteen colours has a ramp of eight`() {
    let ramp = (0..<8).map { Theme.dark.attributes(Style(.heat($0)), depth: .sixteen).foreground }
    #expect(Set(ramp).count == 8)
  }

  @Test func `the theme for the colour-blind does without red against green`() {
    for depth in [ColorDepth.eight, .sixteen, .indexed256] {
      let (better, worse) = (Role.better, Role.worse)
      let colors = [better, worse].compactMap { Theme.colorBlind.attributes(Style($0), depth: depth).foreground }
        .map(Palette.components)
      #expect(colors.count == 2 && colors[0][2] > colors[0][0] && colors[1][2] < colors[1][0])
    }
  }

  @Test(arguments: [
    ("15;0", Theme.dark), ("0;15", .light), ("0;default;7", .light), ("15;default", nil), ("", nil), ("7;8", .dark),
  ])
  func `a terminal that tells its background is believed`(colors: String, theme: Theme?) {
    #expect(Theme(forColors: colors) == theme)
    #expect(Theme(forColors: nil) == nil)
  }

  @Test(arguments: [Theme.neutral, .dark, .light, .colorBlind, .monochrome])
  func `what is dim in a picture can be read`(theme: Theme) throws {
    let sheet = Palette.sheet(of: theme)
    func components(_ hex: String) throws -> [Double] {
      let number = try #require(Int(hex.dropFirst(), radix: 16))
      return [16, 8, 0].map { Double(number >> $0 & 255) }
    }
    let (ink, paper) = (try components(sheet.ink), try components(sheet.paper))
    let dim = zip(ink, paper).map { Palette.dimOpacity * $0 + (1 - Palette.dimOpacity) * $1 }
    let (a, b) = (luminance(dim), luminance(paper))
    #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5)
  }

  private func luminance(_ index: UInt8) -> Double { luminance(Palette.components(index).map(Double.init)) }

  private func luminance(_ components: [Double]) -> Double {
    let linear = components.map { component -> Double in
      let value = component / 255
      return value <= 0.03928 ? value / 12.92 : power24((value + 0.055) / 1.055)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// The power of 2.4, as the square times the fifth root of the square.
  private func power24(_ value: Double) -> Double {
    let square = value * value
    var root = 1.0
    for _ in 0..<50 { root -= (root - square / (root * root * root * root)) / 5 }
    return square * root
  }
}
