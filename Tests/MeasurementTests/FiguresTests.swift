import Testing

@testable import Measurement

@Suite("Figures keep their digits at every cut-off")
struct FiguresTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1.000 k"), (9408, "9.408 k"), (9_999, "9.999 k"), (10_000, "10.00 k"),
    (99_994, "99.99 k"), (99_995, "100.0 k"), (999_949, "999.9 k"), (999_950, "1.000 M"), (25_557_032, "25.56 M"),
    (999_949_999, "999.9 M"), (999_950_000, "1.000 G"), (4_089_184_256, "4.089 G"), (-1536, "-1.536 k"),
    (Int.max, "9.223 E"),
  ])
  func counts(_ value: Int, _ text: String) { #expect(Figures.count(value) == text) }

  @Test(arguments: [
    (0.0, "0 ms"), (0.000_81, "0.81 µs"), (0.008_12, "8.12 µs"), (0.009_994, "9.99 µs"), (0.009_996, "10.0 µs"),
    (0.099_94, "99.9 µs"), (0.099_96, "100 µs"), (0.999_4, "999 µs"), (0.999_6, "1.00 ms"), (9.994, "9.99 ms"),
    (9.996, "10.0 ms"), (37.94, "37.9 ms"), (99.96, "100 ms"), (999.4, "999 ms"), (999.6, "1.00 s"),
    (12_345, "12.3 s"), (-0.5, "-500 µs"),
  ])
  func times(_ value: Double, _ text: String) { #expect(Figures.time(value) == text) }

  @Test(arguments: [
    (0.0, "0.0 %"), (0.0004, "<0.1 %"), (0.0006, "0.1 %"), (0.1234, "12.3 %"), (0.9994, "99.9 %"), (0.9996, "100 %"),
    (1.0, "100 %"),
  ])
  func percents(_ value: Double, _ text: String) { #expect(Figures.percent(value) == text) }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "0.98 KiB"), (1024, "1.00 KiB"), (102_228_128, "97.5 MiB"),
    (1 << 40, "1.00 TiB"),
  ])
  func bytes(_ value: Int, _ text: String) { #expect(Figures.bytes(value) == text) }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (115_605_504, "115,605,504"), (-12_345, "-12,345")])
  func groups(_ value: Int, _ text: String) { #expect(Figures.grouped(value) == text) }

  @Test("No figure is wider than its column")
  func widths() {
    var value = 1.0
    while value < 1e15 {
      for around in [value * 0.999_5, value * 0.999_95, value, value * 1.0005] {
        #expect(Figures.countCell(Int(around)).count <= Figures.countWidth)
        if around < 1e9 { #expect(Figures.timeCell(around / 1e5).count <= Figures.timeWidth) }
      }
      value *= 10
    }
    for share in stride(from: 0, through: 1, by: 0.0001) {
      #expect(Figures.percent(share).count <= Figures.percentWidth)
    }
  }
}
