import NetworkGraph

/// The Inception module without reductions (Szegedy et al. 2014, Fig. 2a): its width grows with every module, which is
/// what the reductions are for. Published without norms, it has them here in either form.
struct NaiveInceptionModule: Module {
  /// nil for the module as published, which has biases in place of norms.
  var form: BlockForm?
  var b1: Int
  var b2: Int
  var b3: Int

  var kind: BlockKind { "NaiveInceptionModule" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch1 = try x.unit("branch1", b1, kernel: 1, bias: form == nil, form)
    let branch2 = try x.unit("branch2", b2, kernel: 3, bias: form == nil, form)
    let branch3 = try x.unit("branch3", b3, kernel: 5, bias: form == nil, form)
    let branch4 = try x.maxPool("branch4", kernel: 3, stride: 1, padding: 1)
    return try .concat([branch1, branch2, branch3, branch4])
  }
}
