import Architectures
import Canvas
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

  /// The smallest size that it can be printed in.
  public var leastSize: CellSize { picture.least }

  /// A diagram says as much as fits into the columns, and has the rows that it needs.
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
      return screen.blockDiagram(columns: size.columns, levels: levels).canvas()
    }
    var canvas = Canvas(size: size)
    PictureView.draw(picture, of: state, screen, on: &canvas)
    return canvas
  }
}
