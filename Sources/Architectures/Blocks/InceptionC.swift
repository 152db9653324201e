import NetworkGraph

/// The Inception v3 module for 17×17 maps (Szegedy et al. 2015, Fig. 6): every 7×7 is a 1×7 and a 7×1.
struct InceptionC: Module {
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full
  /// Channels between the factors of the 7×7.
  var inner: Int

  var kind: BlockKind { "InceptionC" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let row = Extent.by(1, 7)
    let column = Extent.by(7, 1)
    let branch1x1 = try x.unit("branch1x1", width(192), kernel: 1, form)
    let branch7x7 = try x.unit("branch7x7_1", width(inner), kernel: 1, form)
      .unit("branch7x7_2", width(inner), kernel: row, form).unit("branch7x7_3", width(192), kernel: column, form)
    let branch7x7dbl = try x.unit("branch7x7dbl_1", width(inner), kernel: 1, form)
      .unit("branch7x7dbl_2", width(inner), kernel: column, form)
      .unit("branch7x7dbl_3", width(inner), kernel: row, form)
      .unit("branch7x7dbl_4", width(inner), kernel: column, form).unit("branch7x7dbl_5", width(192), kernel: row, form)
    let branchPool = try x.averagePool(kernel: 3, stride: 1, padding: 1)
      .unit("branch_pool", width(192), kernel: 1, form)
    return try .concat([branch1x1, branch7x7, branch7x7dbl, branchPool])
  }
}
