import NetworkGraph

/// The Inception v3 module for 35×35 maps (Szegedy et al. 2015, Fig. 5): the 5×5 of one branch is two 3×3 in another.
struct InceptionA: Module {
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full
  var poolChannels: Int

  var kind: BlockKind { "InceptionA" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch1x1 = try x.unit("branch1x1", width(64), kernel: 1, form)
    let branch5x5 = try x.unit("branch5x5_1", width(48), kernel: 1, form)
      .unit("branch5x5_2", width(64), kernel: 5, form)
    let branch3x3dbl = try x.unit("branch3x3dbl_1", width(64), kernel: 1, form)
      .unit("branch3x3dbl_2", width(96), kernel: 3, form).unit("branch3x3dbl_3", width(96), kernel: 3, form)
    let branchPool = try x.averagePool(kernel: 3, stride: 1, padding: 1)
      .unit("branch_pool", width(poolChannels), kernel: 1, form)
    return try .concat([branch1x1, branch5x5, branch3x3dbl, branchPool])
  }
}
