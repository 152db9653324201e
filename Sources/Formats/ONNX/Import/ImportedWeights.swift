import NetworkGraph

/// The weights of an imported network, in the file's mapping.
public struct ImportedWeights: WeightSource {
  private let file: String
  private var tensors: [String: ImportedTensor] = [:]

  /// - Parameters:
  ///   - network: what `imported` builds; its layers after its inputs stand in the same order.
  ///   - path: the block of it that the weights are for, whose layers' paths are seen from it.
  init(_ file: String, _ imported: ImportedNetwork, builtAs network: Network, at path: NodePath) {
    self.file = file
    for (layer, source) in zip(network.layers.dropFirst(imported.inputs.count), imported.layers)
    where layer.path.isInside(path) {
      for (tensor, values) in zip(layer.operation.tensors, source.tensors) {
        let name = layer.name(of: tensor)
        let isLayer = layer.path == path
        tensors[
          path.isRoot
            ? name
            : isLayer
              ? "\(path.name)\(name.dropFirst(path.dotted.count))" : String(name.dropFirst(path.dotted.count + 1))] =
          values
      }
    }
  }

  public func write(
    _ tensor: TensorDescription, of layer: Layer, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let source = tensors[layer.name(of: tensor)], source.count == destination.count else {
      throw FormatError(file, "has no '\(layer.name(of: tensor))' of \(tensor.dimensions)")
    }
    source.read(into: destination)
  }
}
