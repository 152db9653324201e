import NetworkGraph

/// A network in an ONNX file.
public struct ONNXModel: Sendable {
  public let path: String
  private let file: ONNXFile
  private let reading: AxisReading
  /// What a pass is given; the image comes first.
  public let graphInputs: [GraphInput]
  /// The form that its residual blocks and Inception modules have; nil where there are none, or they differ.
  public let form: BlockForm?

  /// The height and width of images whose size the file leaves open.
  public static let assumedSide = 224

  /// Opens the file and reads its graph once, so that what is wrong with it is told here.
  ///
  /// - Throws: `FormatError` with the byte, node or tensor that is not what it should be.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    let file = try ONNXFile(path)
    self.file = file
    let imported: ImportedNetwork
    (reading, imported) = try ONNXModel.readings(of: file)
    graphInputs = imported.inputs
    form = imported.form
  }

  /// The graph as one on images; where that does not do for all of its nodes, and a reading as one on arrays does for
  /// more of them, as that.
  private static func readings(of file: ONNXFile) throws(FormatError) -> (AxisReading, ImportedNetwork) {
    func network(_ reading: AxisReading, _ inputs: [GraphInput]) throws(FormatError) -> ImportedNetwork {
      try ONNXImporter.network(file, inputs: inputs, as: reading)
    }
    let images: [GraphInput]
    do throws(FormatError) { images = try GraphInput.all(of: file, as: .images) } catch {
      return (.arrays, try network(.arrays, GraphInput.all(of: file, as: .arrays)))
    }
    /// What a reading has no kernel for, and answers that it does not give.
    func missing(_ network: ImportedNetwork) -> Int {
      network.layersWithoutKernel + file.graph.output.count - network.answers.count
    }
    func arrays() -> ImportedNetwork? {
      guard let inputs = try? GraphInput.all(of: file, as: .arrays) else { return nil }
      return try? network(.arrays, inputs)
    }
    do throws(FormatError) {
      let result = try network(.images, images)
      if missing(result) > 0, let arrays = arrays(), missing(arrays) < missing(result) { return (.arrays, arrays) }
      return (.images, result)
    } catch {
      // As arrays it may make sense, if not all of it can be computed.
      guard let arrays = arrays() else { throw error }
      return (.arrays, arrays)
    }
  }

  public var opset: Int { file.opset }
  public var nodeCount: Int { file.graph.node.count }

  /// The shape of one image, with `assumedSide` for sizes that the file leaves open.
  public var input: Shape { graphInputs[0].shape }
  /// True if the file leaves the image's height or width open.
  public var isInputOpen: Bool { graphInputs[0].isOpen }

  /// The network for images of this shape, where other inputs of the image's size follow it, with blocks in other forms
  /// than the file's where that is asked for. Norms that have moved begin anew: they change nothing.
  ///
  /// - Throws: `FormatError` that names the node which does not go with it.
  public func network(input: Shape, forms: [NodePath: BlockForm] = [:]) throws(FormatError) -> ImportedNetwork {
    guard let given = graphInputs.sized(for: input) else {
      throw FormatError(path, "the input '\(graphInputs[0].name)' is \(graphInputs[0].shape), not \(input)")
    }
    func build(_ reading: AxisReading, _ inputs: [GraphInput]) throws(FormatError) -> ImportedNetwork {
      try ONNXImporter.network(file, inputs: inputs, as: reading)
    }
    // Whether a graph is one on images may hang on their size: on how often something repeats, or fits.
    func otherwise() -> ImportedNetwork? {
      guard reading == .images, input != graphInputs[0].shape, let all = try? GraphInput.all(of: file, as: .arrays),
        let inputs = all.sized(for: input), let network = try? build(.arrays, inputs), network.hasAllKernels,
        network.inputs.count == graphInputs.count
      else { return nil }
      return network
    }
    do throws(FormatError) {
      let network = try build(reading, given)
      return ((network.hasAllKernels ? nil : otherwise()) ?? network).turned(forms)
    } catch {
      guard let network = otherwise() else { throw error }
      return network.turned(forms)
    }
  }

  /// The file's weights for the network that it builds for images of this shape, or for a block of it.
  public func mappedWeights(
    input: Shape, forms: [NodePath: BlockForm] = [:], at path: NodePath = .root
  ) throws -> ImportedWeights {
    let imported = try network(input: input, forms: forms)
    let network = try Network(name: self.path, input: input, forms: forms, building: imported)
    return ImportedWeights(self.path, imported, builtAs: network, at: path)
  }

  /// The layers whose values the file names as its answers, in the file's order. An array that has no batch has its own
  /// axes; a line has no rows.
  public func answers(
    input: Shape, forms: [NodePath: BlockForm]
  ) throws -> [(name: String, layer: NodePath, axes: [Int]?, isLine: Bool)] {
    let imported = try network(input: input, forms: forms)
    let network = try Network(name: self.path, input: input, forms: forms, building: imported)
    return imported.answers.map { answer in
      (answer.name, network.layers[answer.layer + graphInputs.count].path, answer.axes, answer.isLine)
    }
  }
}

extension ImportedNetwork {
  fileprivate var layersWithoutKernel: Int {
    layers.count { if case .unsupported = $0.operation { true } else { false } }
  }

  /// True if there is a kernel for everything.
  fileprivate var hasAllKernels: Bool { layersWithoutKernel == 0 }
}

extension [GraphInput] {
  /// The same inputs where the image has this shape; nil where it takes no other.
  fileprivate func sized(for image: Shape) -> [GraphInput]? {
    guard let first = self[0].resized(to: image) else { return nil }
    return [first] + dropFirst().map { $0.following(self[0], to: image) }
  }
}
