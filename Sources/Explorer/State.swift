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

  /// - Parameter conditions: how networks are run when they are opened.
  public init(size: CellSize, conditions: Conditions, convention: CountingConvention = .torchvision) {
    self.size = size
    self.conditions = conditions
    self.convention = convention
  }
}
