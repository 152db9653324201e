import Architectures
import Canvas
import Measurement
import NetworkGraph

/// Everything that the explorer shows, as a value. It changes in `update` alone.
public struct State: Sendable {
  /// The terminal's size.
  public internal(set) var size: CellSize
  /// How networks are run when they are opened.
  public internal(set) var conditions: Conditions
  /// Which counters make the figure in the column of multiply-adds.
  public internal(set) var convention: CountingConvention
  public internal(set) var machine: MachineFacts?
  /// The medians of passes of the catalogue's networks, by name, under the present conditions.
  let catalogueTimes: [String: Milliseconds]
  /// The screens that lead to the one that is shown, which is the last. `q` goes back.
  var screens: [Screen] = []
  /// What was marked last, to be compared with a row of this or another network.
  var mark: NetworkSpec?
  /// The lesson, if one is being walked through.
  var lesson: Lesson?
  /// What lies over the screen and takes the keys.
  var overlay: Overlay?
  /// What the last key or effect has to say.
  var notice: Notice?

  /// - Parameters:
  ///   - conditions: how networks are run when they are opened.
  ///   - catalogueTimes: medians of passes that are remembered, by the networks' names.
  public init(
    size: CellSize, conditions: Conditions, convention: CountingConvention = .torchvision,
    catalogueTimes: [String: Milliseconds] = [:]
  ) {
    self.catalogueTimes = catalogueTimes
    self.size = size
    self.conditions = conditions
    self.convention = convention
  }

  /// True while timings are asked for that have not come, settled or been given up.
  public var isMeasuring: Bool {
    switch screens.last {
    case .network(let screen) where screen.sweep?.isRunning == true: true
    case .comparison(let screen) where screen.sweep?.isRunning == true: true
    case .network(let screen):
      screen.isMeasurable && !screen.isPaused && (screen.timings.map { $0.progress == .running } ?? true)
    case .comparison(let screen):
      screen.isMeasurable && !screen.isPaused
        && (screen.timings.map { $0.a.progress == .running || $0.b.progress == .running } ?? true)
    case .catalogue, nil: false
    }
  }
}

/// A line for the person, until the next key.
struct Notice: Hashable, Sendable {
  var text: String
  var isError = false
}

/// One of the screens, with all that it remembers.
enum Screen: Sendable {
  case catalogue(CatalogueScreen)
  case network(NetworkScreen)
  case comparison(ComparisonScreen)

  /// Does with its table what every table can do.
  mutating func perform(_ action: TableAction, height: Int) {
    switch self {
    case .catalogue(var screen):
      screen.perform(action, height: height)
      self = .catalogue(screen)
    case .network(var screen):
      screen.perform(action, height: height)
      self = .network(screen)
    case .comparison(var screen):
      screen.perform(action, height: height)
      self = .comparison(screen)
    }
  }

  /// Scrolls its table so that the cursor is seen in so many rows.
  mutating func scroll(height: Int) {
    switch self {
    case .catalogue(var screen):
      screen.table.scroll(height: height)
      self = .catalogue(screen)
    case .network(var screen):
      screen.table.scroll(height: height)
      self = .network(screen)
    case .comparison(var screen):
      screen.table.scroll(height: height)
      self = .comparison(screen)
    }
  }

  /// Shows the figures of another convention.
  mutating func count(as convention: CountingConvention) {
    switch self {
    case .catalogue(var screen):
      screen.convention = convention
      screen.refresh()
      self = .catalogue(screen)
    case .network(var screen):
      screen.convention = convention
      screen.refresh()
      self = .network(screen)
    case .comparison(var screen):
      screen.convention = convention
      screen.refresh()
      self = .comparison(screen)
    }
  }

  /// Notes that no more points will come.
  mutating func endSweep() {
    switch self {
    case .network(var screen):
      screen.sweep?.isRunning = false
      self = .network(screen)
    case .comparison(var screen):
      screen.sweep?.isRunning = false
      self = .comparison(screen)
    case .catalogue: break
    }
  }

  var searchQuery: String? {
    switch self {
    case .catalogue(let screen): screen.table.search?.query
    case .network(let screen): screen.table.search?.query
    case .comparison(let screen): screen.table.search?.query
    }
  }

  var filter: String {
    switch self {
    case .catalogue(let screen): screen.table.filter
    case .network(let screen): screen.table.filter
    case .comparison(let screen): screen.table.filter
    }
  }

  /// Where it is, for the commands that apply there.
  var place: Place {
    switch self {
    case .catalogue: .catalogue
    case .network: .network
    case .comparison: .comparison
    }
  }
}

/// Where a command applies.
enum Place: Hashable, Sendable, CaseIterable { case catalogue, network, comparison }

extension State {
  var catalogue: CatalogueScreen? {
    get { if case .catalogue(let screen)? = screens.last { screen } else { nil } }
    set { if let newValue, !screens.isEmpty { screens[screens.count - 1] = .catalogue(newValue) } }
  }

  var network: NetworkScreen? {
    get { if case .network(let screen)? = screens.last { screen } else { nil } }
    set { if let newValue, !screens.isEmpty { screens[screens.count - 1] = .network(newValue) } }
  }

  var comparison: ComparisonScreen? {
    get { if case .comparison(let screen)? = screens.last { screen } else { nil } }
    set { if let newValue, !screens.isEmpty { screens[screens.count - 1] = .comparison(newValue) } }
  }

  mutating func say(_ text: String) { notice = Notice(text: text) }
  mutating func refuse(_ text: String) { notice = Notice(text: text, isError: true) }
}
