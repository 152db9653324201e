import NetworkGraph
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

  @Test("columns count what a terminal shows of their text")
  func wide() {
    let table = ReportTable(
      columns: [.init("path", "Name"), .init("kind", "Kind", .right)],
      rows: [[.text("卷积"), .text("a\u{301}")], [.text("conv1"), .text("块")]])
    #expect(table.aligned == ["Name   Kind", "卷积      a\u{301}", "conv1    块"])
  }

  @Test("what carries a combining mark is quoted and escaped as without")
  func marks() {
    let table = ReportTable(columns: [.init("path", "Name")], rows: [[.text("a\"\u{301}|\u{301}")]])
    #expect(table.csv.unicodeScalars.elementsEqual("path\r\n\"a\"\"\u{301}|\u{301}\"\r\n".unicodeScalars))
    #expect(table.markdown.last?.unicodeScalars.elementsEqual("| a\"\u{301}\\|\u{301} |".unicodeScalars) == true)
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

  @Test(
    "layers beside one are seen from the block that holds them, and in which names say something",
    arguments: [
      ("layer1.0.conv2", "layer1.0.bn2 layer1.0.add", "bn2 add"),
      ("layer2.0.downsample.0", "layer2.0.downsample.1", "downsample.1"),
      ("features.2.conv.0.0", "features.2.conv.0.1 features.2.conv.0.2", "conv.0.1 conv.0.2"),
      ("a.b.conv", "a.c.bn", "c.bn"), ("conv1", "bn1 relu", "bn1 relu"), ("0.0", "0.1 1", "0.1 1"), ("conv", "", ""),
    ])
  func besides(owner: String, paths: String, seen: String) {
    let entry = Entry.layers(paths.split(separator: " ").map { NodePath(String($0)) }, beside: NodePath(owner))
    #expect(entry.forPeople == seen)
    #expect(entry.exact == paths)
  }
}
