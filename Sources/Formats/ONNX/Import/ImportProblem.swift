/// Why a node of a graph gives no layer.
enum ImportProblem: Error {
  /// The file is not what it should be.
  case malformed(FormatError)
  /// What the node asks for has no kernel here.
  case unsupported(reason: String)
}
