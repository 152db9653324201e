import NetworkGraph

/// The Inception v3 module from 17×17 to 8×8 (Szegedy et al. 2015, §5).
struct InceptionD: Module {
  var form: BlockForm? = .postActivation
  var width = WidthMultiplier.full

  var kind: BlockKind { "InceptionD" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch3x3 = try x.unit("branch3x3_1", width(192), kernel: 1, form)
      .unit("branch3x3_2", width(320), kernel: 3, stride: 2, padding: 0, form)
    let branch7x7x3 = try x.unit("branch7x7x3_1", width(192), kernel: 1, form)
      .unit("branch7x7x3_2", width(192), kernel: .by(1, 7), form)
      .unit("branch7x7x3_3", width(192), kernel: .by(7, 1), form)
      .unit("branch7x7x3_4", width(192), kernel: 3, stride: 2, padding: 0, form)
    let branchPool = try x.maxPool(kernel: 3, stride: 2)
    return try .concat([branch3x3, branch7x7x3, branchPool])
  }
}
