import NetworkGraph

/// The Inception module without reductions (Szegedy et al. 2014, Fig. 2a): its width grows with every module, which is
/// what the reductions are for.
struct NaiveInceptionModule: Module {
  var b1: Int
  var b2: Int
  var b3: Int

  var kind: BlockKind { "NaiveInceptionModule" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch1 = try x.unit("branch1", b1, kernel: 1, bias: true, nil)
    let branch2 = try x.unit("branch2", b2, kernel: 3, bias: true, nil)
    let branch3 = try x.unit("branch3", b3, kernel: 5, bias: true, nil)
    let branch4 = try x.maxPool("branch4", kernel: 3, stride: 1, padding: 1)
    return try .concat([branch1, branch2, branch3, branch4])
  }
}
