import NetworkGraph

/// Four branches that see the same input at different scales (Szegedy et al. 2014, Fig. 2b), with batch norm in either
/// form or, as published, without.
struct InceptionModule: Module {
  /// Output channels of the convolutions.
  struct Widths: Hashable, Sendable {
    var b1: Int
    /// What branch 2 is reduced to before its 3×3.
    var r2: Int
    var b2: Int
    /// What branch 3 is reduced to before its 5×5.
    var r3: Int
    var b3: Int
    var b4: Int

    init(_ b1: Int, _ r2: Int, _ b2: Int, _ r3: Int, _ b3: Int, _ b4: Int) {
      (self.b1, self.r2, self.b2, self.r3, self.b3, self.b4) = (b1, r2, b2, r3, b3, b4)
    }

    func scaled(by width: WidthMultiplier) -> Widths {
      Widths(
        width(b1), width(r2), width(b2), width(r3), width(b3), width(b4))
    }
  }

  /// Which convolutions add a bias.
  enum Biases: Hashable, Sendable {
    case none
    case all
    /// All in the post-activation form; in the pre-activation form the 1×1 of branch 1, the 3×3 and the 5×5.
    case byForm
  }

  /// nil for the module as published, which has no norm.
  var form: BlockForm?
  var widths: Widths
  /// The kernel of branch 3: 5 in the paper, 3 in torchvision.
  var largeKernel: Extent = 5
  var biases = Biases.none

  var kind: BlockKind { "InceptionModule" }

  func body(_ x: Value) throws(NetworkError) -> Value {
    let branch1 = try x.unit("branch1", widths.b1, kernel: 1, bias: lastBias, form)
    let branch2 = try x.block("branch2", .sequential) { x throws(NetworkError) in
      try x.unit("0", widths.r2, kernel: 1, bias: innerBias, form)
        .unit("1", widths.b2, kernel: 3, bias: lastBias, form)
    }
    let branch3 = try x.block("branch3", .sequential) { x throws(NetworkError) in
      try x.unit("0", widths.r3, kernel: 1, bias: innerBias, form)
        .unit("1", widths.b3, kernel: largeKernel, bias: lastBias, form)
    }
    let branch4 = try x.block("branch4", .sequential) { x throws(NetworkError) in
      try x.maxPool("0", kernel: 3, stride: 1, padding: 1, ceilMode: true)
        .unit("1", widths.b4, kernel: 1, bias: innerBias, form)
    }
    return try .concat([branch1, branch2, branch3, branch4])
  }

  private var lastBias: Bool { biases != .none }
  private var innerBias: Bool { biases == .all || biases == .byForm && form == .postActivation }
}
