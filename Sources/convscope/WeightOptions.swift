import Architectures
import ArgumentParser
import Engine
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
    let network = try Catalogue.network(spec.whole)
    do throws(FormatError) {
      return try MappedWeights(weights, for: network, at: spec.path)
    } catch { throw Failure(error) }
  }

  /// Gives the network the weights in the file, if one is named, also where its blocks are turned or set otherwise later:
  /// tensors that the file has not are generated then.
  ///
  /// - Throws: `Failure` if the file does not hold what the network needs as it is.
  func add(to spec: NetworkSpec?) throws(Failure) {
    guard let weights else { return }
    guard let spec else { throw Failure(.usage, "--weights is of a network, and none is named") }
    _ = try file(for: spec)
    Catalogue.add(
      weights: { spec in
        try MappedWeights(
          weights, for: Catalogue.build(spec.whole), at: spec.path,
          elsewhere: SeededWeights(for: Catalogue.build(spec)))
      }, of: spec.entry)
  }
}

extension NetworkSpec {
  /// The network that a block stands in.
  fileprivate var whole: NetworkSpec {
    var whole = self
    whole.path = .root
    return whole
  }
}
