import Architectures
import Engine
import Formats
import NetworkGraph
import Testing

@Suite struct SafetensorsTests {
  @Test func threePrecisionsAreRead() throws {
    let header = """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
      "b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]},"c":{"dtype":"BF16","shape":[1,1],"data_offsets":[8,10]}}
      """
    let file = try ScratchFile(safetensors(header, [0, 0, 0xc0, 0x3f, 0, 0x3e, 1, 0, 0xc0, 0x3f]))
    let tensors = try SafetensorsFile(file.path).tensors
    #expect(tensors.mapValues(\.dimensions) == ["a": [1], "b": [2], "c": [1, 1]])
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, "within 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, "within 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "has 4 bytes, expected 8"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, "impossible"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "impossible"),
    (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}"#, "of type F4"),
    (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, "has no 'shape'"),
    (#"{"a":{"dtype":"F32","shape":[1e99],"data_offsets":[0,4]}}"#, "header is not what it should be"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}"#,
      "'a' and 'b' share bytes"
    ),
    (#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}"#, "belongs to no tensor, expected 'a'"),
    (#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, "2 bytes belong to no tensor"),
    (
      #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}"#,
      "belong"
    ),
    ("[[[[", "header"), ("", "header"),
  ])
  func aLyingHeaderIsRefused(header: String, expected: String) throws {
    let file = try ScratchFile(safetensors(header, [0, 0, 0, 0]))
    let error = #expect(throws: FormatError.self) { try SafetensorsFile(file.path) }
    #expect(error?.reason == .badData)
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }

  @Test func aHeaderBeyondTheFileIsRefused() throws {
    for length: [UInt8] in [Array(repeating: 255, count: 8), [1, 0, 0, 0, 0, 0, 0, 0], [1, 2, 3]] {
      let file = try ScratchFile(length)
      #expect(throws: FormatError.self) { try SafetensorsFile(file.path) }
    }
  }

  /// A linear layer's weights, its names, and what is said where they do not fit.
  @Test func weightsMustFitTheNetwork() throws {
    let network = try Catalogue.build(NetworkSpec(parsing: "conv").setting("out=1").setting("kernel=1"))
    let wanted = network.layers.flatMap { layer in
      layer.operation.tensors.map { (layer.name(of: $0), $0.dimensions) }
    }
    #expect(throws: Never.self) { try self.open(wanted, network) }
    #expect(throws: Never.self) { try self.open(wanted + [("bn1.num_batches_tracked", [])], network) }
    let missing = #expect(throws: FormatError.self) { try self.open(Array(wanted.dropFirst()), network) }
    #expect(missing?.message == "has no '\(wanted[0].0)', expected one of the shape \(wanted[0].1)")
    let other = #expect(throws: FormatError.self) {
      try self.open([(wanted[0].0, [7])] + wanted.dropFirst(), network)
    }
    #expect(other?.message == "'\(wanted[0].0)' has the shape [7], expected \(wanted[0].1)")
    let surplus = #expect(throws: FormatError.self) { try self.open(wanted + [("more", [2])], network) }
    #expect(surplus?.message.hasPrefix("holds 'more' of the shape [2]") == true)
  }

  @Test func aTurnedNetworkTakesWhatFitsAndTheRestFromElsewhere() throws {
    let network = try Catalogue.build(NetworkSpec(parsing: "residual"))
    let turned = try Catalogue.build(NetworkSpec(parsing: "preact_residual"))
    let file = try written(
      network.layers.flatMap { layer in layer.operation.tensors.map { (layer.name(of: $0), $0.dimensions) } })
    let seeded = SeededWeights(for: turned)
    let weights = try withExtendedLifetime(file) {
      try MappedWeights(file.path, for: turned, at: .root, elsewhere: seeded)
    }
    func values(_ source: any WeightSource, _ name: String) throws -> [Float] {
      for layer in turned.layers {
        for tensor in layer.operation.tensors where layer.name(of: tensor) == name {
          return try Array(unsafeUninitializedCapacity: tensor.dimensions.reduce(1, *)) { buffer, count in
            try source.write(tensor, of: layer, into: buffer)
            count = buffer.count
          }
        }
      }
      return []
    }
    #expect(try values(weights, "conv1.weight").allSatisfy { $0 == 0 })
    // The first norm has the width of the input now.
    #expect(try values(weights, "bn1.weight") == values(seeded, "bn1.weight"))
    #expect(try !values(weights, "bn1.weight").contains(0))
  }

  private func open(_ tensors: [(String, [Int])], _ network: Network) throws {
    let file = try written(tensors)
    _ = try withExtendedLifetime(file) { try MappedWeights(file.path, for: network) }
  }

  /// A file with such tensors, all zeros.
  private func written(_ tensors: [(String, [Int])]) throws -> ScratchFile {
    var entries: [String] = []
    var end = 0
    for (name, dimensions) in tensors {
      let bytes = 4 * dimensions.reduce(1, *)
      entries.append(#""\#(name)":{"dtype":"F32","shape":\#(dimensions),"data_offsets":[\#(end),\#(end + bytes)]}"#)
      end += bytes
    }
    let header = "{\(entries.joined(separator: ","))}"
    return try ScratchFile(safetensors(header, Array(repeating: 0, count: end)))
  }
}

/// A file with this header and data.
func safetensors(_ header: String, _ data: [UInt8]) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) } + Array(header.utf8) + data
}
