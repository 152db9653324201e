import Architectures
import ArgumentParser
import Engine
import Formats
import NetworkGraph
import Workbench

/// `convscope export MODEL`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a network or block with its weights as an ONNX file.",
    discussion: "Without --weights the weights are generated, the same every time.")

  @Argument(help: "The network or block: NAME[:PRESET][#PATH].", completion: .models)
  var model: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "FILE.onnx"),
    completion: .file(extensions: ["onnx"]))
  var output: String

  @OptionGroup var options: ModelOptions
  @OptionGroup var weights: WeightOptions

  func validate() throws {
    guard output.hasSuffix(".onnx") else {
      throw ValidationError("--output is '\(output)', expected a name that ends in .onnx")
    }
  }

  func run() throws {
    let spec = try options.spec(of: model)
    let network = try Catalogue.network(spec)
    let source: any WeightSource = try weights.file(for: spec) ?? SeededWeights(for: network)
    do {
      try NetworkFile.write(network, of: spec, weights: source, to: output)
    } catch let error as FormatError {
      throw Failure(error)
    }
  }
}
