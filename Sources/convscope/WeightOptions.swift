import Architectures
import ArgumentParser
import Formats
import NetworkGraph

/// Where the weights come from.
struct WeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Weights under torchvision's or timm's names. (default: generated)", valueName: "FILE.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var weights: String?

  /// The weights in the file, if one is named, or those that come with the network.
  ///
  /// - Parameter spec: the network or a block of one. The file holds the weights of the whole network.
  /// - Throws: `Failure` if the file does not hold what the network needs.
  func file(for spec: NetworkSpec) throws(Failure) -> (any WeightSource)? {
    guard let weights else {
      do { return try Catalogue.weights(of: spec) } catch { throw Failure(.data, "\(error)") }
    }
    var whole = spec
    whole.path = .root
    let network = try Catalogue.network(whole)
    do throws(FormatError) {
      return try MappedWeights(weights, for: network, at: spec.path)
    } catch { throw Failure(error) }
  }
}
