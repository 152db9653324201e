import NetworkGraph

extension Catalogue {
  /// The spec of the whole network in its other form, post- for pre-activation or the other way round. Blocks that
  /// were turned by themselves go with it.
  ///
  /// - Throws: `noOtherForm` with the reason where there is none.
  public static func otherForm(of spec: NetworkSpec) throws(CatalogueError) -> NetworkSpec {
    let entry = try entry(named: spec.entry)
    try check(preset: spec.preset, of: entry)
    var other = spec
    other.forms = [:]
    if spec.forms[.root] != nil { return other }
    switch entry.counterpart(spec.preset) {
    case .named(let name, let preset):
      other.entry = name
      other.preset = preset
    case .unnamed(let form): other.forms = [.root: form]
    case .none(let reason): throw .noOtherForm(spec.description, reason: reason)
    }
    return other
  }

  /// The spec with one block's body in its other form; asking again gives the first spec back.
  ///
  /// - Parameters:
  ///   - path: the block's path in the network that the spec builds; the root is the whole network.
  ///   - network: what the spec builds.
  /// - Throws: `noOtherForm` where the block has only one.
  public static func otherForm(
    of spec: NetworkSpec, at path: NodePath, in network: Network
  ) throws(CatalogueError) -> NetworkSpec {
    if path.isRoot, spec.path.isRoot { return try otherForm(of: spec) }
    guard let form = network.block(at: path)?.form else {
      let name = path.isRoot ? spec.description : path.dotted
      let parts = spec.isFile ? "of convolutions, norms and activations" : "with batch norm"
      throw .noOtherForm(name, reason: "only residual blocks and Inception modules \(parts) have one")
    }
    let wholePath = path.isRoot ? spec.path : spec.path.appending(path.dotted)
    var other = spec
    if other.forms.removeValue(forKey: wholePath) == nil { other.forms[wholePath] = form.other }
    return other
  }
}
