import NetworkGraph

/// A network that a file holds, as the catalogue sees it. Forms are of blocks that are to be built in another form than
/// the file's, by their paths.
public protocol NetworkFileContents: Sendable {
  /// What the file is, in one line.
  var summary: String { get }
  /// The shape of one image where none is given.
  var input: Shape { get }
  /// What a pass is given; the image comes first.
  var inputs: [NetworkInput] { get }
  /// True if the file leaves the image's height or width open.
  var isInputOpen: Bool { get }
  /// The form that its blocks have in the file; nil where there is no other for all of them.
  var form: BlockForm? { get }

  func module(input: Shape, forms: [NodePath: BlockForm]) throws(CatalogueError) -> any Module
  /// The weights of a block, the root for the whole network.
  func weights(input: Shape, forms: [NodePath: BlockForm], at block: NodePath) throws -> any WeightSource
  /// The layers whose values the file names as its answers.
  func outputs(input: Shape, forms: [NodePath: BlockForm]) throws -> [NetworkAnswer]
}

/// A value that a file names as an answer of its network.
public struct NetworkAnswer: Sendable {
  public let name: String
  public let layer: NodePath
  /// The lengths of the axes of an array that has no batch.
  public let axes: [Int]?
  /// True for images that have no rows, only places along a line.
  public let isLine: Bool

  public init(name: String, layer: NodePath, axes: [Int]?, isLine: Bool) {
    self.name = name
    self.layer = layer
    self.axes = axes
    self.isLine = isLine
  }
}

/// A value that a network is given, by the name that it has in its file.
public struct NetworkInput: Sendable {
  public let name: String
  /// The lengths of its axes, without that which counts images.
  public let lengths: [Int]
  /// True if an axis that counts images may stand before them.
  public let hasBatch: Bool
  /// True if an image's channels are the last of its axes.
  public let isChannelsLast: Bool

  public init(name: String, lengths: [Int], hasBatch: Bool, isChannelsLast: Bool = false) {
    self.name = name
    self.lengths = lengths
    self.hasBatch = hasBatch
    self.isChannelsLast = isChannelsLast
  }
}
