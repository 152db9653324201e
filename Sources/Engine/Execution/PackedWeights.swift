import ConvKernels
import NetworkGraph

/// Reads a network's tensors as the kernels need them, one layer after the other.
final class WeightReader {
  private let network: Network
  private let source: any WeightSource
  /// Holds the weights of one layer: fresh memory for every layer would cost more than the reading.
  private let room: MappedMemory
  /// Floats of it that are in use, as far as the system is concerned.
  private var used = 0
  /// Floats that are worth giving back when a smaller layer follows.
  private static let many = 8 << 20

  /// - Throws: `PlanError.notEnoughMemory`.
  init(_ network: Network, _ source: any WeightSource) throws {
    self.network = network
    self.source = source
    let bytes = network.layers.reduce(0) { max($0, $1.operation.tensors.first?.elements ?? 0) } * 4
    guard let room = MappedMemory(bytes: bytes) else {
      throw PlanError.notEnoughMemory(needed: bytes, available: Memory.available)
    }
    self.room = room
  }

  /// The room for a layer's weights.
  private func take(_ floats: Int) -> UnsafeMutableBufferPointer<Float> {
    if used - floats > WeightReader.many {
      room.release(from: floats * 4)
      used = 0
    }
    used = max(used, floats)
    return UnsafeMutableBufferPointer(start: room.floats, count: floats)
  }

  /// A batch norm at inference, or a scale or shift of every channel, value · scale + shift, worked out in double
  /// precision; of a layer norm the learned scale and shift.
  func norm(_ id: LayerID) throws -> (scale: [Double], shift: [Double]) {
    let layer = network[id]
    func all(_ number: Double) -> [Double] { Array(repeating: number, count: layer.output.channels) }
    let tensors = try layer.operation.tensors.map { try source.values(of: $0, in: layer).map(Double.init) }
    switch layer.operation {
    case .scale(let factor): return (all(factor), [])
    case .shift(let addend): return (all(1), all(addend))
    case .channelBias: return (all(1), tensors[0])
    case .batchNorm(_, let epsilon):
      let scale = zip(tensors[0], tensors[3]).map { $0 / ($1 + epsilon).squareRoot() }
      return (scale, zip(tensors[1], zip(tensors[2], scale)).map { $0 - $1.0 * $1.1 })
    default: return (tensors.first ?? [], tensors.count > 1 ? tensors[1] : [])
    }
  }

  /// All tensors of a layer, as they are.
  func values(of id: LayerID) throws -> [[Float]] {
    let layer = network[id]
    return try layer.operation.tensors.map { try source.values(of: $0, in: layer) }
  }

  /// What norms and scales, one behind the other, make of a channel's value: value · factor + shift.
  func scaling(by norms: [LayerID], outputs: Int) throws -> (factors: [Double], shifts: [Double]) {
    var (factors, shifts) = (Array(repeating: 1.0, count: outputs), Array(repeating: 0.0, count: outputs))
    for norm in norms {
      let (scale, shift) = try self.norm(norm)
      for o in 0..<outputs {
        factors[o] *= scale[o]
        shifts[o] = shifts[o] * scale[o] + (shift.isEmpty ? 0 : shift[o])
      }
    }
    return (factors, shifts)
  }

  /// The weights and bias of a convolution or linear layer, with the layers that are folded into them.
  ///
  /// - Returns: `[output channel][input channel of the group][row][column]`, valid until the next call, and the bias.
  func weights(
    of id: LayerID, outputs: Int, _ folded: FoldedLayers
  ) throws -> (weights: UnsafeMutableBufferPointer<Float>, bias: [Double]) {
    let layer = network[id]
    let parts = try layer.operation.convolution.map { try self.parts(folded.branches, of: $0) } ?? []
    let tensors = layer.operation.tensors
    let weights = take(tensors[0].elements)
    try source.write(tensors[0], of: layer, into: weights)
    var bias =
      tensors.count > 1
      ? try source.values(of: tensors[1], in: layer).map(Double.init) : Array(repeating: 0, count: outputs)
    guard folded != FoldedLayers() else { return (weights, bias) }
    let own = try scaling(by: folded.norms, outputs: outputs)
    let sum = try scaling(by: folded.sumNorms, outputs: outputs)
    let row = weights.count / outputs
    for o in 0..<outputs {
      let added = parts.reduce(0) { $0 + $1.bias[o] }
      bias[o] = (bias[o] * own.factors[o] + own.shifts[o] + added) * sum.factors[o] + sum.shifts[o]
      let line = UnsafeMutableBufferPointer(rebasing: weights[o * row..<(o + 1) * row])
      let factor = own.factors[o] * sum.factors[o]
      for i in line.indices { line[i] = Float(Double(line[i]) * factor) }
      for part in parts { part.add(output: o, times: sum.factors[o], to: line) }
      for i in line.indices where line[i].isSubnormal { line[i] = 0 }
    }
    return (weights, bias)
  }

  /// What a branch adds to a convolution's weights and bias.
  private struct Part {
    /// Where in the rows and columns of the whole window its own stands.
    var rows: Range<Int>
    var columns: Range<Int>
    var wholeWindow: Extent
    var inputs: Int
    var weights: [Float]
    var bias: [Double]

    func add(output: Int, times factor: Double, to line: UnsafeMutableBufferPointer<Float>) {
      var next = output * inputs * rows.count * columns.count
      for input in 0..<inputs {
        for y in rows {
          let row = (input * wholeWindow.height + y) * wholeWindow.width
          for x in columns {
            line[row + x] += Float(Double(weights[next]) * factor)
            next += 1
          }
        }
      }
    }
  }

  /// What branches add to a convolution: one part for each convolution, and one for the value itself and norms of it.
  private func parts(_ branches: [BranchSum.Branch], of whole: Convolution) throws -> [Part] {
    let (outputs, inputs) = (whole.outputChannels, whole.inputChannels / whole.groups)
    func part(_ place: Extent, _ kernel: Extent, _ weights: [Float], _ bias: [Double]) -> Part {
      Part(
        rows: place.height..<place.height + kernel.height, columns: place.width..<place.width + kernel.width,
        wholeWindow: whole.kernel, inputs: inputs, weights: weights, bias: bias)
    }
    var parts: [Part] = []
    var (factors, shifts) = (Array(repeating: 0.0, count: outputs), Array(repeating: 0.0, count: outputs))
    for branch in branches {
      if let convolution = branch.convolution, let kernel = network[convolution].operation.convolution?.kernel {
        let (weights, bias) = try self.weights(of: convolution, outputs: outputs, FoldedLayers(norms: branch.norms))
        parts.append(part(branch.place, kernel, Array(weights), bias))
      } else {
        let own = try scaling(by: branch.norms, outputs: outputs)
        factors = zip(factors, own.factors).map(+)
        shifts = zip(shifts, own.shifts).map(+)
      }
    }
    guard let place = branches.first(where: { $0.convolution == nil })?.place else { return parts }
    var weights = Array(repeating: Float(0), count: outputs * inputs)
    for o in 0..<outputs { weights[o * inputs + o % inputs] = Float(factors[o]) }
    return parts + [part(place, 1, weights, shifts)]
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

extension DirectTiling {
  /// Floats of the packed weights.
  func weightFloats(_ c: Convolution) -> Int {
    panels.reduce(0) { $0 + $1.channelSteps * c.kernel.area * depth * $1.lanes }
  }

  /// Writes `[panel][step][depth][lane]`; a step is `depth` input channels at a tap, taps innermost.
  func pack(
    _ weights: UnsafeMutableBufferPointer<Float>, _ c: Convolution, into destination: UnsafeMutablePointer<Float>
  ) {
    let inputs = c.inputChannels / c.groups
    let outputs = c.outputChannels / c.groups
    let area = c.kernel.area
    var base = destination
    for panel in panels {
      let width = panel.lanes
      let first = panel.firstUnit * 16
      let real = min(width, c.outputChannels - first)
      // Among groups that share a panel, an output channel meets only the inputs of its own.
      for group in first / outputs...(first + real - 1) / outputs {
        let lanes = max(0, group * outputs - first)..<min(real, (group + 1) * outputs - first)
        for i in 0..<inputs {
          let input = group * inputs + i - panel.firstInputUnit * 16
          var to = base + (input / depth * area * depth + input % depth) * width
          for tap in 0..<area {
            for lane in lanes { to[lane] = weights[((first + lane) * inputs + i) * area + tap] }
            to += depth * width
          }
        }
      }
      base += panel.channelSteps * area * depth * width
    }
  }
}
