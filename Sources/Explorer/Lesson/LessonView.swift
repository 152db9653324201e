import Architectures
import Measurement
import NetworkGraph

/// The screen that a step of the lesson opens, in which every key does what it does elsewhere.
struct LessonView: Sendable {
  enum Subject: Sendable {
    case network(NetworkSpec, Picture?)
    case comparison(NetworkSpec, NetworkSpec, ComparisonScreen.Picture?)
  }

  var subject: Subject
  /// How many levels of blocks are open below the outermost.
  var levels = 0
  /// Where the cursor stands.
  var cursor = NodePath.root

  /// True for a diagram that needs the whole width of a narrow screen.
  var isWide = false

  /// The screen, and what is to be measured for it.
  func screen(
    _ conditions: Conditions, _ convention: CountingConvention
  ) throws(CatalogueError) -> (screen: Screen, effect: Effect) {
    switch subject {
    case .network(let spec, let picture):
      var screen = try NetworkScreen(spec, conditions: conditions, convention: convention)
      for _ in 0..<levels { screen.openLevel() }
      screen.table.select(cursor.isRoot ? spec.path : cursor)
      screen.picture = picture
      screen.diagram.scope = spec.path
      return (.network(screen), screen.measurement)
    case .comparison(let a, let b, let picture):
      var screen = try ComparisonScreen(a, b, conditions: conditions, convention: convention)
      for _ in 0..<levels { screen.openLevel() }
      if let row = screen.table.rows.first(where: { $0.id.a == cursor || $0.id.b == cursor }) {
        screen.table.select(row.id)
      }
      screen.picture = picture
      return (.comparison(screen), screen.measurement)
    }
  }

  /// True if the text stands beside it, and not above it, on a narrow screen too.
  var isNarrow: Bool { if case .network(_, .diagram) = subject { !isWide } else { false } }

  /// True if the picture, or the table, is shown that it began with.
  func isShown(on state: State) -> Bool {
    switch subject {
    case .network(_, let picture): state.network?.picture == picture
    case .comparison(_, _, let picture): state.comparison?.picture == picture
    }
  }

  /// Shows what it began with.
  func restorePicture(on state: inout State) {
    switch subject {
    case .network(_, let picture): state.network?.picture = picture
    case .comparison(_, _, let picture): state.comparison?.picture = picture
    }
  }
}

extension TreeScreen {
  /// Opens the closed blocks among the rows.
  fileprivate mutating func openLevel() {
    for row in table.rows where row.disclosure == .closed { expanded.insert(row.id) }
    refresh()
  }
}
