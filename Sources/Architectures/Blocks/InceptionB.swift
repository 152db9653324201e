import NetworkGraph

/// The Inception v3 module from 35×35 to 17×17 (Szegedy et al. 2015, Fig. 10): convolutions and a pooling of stride 2
/// side by side.
struct InceptionB: Module {
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full

  var kind: BlockKind { "InceptionB" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch3x3 = try x.unit("branch3x3", width(384), kernel: 3, stride: 2, padding: 0, form)
    let branch3x3dbl = try x.unit("branch3x3dbl_1", width(64), kernel: 1, form)
      .unit("branch3x3dbl_2", width(96), kernel: 3, form)
      .unit("branch3x3dbl_3", width(96), kernel: 3, stride: 2, padding: 0, form)
    let branchPool = try x.maxPool(kernel: 3, stride: 2)
    return try .concat([branch3x3, branch3x3dbl, branchPool])
  }
}
