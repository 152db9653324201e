import NetworkGraph

/// The Inception v3 module for 8×8 maps (Szegedy et al. 2015, Fig. 7): a 1×3 and a 3×1 side by side instead of one
/// after the other.
struct InceptionE: Module {
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full

  var kind: BlockKind { "InceptionE" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch1x1 = try x.unit("branch1x1", width(320), kernel: 1, form)
    let branch3x3 = try crossed(x.unit("branch3x3_1", width(384), kernel: 1, form), "branch3x3_2")
    let branch3x3dbl = try crossed(
      x.unit("branch3x3dbl_1", width(448), kernel: 1, form).unit("branch3x3dbl_2", width(384), kernel: 3, form),
      "branch3x3dbl_3")
    let branchPool = try x.averagePool(kernel: 3, stride: 1, padding: 1)
      .unit("branch_pool", width(192), kernel: 1, form)
    return try .concat([branch1x1, branch3x3, branch3x3dbl, branchPool])
  }

  private func crossed(_ x: Value, _ name: String) throws(NetworkError) -> Value {
    let row = try x.unit(name + "a", width(384), kernel: .by(1, 3), form)
    let column = try x.unit(name + "b", width(384), kernel: .by(3, 1), form)
    return try .concat([row, column])
  }
}
