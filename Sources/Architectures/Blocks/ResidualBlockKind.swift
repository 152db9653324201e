/// The two residual blocks of He et al. 2015, Fig. 5.
enum ResidualBlockKind: String, Hashable, Sendable, CaseIterable {
  /// Two 3×3 convolutions.
  case basic
  /// 1×1, 3×3, 1×1.
  case bottleneck

  init(hasBottlenecks: Bool) { self = hasBottlenecks ? .bottleneck : .basic }

  /// How many times wider the block's output is than its first convolution's.
  var expansion: Int { self == .bottleneck ? Bottleneck.expansion : 1 }
}
