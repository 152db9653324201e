/// An operation that has no kernel here.
public struct UnsupportedOperation: Hashable, Sendable {
  /// What the file calls it: `GridSample`.
  public let type: String
  /// The file's name of the node.
  public let node: String
  /// What about it cannot be computed.
  public let reason: String
  /// The shape that it gives, as far as the file tells; else `Shape.unknown`.
  public let output: Shape

  public init(type: String, node: String, reason: String, output: Shape) {
    self.type = type
    self.node = node
    self.reason = reason
    self.output = output
  }
}

extension Network {
  /// The first layer that has no kernel; nil if the network can be run.
  public var firstUnsupported: UnsupportedOperation? { unsupported.first }

  /// What has no kernel, and so no time.
  public var unsupported: [UnsupportedOperation] {
    layers.compactMap { if case .unsupported(let operation) = $0.operation { operation } else { nil } }
  }
}
