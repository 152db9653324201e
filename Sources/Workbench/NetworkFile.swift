import Architectures
import Formats
import NetworkGraph

/// Networks in files.
public enum NetworkFile {
  /// Opens the file and makes its network known by the file's path, like one of the catalogue.
  ///
  /// - Throws: `FormatError` with the byte, node or tensor that is not what it should be.
  public static func open(_ path: String) throws(FormatError) {
    Catalogue.add(file: CatalogueEntry(file: try ONNXModel(path), at: path))
  }

  /// Writes a network as an ONNX file. One that comes from a file keeps the names of its inputs and its answer.
  public static func write(_ network: Network, of spec: NetworkSpec, weights: any WeightSource, to path: String) throws
  {
    var names: ONNXNames?
    if spec.path.isRoot, let answer = try Catalogue.outputs(of: spec).first {
      names = ONNXNames(inputs: try Catalogue.inputs(of: spec).map(\.name), answer: answer.name)
    }
    try ONNXFile.write(network, weights: weights, names: names, producer: "convscope", to: path)
  }
}

extension ONNXModel: NetworkFileContents {
  public var inputs: [NetworkInput] {
    graphInputs.map {
      NetworkInput(name: $0.name, lengths: $0.lengths, hasBatch: $0.hasBatch, isChannelsLast: $0.isChannelsLast)
    }
  }

  public var summary: String {
    "ONNX, operators of version \(opset), \(nodeCount) nodes"
      + (isInputOpen ? "; the file leaves the input's size open" : "")
  }

  public func module(input: Shape, forms: [NodePath: BlockForm]) throws(CatalogueError) -> any Module {
    do throws(FormatError) { return try network(input: input, forms: forms) } catch {
      // The file was sound when it was opened: it is the size that does not go with it.
      throw .unreadable(input.description, expected: "an input that the network takes: \(error.message)")
    }
  }

  public func outputs(input: Shape, forms: [NodePath: BlockForm]) throws -> [NetworkAnswer] {
    try answers(input: input, forms: forms).map {
      NetworkAnswer(name: $0.name, layer: $0.layer, axes: $0.axes, isLine: $0.isLine)
    }
  }

  public func weights(
    input: Shape, forms: [NodePath: BlockForm], at block: NodePath
  ) throws -> any WeightSource {
    try mappedWeights(input: input, forms: forms, at: block)
  }
}
