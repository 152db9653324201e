/// Why a network cannot be built. Every case names the layer and what a person needs to mend it.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The window of a layer does not fit into its input.
  case windowTooLarge(layer: NodePath, kind: String, window: Extent, input: Shape)
  /// Inputs that must agree do not.
  case shapesDiffer(layer: NodePath, kind: String, Shape, Shape)
  /// A layer was given a shape that it does not take.
  case wrongInput(layer: NodePath, kind: String, expected: String, got: Shape)
  /// A number of a layer is impossible.
  case badValue(layer: NodePath, what: String, value: Int, expected: String)
  /// A count is beyond 2^43, so that sums of counts might not fit into 64 bits.
  case tooLarge(layer: NodePath, what: String)
  /// Two nodes of one name.
  case duplicatePath(NodePath)
  /// A form was asked for at a place where there is no block that has another form.
  case noOtherForm(NodePath)
  /// No block or layer of that name.
  case noSuchNode(NodePath)
  /// A block that takes several values cannot be run on one image.
  case severalInputs(NodePath, [NodePath])

  public var description: String {
    switch self {
    case .windowTooLarge(let layer, let kind, let window, let input):
      "\(layer): a \(kind) window of \(window) does not fit into its input \(input)"
    case .shapesDiffer(let layer, let kind, let a, let b):
      "\(layer): \(kind) needs inputs of one size, got \(a) and \(b)"
    case .wrongInput(let layer, let kind, let expected, let got):
      "\(layer): \(kind) expects \(expected), got \(got)"
    case .badValue(let layer, let what, let value, let expected):
      "\(layer): \(what) is \(value), expected \(expected)"
    case .tooLarge(let layer, let what): "\(layer): the number of \(what) is too large, beyond 2^43"
    case .duplicatePath(let path): "\(path): this name is used twice"
    case .noOtherForm(let path):
      "\(path.isRoot ? "the network" : path.dotted) has no pre-activation or post-activation form"
    case .noSuchNode(let path): "there is no block or layer '\(path)'"
    case .severalInputs(let path, let inputs):
      "\(path) takes \(inputs.count) values (\(inputs.map(\.dotted).joined(separator: ", "))) and cannot stand alone"
    }
  }
}
