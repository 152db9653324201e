import NetworkGraph

extension BlockKind {
  /// The kind of block that these neighbouring layers make, by the known shapes; a sequence where they make none.
  init(recognising layers: ArraySlice<ImportedLayer>) {
    let convolutions = layers.compactMap(\.operation.convolution)
    let joins = layers.filter { $0.operation == .add || $0.operation == .concat }
    let isDepthwise = convolutions.contains(where: \.isDepthwise)
    guard let join = joins.last, joins.count == 1 else {
      if joins.count > 1 {
        self = .stage
      } else if layers.contains(where: { $0.operation == .multiply }), convolutions.allSatisfy(\.isPointwise) {
        self = "SqueezeExcitation"
      } else if isDepthwise, convolutions.count == 3 {
        self = "InvertedResidual"
      } else if isDepthwise, convolutions.count == 2, convolutions[1].isPointwise {
        self = "SeparableConvolution"
      } else {
        self = .sequential
      }
      return
    }
    if join.operation == .concat {
      self =
        join.inputs.count > 2
        ? "InceptionModule" : join.inputs.contains { $0 < layers.startIndex } ? "DenseLayer" : .sequential
      return
    }
    // A projection of the shortcut stands beside the body.
    let kernels = convolutions.map(\.kernel)
    if isDepthwise {
      self = "InvertedResidual"
    } else if kernels.starts(with: [1, 3, 1]) || Array(kernels.suffix(3)) == [1, 3, 1] {
      self = "Bottleneck"
    } else if kernels.count(where: { $0 == 3 }) == 2 {
      self = "BasicBlock"
    } else {
      self = "ResidualBlock"
    }
  }
}
