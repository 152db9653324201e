/// The dotted name of a layer or block inside its network, in torchvision's or timm's words: `layer1.0.conv1`.
///
/// The network itself is the empty path.
public struct NodePath: Hashable, Sendable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
  public var dotted: String

  public init(_ dotted: String) { self.dotted = dotted }
  public init(stringLiteral dotted: String) { self.init(dotted) }

  public static let root = NodePath("")

  public var isRoot: Bool { dotted.isEmpty }
  /// The last part: `conv1` of `layer1.0.conv1`.
  public var name: String {
    dotted.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(dotted[dotted.utf8.index(after: $0)...]) } ?? dotted
  }
  /// The path of what it lies in, be that a part of a name: `layer1.0` of `layer1.0.conv1`. The network lies in itself.
  public var enclosing: NodePath { NodePath(String(dotted.dropLast(name.count + 1))) }
  public var description: String { dotted }

  public func appending(_ name: String) -> NodePath { NodePath(isRoot ? name : dotted + "." + name) }

  /// True if this path is `other` or lies inside it.
  public func isInside(_ other: NodePath) -> Bool {
    other.isRoot || dotted == other.dotted || dotted.hasPrefix(other.dotted + ".")
  }

  /// The path seen from `block`: `conv1` for `layer1.0.conv1` in `layer1.0`. Unchanged if it lies outside.
  public func relative(to block: NodePath) -> NodePath {
    guard !block.isRoot, isInside(block) else { return self }
    return NodePath(String(dotted.dropFirst(block.dotted.count + 1)))
  }

  public static func < (a: NodePath, b: NodePath) -> Bool { a.dotted < b.dotted }
}
