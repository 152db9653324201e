import Architectures
import Formats
import NetworkGraph

/// Networks in files.
public enum NetworkFile {
  /// Opens the file and makes its network known by the file's path, like one of the catalogue.
  ///
  /// - Throws: `FormatError` with the byte, node or tensor that is not what it should be.
  public static func open(_ path: String) throws(FormatError) {
    let model = try ONNXModel(path)
    Catalogue.add(
      file: CatalogueEntry(
        file: path, summary: model.summary, input: model.input, form: model.form,
        weights: { input, forms, block in try model.weights(input: input, forms: forms, at: block) },
        module: { input, forms throws(CatalogueError) in
          do throws(FormatError) { return try model.network(input: input, forms: forms) } catch {
            // The file was sound when it was opened: it is the size that does not go with it.
            throw .unreadable(input.description, expected: "an input that the network takes: \(error.message)")
          }
        }))
  }
}

extension ONNXModel {
  /// What the file holds, in one line.
  fileprivate var summary: String {
    "ONNX, operators of version \(opset), \(nodeCount) nodes"
      + (isInputOpen ? "; the file leaves the input's size open" : "")
  }
}
