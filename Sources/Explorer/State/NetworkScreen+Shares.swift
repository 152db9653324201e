import Measurement
import NetworkGraph

/// What the columns read.
extension NetworkScreen {
  func kind(at path: NodePath) -> String { model.outline[path].map { network.kind(of: $0.node) } ?? "" }

  func cost(at path: NodePath) -> Cost { model.outline[path].map { network.cost(of: $0.node) } ?? .zero }

  /// What a row needs and moves in a pass of the present batch.
  func memory(at path: NodePath) -> MemoryUse? {
    model.outline[path].map { model.memory.memory(of: $0.node, batch: conditions.batch) }
  }

  func receptiveField(at path: NodePath) -> ReceptiveField? {
    model.outline[path].map { model.receptiveFields[network.output(of: $0.node).index] }
  }

  /// The time that stands on a row; nil where none does.
  func time(at path: NodePath) -> Milliseconds? {
    model.outline[path].flatMap { attribution?.time(of: $0.node, in: network) }
  }

  /// What shares are shares of: the time once it is known, until then the work.
  func weight(at path: NodePath) -> Double? { model.outline[path].flatMap { weight(of: $0.node) } }

  func weight(of node: Node) -> Double? {
    if let attribution { return attribution.time(of: node, in: network) }
    let operations = convention.operations(network.cost(of: node))
    return operations > 0 ? Double(operations) : nil
  }

  func shareOfParent(_ path: NodePath) -> Double? {
    guard let weight = weight(at: path) else { return nil }
    guard let parent = model.outline[path]?.parent else { return 1 }
    return self.weight(at: model.outline.items[parent].path).map { weight / $0 }
  }

  func shareOfLargestSibling(_ path: NodePath) -> Double? {
    guard let weight = weight(at: path) else { return nil }
    guard let parent = model.outline[path]?.parent else { return 1 }
    return greatestWeights[parent] > 0 ? weight / greatestWeights[parent] : nil
  }
}
