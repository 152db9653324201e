import Architectures
import Canvas
import Diagrams
import Measurement
import NetworkGraph

/// A picture of a network by itself, as it is printed.
public struct PrintedPicture: Sendable {
  public var picture: Picture
  public var spec: NetworkSpec
  public var conditions: Conditions
  public var convention = CountingConvention.torchvision
  /// Nil where nothing has been measured.
  public var timings: Timings?
  public var machine: MachineFacts?
  /// What the widths of an icicle are; nil for the time where it is known, else the work.
  public var widths: IcicleMeasure?

  /// How many levels of blocks are open in a diagram.
  public var levels = 1

  public init(_ picture: Picture, of spec: NetworkSpec, _ conditions: Conditions) {
    self.picture = picture
    self.spec = spec
    self.conditions = conditions
  }

  /// A diagram says as much as fits into the columns, and has the rows that it needs. Of a layer it is that of the block
  /// around, with the layer marked.
  ///
  /// - Throws: why there is no such network.
  public func draw(size: CellSize) throws(CatalogueError) -> Canvas {
    var state = State(size: size, conditions: timings?.conditions ?? conditions, convention: convention)
    state.machine = machine
    var screen = try NetworkScreen(spec, conditions: state.conditions, convention: convention)
    if let timings { screen.receive(timings, of: screen.spec) }
    screen.picture = picture
    screen.icicle = Icicle(measure: widths ?? .time, zoom: spec.path)
    state.screens = [.network(screen)]
    guard picture != .diagram else {
      screen.diagram.scope = spec.path
      let mark = BlockDiagram.Mark(sign: Glyphs.pointer, role: .title)
      let layer = screen.network.layer(at: spec.path)?.path
      return screen.blockDiagram(columns: size.columns, levels: levels).canvas { box in
        layer.map(box.paths.contains) == true ? mark : nil
      }
    }
    var canvas = Canvas(size: size)
    PictureView.draw(picture, of: state, screen, on: &canvas)
    return canvas
  }
}

/// The scatter of some entries of the catalogue, as it is printed.
public struct PrintedScatter: Sendable {
  /// The smallest size that it can be printed in.
  public static let least = CellSize(columns: 40, rows: 10)

  private let screen: CatalogueScreen

  /// - Parameter times: medians by the entries' names; where there are none, parameters are the widths.
  public init(_ entries: [CatalogueEntry], times: [String: Milliseconds], convention: CountingConvention) {
    let chosen = Set(entries.map(\.name))
    screen = CatalogueScreen(entries, convention: convention, times: times.filter { chosen.contains($0.key) })
  }

  public func draw(on canvas: inout Canvas) { ScatterView.draw(screen, isPrinted: true, on: &canvas) }
}

/// The times of two networks as a picture, as it is printed.
public struct PrintedComparison: Sendable {
  /// The smallest size that it can be printed in.
  public static let least = ComparisonScreen.leastTimes

  private let a: NetworkSpec
  private let b: NetworkSpec
  private let timings: PairTimings

  /// Nil where not both have been measured.
  public init?(_ a: NetworkSpec, _ b: NetworkSpec, _ measured: MeasurementReport) {
    guard let difference = measured.difference else { return nil }
    (self.a, self.b) = (a, b)
    timings = PairTimings(a: measured.timings[0], b: measured.timings[1], difference: difference)
  }

  /// - Throws: why there is no such network.
  public func draw(on canvas: inout Canvas) throws(CatalogueError) {
    var screen = try ComparisonScreen(a, b, conditions: timings.a.conditions, convention: .torchvision)
    screen.receive(timings, a: a, b: b)
    canvas.put(
      [Span("A ", .removed), Span("\(a)", .title), Span("   B ", .added), Span("\(b)", .title)], row: 0, column: 1,
      width: canvas.size.columns - 1)
    canvas.inside(Rect(row: 1, column: 0, rows: canvas.size.rows - 1, columns: canvas.size.columns)) {
      screen.drawTimes(on: &$0)
    }
  }
}
