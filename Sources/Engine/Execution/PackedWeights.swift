import ConvKernels
import NetworkGraph

/// A batch norm at inference: value · scale + shift, worked out in double precision.
struct NormScale {
  var scale: [Double]
  var shift: [Double]

  init(_ id: LayerID, in network: Network, from weights: some WeightSource) throws {
    let layer = network[id]
    guard case .batchNorm(let features, let epsilon) = layer.operation else {
      scale = []
      shift = []
      return
    }
    let tensors = try layer.operation.tensors.map { try weights.values(of: $0, in: layer) }
    scale = []
    shift = []
    for c in 0..<features {
      let scale = Double(tensors[0][c]) / (Double(tensors[3][c]) + epsilon).squareRoot()
      self.scale.append(scale)
      shift.append(Double(tensors[1][c]) - Double(tensors[2][c]) * scale)
    }
  }
}

extension WeightSource {
  func values(of tensor: TensorDescription, in layer: Layer) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: tensor.elements) { buffer, count in
      try write(tensor, of: layer, into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.elements]))
      count = tensor.elements
    }
  }
}

/// The weights and bias of a convolution or linear layer as its source has them, with a batch norm folded in.
struct FoldedWeights {
  /// `[output channel][input channel of the group][row][column]`.
  var weights: [Float]
  var bias: [Float]

  init(_ layer: Layer, outputs: Int, norm: LayerID?, in network: Network, from source: some WeightSource) throws {
    let tensors = layer.operation.tensors
    weights = try source.values(of: tensors[0], in: layer)
    let plain = tensors.count > 1 ? try source.values(of: tensors[1], in: layer) : []
    bias = plain.isEmpty ? Array(repeating: 0, count: outputs) : plain
    guard let norm else { return }
    let folded = try NormScale(norm, in: network, from: source)
    let row = weights.count / outputs
    for o in 0..<outputs {
      let scale = folded.scale[o]
      bias[o] = Float(Double(bias[o]) * scale + folded.shift[o])
      weights.withUnsafeMutableBufferPointer { weights in
        for i in o * row..<(o + 1) * row {
          let value = Float(Double(weights[i]) * scale)
          weights[i] = value.isSubnormal ? 0 : value
        }
      }
    }
  }
}

extension DirectTiling {
  /// Floats of the packed weights.
  func weightFloats(_ c: Convolution) -> Int {
    panels.reduce(0) { $0 + inputUnits * c.kernel.area * depth * $1.units * 16 }
  }

  /// Writes `[panel][step][depth][units · 16]`; a step is an input unit (plane) and a tap, taps innermost.
  func pack(_ weights: [Float], _ c: Convolution, into destination: UnsafeMutablePointer<Float>) {
    let merged = c.groups / c.blockDiagonalGroups
    let inputs = c.inputChannels / c.groups
    let outputs = c.outputChannels / c.groups
    let area = c.kernel.area
    var base = destination
    weights.withUnsafeBufferPointer { weights in
      for panel in panels {
        let width = panel.units * 16
        for lane in 0..<width {
          let output = panel.firstUnit * 16 + lane
          guard output < c.outputChannels else { break }
          // Among groups taken together, an output channel meets only the inputs of its own.
          let firstInput = output / outputs % merged * inputs
          let row = weights.baseAddress! + output * inputs * area
          for i in 0..<inputs {
            let input = firstInput + i
            let step = input / depth * area
            var to = base + ((step * depth) + input % depth) * width + lane
            for tap in 0..<area {
              to.pointee = row[i * area + tap]
              to += depth * width
            }
          }
        }
        base += inputUnits * area * depth * width
      }
    }
  }
}
