import NetworkGraph

/// A module of branches whose convolutions stand before or behind their norms, as its form says.
struct BranchedModule: Module {
  var kind: BlockKind
  var form: BlockForm? = .postActivation
  var branches: @Sendable (Value, BlockForm?) throws(NetworkError) -> [Value]

  func body(_ x: Value) throws(NetworkError) -> Value { try .concat(branches(x, form)) }
}
