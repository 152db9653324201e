import Canvas
import Measurement
import Testing

@testable import Explorer

@Suite("The catalogue's scatter") struct ScatterTests {
  private var screen: CatalogueScreen {
    var screen = CatalogueScreen(
      convention: .torchvision,
      times: ["resnet18": 10, "resnet34": 20, "resnet50": 15, "mobilenet_v1": 12, "alexnet_of_nobody": 1])
    screen.showsScatter = true
    return screen
  }

  /// More multiply-adds in less time: resnet18 is the fastest, resnet50 does the most; mobilenet_v1 does less than
  /// resnet18 in more time, resnet34 less than resnet50.
  @Test func frontIsWhatNoOtherOutdoes() {
    #expect(Set(screen.points.filter(\.isOnFront).map(\.name)) == ["resnet18", "resnet50"])
    #expect(screen.points.count == 4)
  }

  @Test func parametersAreHeightsToo() {
    var screen = screen
    screen.scatterHeight = .parameters
    #expect(Set(screen.points.filter(\.isOnFront).map(\.name)) == ["resnet18", "resnet50"])
    #expect(screen.points.first { $0.name == "resnet50" }?.y == 25_557_032)
    #expect(screen.heightName == "params")
  }

  @Test func pointUnderTheCursorIsNamed() {
    var canvas = Canvas(size: CellSize(columns: 60, rows: 16))
    ScatterView.draw(screen, on: &canvas)
    let text = canvas.plainText
    #expect(text.contains("resnet18  1.814 G mult-adds  10.0 ms"))
    #expect(text.contains("●") && text.contains("○"))
    #expect(text.contains("time →") && text.contains("10.0 ms"))
    #expect(canvas.cursor != nil)
  }

  /// A sign for each network, and no dot beside it.
  @Test(arguments: [(80, 20), (60, 16), (97, 33), (160, 50)]) func everyNetworkIsOneMark(columns: Int, rows: Int) {
    var canvas = Canvas(size: CellSize(columns: columns, rows: rows))
    ScatterView.draw(screen, on: &canvas)
    let plot = canvas.plainText.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().prefix(rows - 4)
    let marks = plot.map { $0.drop { $0 != "│" }.count { $0 != " " && $0 != "│" } }
    #expect(marks.reduce(0, +) == screen.points.count)
  }

  @Test(arguments: [1, 4, 12, 200]) func anySizeIsDrawn(length: Int) {
    var canvas = Canvas(size: CellSize(columns: length, rows: length / 2))
    ScatterView.draw(screen, on: &canvas)
    #expect(canvas.size.columns == length)
  }

  @Test func axesHaveTheirTicks() throws {
    let axis = try #require(LogarithmicAxis([0.5, 2000]))
    #expect(axis.ticks == [1, 10, 100, 1000])
    #expect(abs(axis.position(of: 31.6227766) - 0.5) < 0.01)
    #expect(LogarithmicAxis([0, -1]) == nil)
    #expect([0, -.infinity, .nan, .infinity].map(axis.position) == [0, 0, 0, 1])
  }
}
