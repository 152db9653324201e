import Architectures
import Engine
import Formats
import Foundation
import NetworkGraph
import Testing

/// Files that were damaged at random, the same every time: each is read or refused, and nothing else happens.
@Suite struct FuzzingTests {
  @Test func damagedArrays() throws {
    let whole = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", Array(repeating: 1, count: 8))
    try fuzz(whole) { path throws(FormatError) in _ = try NpyArray(path).floats }
  }

  @Test func damagedTensors() throws {
    let header =
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[],"data_offsets":[4,6]}}"#
    try fuzz(safetensors(header, Array(repeating: 1, count: 6))) { path throws(FormatError) in
      _ = try SafetensorsFile(path).tensors
    }
  }

  /// Damaged ONNX files open as some network or are refused. `CONVSCOPE_FUZZ` says how many of each file are tried.
  @Test(arguments: ["separable", "inverted_residual", "dense_layer", "inception_preact", "portable"])
  func damagedNetworks(name: String) throws {
    let network =
      try name == "portable"
      ? PortableNetwork.network()
      : Catalogue.build(NetworkSpec(entry: name, input: .map(channels: 4, height: 8, width: 8)))
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: SeededWeights(for: network), producer: "test", to: file.path)
    let count = ProcessInfo.processInfo.environment["CONVSCOPE_FUZZ"].flatMap { Int($0) } ?? 1000
    try fuzz(file.bytes, count: count) { path throws(FormatError) in
      let model = try ONNXModel(path)
      let imported = try model.network(input: model.input)
      do {
        let network = try Network(name: "damaged", input: model.input, building: imported)
        _ = try model.weights(input: model.input, at: .root)
        if network.layers.allSatisfy({ $0.output.elements < 1 << 16 }) {
          _ = try Plan(network, PlanOptions(batch: 1, threads: 1, fused: true, exact: true, instructionSet: .current))
        }
      } catch let error as FormatError { throw error } catch is NetworkError {} catch is PlanError {} catch {
        Issue.record("\(error)")
      }
    }
  }

  private func fuzz(_ whole: [UInt8], count: Int = 5000, read: (String) throws(FormatError) -> Void) throws {
    var random = Mutator(state: 1)
    var refused = 0
    for _ in 0..<count {
      let file = try ScratchFile(random.damaged(whole))
      do throws(FormatError) { try read(file.path) } catch { refused += 1 }
    }
    #expect((1..<count).contains(refused))
  }
}

/// Changes, drops, doubles and inserts bytes.
private struct Mutator {
  var state: UInt64

  mutating func next(below count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: state >> 33) % count
  }

  mutating func damaged(_ whole: [UInt8]) -> [UInt8] {
    var bytes = whole
    for _ in 0...next(below: 4) where !bytes.isEmpty {
      let place = next(below: bytes.count)
      switch next(below: 5) {
      case 0: bytes[place] = UInt8(next(below: 256))
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(below: 8)))
      case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
      case 3: bytes[place] = Array("0129-,:()[]{}'\"".utf8)[next(below: 15)]
      default: bytes = Array(bytes[..<place])
      }
    }
    return bytes
  }
}
