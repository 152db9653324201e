import NetworkGraph

/// A network in an ONNX file.
public struct ONNXModel: Sendable {
  public let path: String
  private let file: ONNXFile
  /// The shape of one image, with `assumedSide` for sizes that the file leaves open.
  public let input: Shape
  /// The name of the image in the file.
  public let inputName: String
  /// True if the file leaves the image's height or width open.
  public let isInputOpen: Bool
  /// The form that its residual blocks and Inception modules have; nil where there are none, or they differ.
  public let form: BlockForm?

  /// The height and width of images whose size the file leaves open.
  public static let assumedSide = 224

  /// Opens the file and reads its graph once, so that what is wrong with it is told here.
  ///
  /// - Throws: `FormatError` with the byte, node or tensor that is not what it should be.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    file = try ONNXFile(path)
    let image = try ImageInput(file)
    (input, inputName, isInputOpen) = (image.shape, image.name, image.isOpen)
    form = try ONNXImporter.network(file, image: image.shape).form
  }

  public var opset: Int { file.opset }
  public var nodeCount: Int { file.graph.node.count }

  /// The network for images of this shape, with blocks in other forms than the file's where that is asked for. Norms that
  /// have moved begin anew: they change nothing.
  ///
  /// - Throws: `FormatError` that names the node which does not go with it.
  public func network(input: Shape, forms: [NodePath: BlockForm] = [:]) throws(FormatError) -> ImportedNetwork {
    try ONNXImporter.network(file, image: input).turned(forms)
  }

  /// The file's weights for the network that it builds for images of this shape, or for a block of it.
  public func mappedWeights(
    input: Shape, forms: [NodePath: BlockForm] = [:], at path: NodePath = .root
  ) throws -> ImportedWeights {
    let imported = try network(input: input, forms: forms)
    let network = try Network(name: self.path, input: input, forms: forms, building: imported)
    return ImportedWeights(self.path, imported, builtAs: network, at: path)
  }

  /// The layers whose values the file names as its answers, in the file's order.
  public func outputs(input: Shape, forms: [NodePath: BlockForm]) throws -> [(name: String, layer: NodePath)] {
    let imported = try network(input: input, forms: forms)
    let network = try Network(name: self.path, input: input, forms: forms, building: imported)
    // The image stands before the file's layers.
    return imported.answers.map { ($0.name, network.layers[$0.layer + 1].path) }
  }
}
