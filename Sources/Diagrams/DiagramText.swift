import NetworkGraph

/// How much a box says, from most to least.
public enum DiagramDetail: Hashable, Sendable, CaseIterable {
  /// Name, what it does, and its cost.
  case full
  /// Name and what it does.
  case named
  /// What it does.
  case brief
}

extension Network {
  /// What a node's line in a box says.
  func text(of node: Node, isOpen: Bool = false, _ detail: DiagramDetail) -> (name: String, meaning: String) {
    let name = name(of: node)
    switch node {
    case .block(let id):
      let sign = isOpen ? "▾ " : "▸ "
      let kind = self[id].kind.rawValue
      return detail == .brief ? (sign + name, "") : (sign + name, kind)
    case .layer(let id):
      let layer = self[id]
      let sign = layer.operation.sign
      if detail == .brief { return ("", sign + layer.operation.meaning(isBrief: true)) }
      return (sign + name, layer.operation.meaning(isBrief: false))
    }
  }
}

extension Operation {
  /// The sign that stands for an operation that joins values.
  var sign: String {
    switch self {
    case .add: "⊕ "
    case .multiply: "⊗ "
    case .concat: "⧺ "
    default: ""
    }
  }

  /// What it does, in the terms of the field: `3×3 conv, 64, /2`.
  func meaning(isBrief: Bool) -> String {
    switch self {
    case .input(let shape): return isBrief ? "input" : shape.description
    case .convolution(let convolution): return convolution.meaning(isBrief: isBrief)
    case .batchNorm: return isBrief ? "BN" : "batch norm"
    case .layerNorm: return isBrief ? "LN" : "layer norm"
    case .layerScale: return "layer scale"
    case .scale(let factor): return "× \(factor)"
    case .channelBias: return "bias"
    case .shift(let number): return "+ \(number)"
    case .activation(let activation): return activation.kind
    case .maxPool(let pooling): return "\(pooling.kernel) max pool" + suffix(ofStride: pooling.stride)
    case .averagePool(let pooling, _): return "\(pooling.kernel) avg pool" + suffix(ofStride: pooling.stride)
    case .globalAveragePool: return isBrief ? "avg pool" : "global avg pool"
    case .adaptiveAveragePool(let size): return "avg pool to \(size)"
    case .linear(_, let features, _): return "linear\(isBrief ? "" : ",") \(features)"
    case .slice(let channels): return "channels \(channels.lowerBound)–\(channels.upperBound - 1)"
    case .channelShuffle(let groups): return "shuffle, \(groups) groups"
    case .padChannels: return "pad channels"
    case .subsample(let step): return "subsample" + suffix(ofStride: step)
    case .zeroPad: return "zero pad"
    case .add, .multiply, .concat, .flatten, .unflatten, .dropout, .stochasticDepth, .softmax, .localResponseNorm,
      .portable, .unsupported:
      return kind.lowercased()
    }
  }
}

extension Convolution {
  fileprivate func meaning(isBrief: Bool) -> String {
    let kind = isDepthwise ? "depthwise" : isBrief ? "" : "conv"
    let channels = isBrief && isDepthwise ? "" : "\(isBrief ? " " : ", ")\(outputChannels)"
    return "\(kernel)" + (kind.isEmpty ? "" : " " + kind) + channels
      + (groups > 1 && !isDepthwise ? " g\(groups)" : "")
      + (isBrief ? "" : dilation == 1 ? "" : ", dilated \(dilation)")
      + suffix(ofStride: stride)
  }
}

/// A stride other than 1, as the tree shows it: ` /2`.
private func suffix(ofStride stride: Extent) -> String {
  stride == 1 ? "" : stride.isSquare ? " /\(stride.height)" : " /\(stride)"
}
