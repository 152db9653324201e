/// What a layer or block needs and moves in one pass, in bytes of float32, if every layer runs by itself and nothing is
/// fused. A count beyond 64 bits stays at the largest one.
public struct MemoryUse: Hashable, Sendable {
  /// Learned values.
  public let weights: Int
  /// Everything that the layers give.
  public let activations: Int
  /// The most that is alive at once while it runs: values that have been given and are still to be read, wherever in
  /// the network they were given.
  public let peak: Int
  /// What the layers read and write: their inputs, their outputs, and all that they keep.
  public let traffic: Int
  /// Floating-point operations, two for a multiply-add, for each byte of traffic; nil where nothing is moved.
  public let intensity: Double?

  init(_ cost: Cost, peakElements: Int, batch: Int) {
    weights = MemoryUse.bytes(cost.parameters)
    activations = MemoryUse.bytes(cost.outputElements, images: batch)
    peak = MemoryUse.bytes(peakElements, images: batch)
    traffic = MemoryUse.bytes(cost.inputElements &+ cost.outputElements, images: batch)
      .addingClamped(MemoryUse.bytes(cost.parameters &+ cost.buffers))
    intensity = traffic == 0 ? nil : 2 * Double(batch) * Double(cost.multiplyAdds) / Double(traffic)
  }

  /// Bytes of so many values of float32 for each of so many images, at most the largest integer.
  public static func bytes(_ elements: Int, images: Int = 1) -> Int {
    let (values, overflow) = elements.multipliedReportingOverflow(by: images)
    let (bytes, further) = values.multipliedReportingOverflow(by: 4)
    return overflow || further ? .max : bytes
  }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// The memory of every layer and block of a network, worked out once in time linear in its layers.
///
/// A value is alive from the layer that gives it to the last one that reads it. A layer that changes nothing, such as
/// flatten, hands on the value that it takes.
public struct MemoryProfile: Sendable {
  private let network: Network
  /// Values of one image that are alive while a layer runs, and the most of them in each block.
  private let alive: [Int]
  private let blockPeaks: [Int]

  public init(_ network: Network) {
    self.network = network
    let layers = network.layers
    // The layer that has given the value which a layer hands on; mostly itself.
    var givers = Array(layers.indices)
    var lastUse = Array(layers.indices)
    for (index, layer) in layers.enumerated() {
      if layer.cost.outputElements == 0, let input = layer.inputs.first { givers[index] = givers[input.index] }
      if !layer.operation.isStored { for input in layer.inputs { lastUse[givers[input.index]] = index } }
    }
    lastUse[givers[network.output.index]] = layers.count

    var released = Array(repeating: 0, count: layers.count + 1)
    var alive: [Int] = []
    alive.reserveCapacity(layers.count)
    var now = 0
    for index in layers.indices {
      if givers[index] == index {
        let elements = layers[index].output.elements
        now &+= elements
        released[lastUse[index]] &+= elements
      }
      alive.append(now)
      now &-= released[index]
    }
    self.alive = alive

    // Blocks are numbered parents first.
    var peaks = Array(repeating: 0, count: network.blocks.count)
    for block in network.blocks.reversed() {
      peaks[block.id.index] = block.children.reduce(0) { peak, child in
        switch child {
        case .block(let id): max(peak, peaks[id.index])
        case .layer(let id): max(peak, alive[id.index])
        }
      }
    }
    blockPeaks = peaks
  }

  /// - Parameter batch: how many images a pass takes.
  public func memory(of node: Node, batch: Int = 1) -> MemoryUse {
    let peak =
      switch node {
      case .layer(let id): alive[id.index]
      case .block(let id): blockPeaks[id.index]
      }
    return MemoryUse(network.cost(of: node), peakElements: peak, batch: batch)
  }
}
