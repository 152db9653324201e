import Testing

@testable import Reports

@Suite("A table as text, CSV and Markdown")
struct TableTests {
  private let table = ReportTable(
    columns: [.init("path", "Name"), .init("params", "Parameters", .right), .init("output", "Output")],
    rows: [
      [.node(path: "layer1.conv1", name: "conv1", depth: 1), .count(9408), .lengths([64, 112, 112])],
      [.text("a \"b\", c|d"), .none, .none],
    ])

  @Test("columns are as wide as their widest entry, figures stand to the right")
  func aligned() {
    #expect(
      table.aligned == [
        "Name        Parameters  Output",
        "  conv1        9.408 k  64×112×112",
        "a \"b\", c|d",
      ])
  }

  @Test("CSV has exact values, quotes only what needs it, and ends lines with CR LF")
  func csv() {
    #expect(
      table.csv == "path,params,output\r\nlayer1.conv1,9408,64x112x112\r\n\"a \"\"b\"\", c|d\",,\r\n")
  }

  @Test("Markdown gives whole paths and escapes what would end a cell")
  func markdown() {
    #expect(
      table.markdown == [
        "| Name | Parameters | Output |", "| --- | ---: | --- |", "| layer1.conv1 | 9.408 k | 64×112×112 |",
        "| a \"b\", c\\|d |  |  |",
      ])
  }
}
