import Measurement
import NetworkGraph

/// What the steps of a pass read and write, worked out from the layers that each runs: a value that never leaves its
/// step, or steps that take turns, costs no memory.
struct StepValues: Sendable {
  /// Bytes that each step moves: the values it takes from other steps, those it gives them, and its weights.
  private(set) var traffic: [Int]
  /// Bytes of values that are alive while each step runs: given by it or before, and read by it or later.
  private(set) var alive: [Int]

  init(_ steps: [StepTiming], of network: Network, batch: Int) {
    var stepOfLayer = [Int?](repeating: nil, count: network.layers.count)
    for (index, step) in steps.enumerated() {
      for path in step.covers { if let layer = network.layerID(at: path) { stepOfLayer[layer.index] = index } }
    }
    // Layers that no step runs, such as flatten and most concatenations, hand on what they take.
    var givers: [[Int]] = []
    givers.reserveCapacity(network.layers.count)
    for layer in network.layers {
      let taken = layer.inputs.flatMap { givers[$0.index] }
      givers.append(stepOfLayer[layer.id.index] == nil && !layer.inputs.isEmpty ? taken : [layer.id.index])
    }

    func bytes(_ layer: Int) -> Int { MemoryUse.bytes(network.layers[layer].output.elements, images: batch) }
    var traffic = Array(repeating: 0, count: steps.count)
    var lastUse = [Int?](repeating: nil, count: network.layers.count)
    var taken = [Set<Int>](repeating: [], count: steps.count)
    // Laying out the answer belongs to no layer: it reads the answer and writes it anew.
    for (index, step) in steps.enumerated() where network.layerID(at: step.owner) == nil {
      traffic[index] = 2 * bytes(network.output.index)
    }
    for layer in network.layers {
      guard let step = stepOfLayer[layer.id.index] else { continue }
      traffic[step] &+= MemoryUse.bytes(layer.cost.parameters)
      if layer.inputs.isEmpty { traffic[step] &+= bytes(layer.id.index) }
      for giver in layer.inputs.flatMap({ givers[$0.index] }) where stepOfLayer[giver] != step {
        if stepOfLayer[giver] == step - 1, steps[step].goesOnWithTurns { continue }
        lastUse[giver] = max(lastUse[giver] ?? 0, step)
        if taken[step].insert(giver).inserted { traffic[step] &+= bytes(giver) }
      }
    }
    for giver in givers[network.output.index] { lastUse[giver] = max(0, steps.count - 1) }

    var change = Array(repeating: 0, count: steps.count + 1)
    for layer in network.layers.indices {
      guard let step = stepOfLayer[layer], let end = lastUse[layer], end >= step else { continue }
      traffic[step] &+= bytes(layer)
      change[step] &+= bytes(layer)
      change[end + 1] &-= bytes(layer)
    }
    var now = 0
    alive = steps.indices.map { index in
      now &+= change[index]
      return now
    }
    self.traffic = traffic
  }
}
