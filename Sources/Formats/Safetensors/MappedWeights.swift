import NetworkGraph

/// A network's weights in a safetensors file, under torchvision's or timm's names.
public struct MappedWeights: WeightSource {
  private let file: SafetensorsFile
  /// What stands before the names of the network's tensors in the file: that of the block, with a point, where the
  /// network is only a block of what the file holds.
  private var prefix: String
  /// Where tensors come from that the file does not have.
  private var elsewhere: (any WeightSource)?

  /// Opens the file and compares its tensors with those of the network.
  ///
  /// Counters of training steps and the auxiliary classifiers of Inception networks, which are for training only, may
  /// be there or not.
  ///
  /// - Parameters:
  ///   - network: the whole network whose weights the file holds.
  ///   - path: the block or layer of it that the weights are for, whose layers' paths are seen from it.
  /// - Throws: `FormatError` that names the first tensor that is missing, has another shape or belongs nowhere.
  public init(_ file: String, for network: Network, at path: NodePath = .root) throws(FormatError) {
    self.file = try SafetensorsFile(file)
    prefix = ""
    var expected: Set<String> = []
    for layer in network.layers {
      for tensor in layer.operation.tensors {
        expected.insert(layer.name(of: tensor))
        _ = try find(tensor, of: layer)
      }
    }
    let surplus = self.file.tensors.keys.filter { !expected.contains($0) && !Self.isForTrainingOnly($0) }
    if let name = surplus.min(), let tensor = self.file.tensors[name] {
      throw FormatError(
        file,
        "holds '\(name)' of the shape \(tensor.dimensions), which \(network.name) does not have"
          + (surplus.count > 1 ? ", and \(surplus.count - 1) more" : ""))
    }
    prefix = Self.prefix(of: path, in: network)
  }

  /// Opens the file for a network that has been changed: what the file does not have in the network's shapes comes from
  /// elsewhere.
  ///
  /// - Throws: `FormatError` where the file cannot be read.
  public init(
    _ file: String, for network: Network, at path: NodePath, elsewhere: any WeightSource
  ) throws(FormatError) {
    self.file = try SafetensorsFile(file)
    self.elsewhere = elsewhere
    prefix = Self.prefix(of: path, in: network)
  }

  /// A layer that stands alone keeps its own name.
  private static func prefix(of path: NodePath, in network: Network) -> String {
    let block = network.layer(at: path).flatMap { network.parent(of: .layer($0.id)) }.map { network[$0].path } ?? path
    return block.isRoot ? "" : "\(block)."
  }

  public func write(
    _ tensor: TensorDescription, of layer: Layer, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    do throws(FormatError) { file.read(try find(tensor, of: layer), into: destination) } catch {
      guard let elsewhere else { throw error }
      try elsewhere.write(tensor, of: layer, into: destination)
    }
  }

  private func find(
    _ tensor: TensorDescription, of layer: Layer
  ) throws(FormatError) -> SafetensorsFile.Tensor {
    let name = prefix + layer.name(of: tensor)
    guard let found = file.tensors[name] else {
      throw FormatError(file.path, "has no '\(name)', expected one of the shape \(tensor.dimensions)")
    }
    guard found.elementType.isFraction else {
      throw FormatError(file.path, "'\(name)' is of \(found.elementType), expected floating-point numbers")
    }
    // A classifier may be stored as a convolution of one pixel.
    let isSame = found.dimensions == tensor.dimensions || found.dimensions == tensor.dimensions + [1, 1]
    guard isSame else {
      throw FormatError(file.path, "'\(name)' has the shape \(found.dimensions), expected \(tensor.dimensions)")
    }
    return found
  }

  private static func isForTrainingOnly(_ name: String) -> Bool {
    name.hasSuffix(".num_batches_tracked") || ["aux1.", "aux2.", "AuxLogits."].contains { name.hasPrefix($0) }
  }
}
