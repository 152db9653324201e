import Architectures
import Engine
import Formats
import Foundation
import NetworkGraph
import TestSupport
import Testing

/// Files that were damaged at random, the same every time: each is read or refused within two seconds. `FUZZ` says how many
/// times as many as usual are tried; the process then stays below 1 GiB.
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

  /// Damaged ONNX files open as some network, also with its blocks turned, which runs, or are refused.
  @Test(arguments: ["separable", "inverted_residual", "dense_layer", "inception_preact", "portable"])
  func damagedNetworks(name: String) throws {
    let network =
      try name == "portable"
      ? PortableNetwork.network()
      : Catalogue.build(NetworkSpec(entry: name, input: .map(channels: 4, height: 8, width: 8)))
    func bytes(_ value: UInt32) throws -> [UInt8] {
      let file = try ScratchFile()
      try ONNXFile.write(network, weights: Filled(value: Float(bitPattern: value)), producer: "test", to: file.path)
      return try file.bytes
    }
    // What does not depend on the weights is the structure, which most of the damage is done to.
    let (whole, other) = (try bytes(0), try bytes(0x3f3f_3f3f))
    let structure = whole.indices.filter { whole[$0] == other[$0] }
    try fuzz(whole, structure, count: 1000) { path throws(FormatError) in
      let model = try ONNXModel(path)
      let forms: [NodePath: BlockForm] = model.form.map { [.root: $0.other] } ?? [:]
      let imported = try model.network(input: model.input, forms: forms)
      do {
        let network = try Network(name: "damaged", input: model.input, forms: forms, building: imported)
        try run(network, try model.mappedWeights(input: model.input, forms: forms))
      } catch let error as FormatError { throw error } catch is NetworkError {} catch is PlanError {} catch {
        Issue.record("\(error)")
      }
    }
  }

  /// Damaged graphs on whole arrays.
  @Test func damagedArrayGraphs() throws {
    let whole = try ArrayGraph.bytes()
    try fuzz(whole, Array(whole.indices), count: 2000) { path throws(FormatError) in
      let model = try ONNXModel(path)
      let imported = try model.network(input: model.input)
      guard let network = try? Network(name: "damaged", input: model.input, building: imported),
        let weights = try? model.mappedWeights(input: model.input)
      else { return }
      try? run(network, weights)
    }
  }

  /// Runs a network if it is a small one, as all are that are not damaged.
  private func run(_ network: Network, _ weights: some WeightSource) throws {
    guard network.layers.allSatisfy({ $0.output.elements < 1 << 16 && $0.cost.parameters < 1 << 16 }),
      network.cost.multiplyAdds < 1 << 24, network.layers.count < 1 << 10, network.firstUnsupported == nil
    else { return }
    let plan = try Plan(network, PlanOptions(batch: 1, threads: 1, fused: true, exact: true, instructionSet: .current))
    let executor = try Executor(plan, weights: weights)
    executor.fillInput()
    executor.pass()
  }

  private func fuzz(
    _ whole: [UInt8], _ structure: [Int] = [], count usual: Int = 5000, read: (String) throws(FormatError) -> Void
  ) throws {
    let factor = ProcessInfo.processInfo.environment["FUZZ"].flatMap { Double($0) } ?? 1
    let count = max(10, Int(Double(usual) * factor))
    var random = Mutator(state: 1)
    var refused = 0
    for number in 0..<count {
      let file = try ScratchFile(random.damaged(whole, structure))
      let time = processorTime(bestOf: 1) {
        do throws(FormatError) { try read(file.path) } catch { refused += 1 }
      }
      #expect(time < .seconds(2), "damaged file \(number)")
    }
    #expect((1..<count).contains(refused))
    // Beside other tests the process is theirs too.
    guard factor > 1 else { return }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #expect(usage.ru_maxrss < 1 << 20, "KiB")
  }
}

/// The same value everywhere.
private struct Filled: WeightSource {
  let value: Float

  func write(_: TensorDescription, of _: Layer, into destination: UnsafeMutableBufferPointer<Float>) {
    destination.update(repeating: value)
  }
}

/// Changes, drops, doubles and inserts bytes.
private struct Mutator {
  var state: UInt64

  mutating func next(below count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: state >> 33) % count
  }

  /// - Parameter structure: places that three of four changes are made at; none for any place.
  mutating func damaged(_ whole: [UInt8], _ structure: [Int]) -> [UInt8] {
    var bytes = whole
    for _ in 0...next(below: 4) where !bytes.isEmpty {
      let isAnywhere = structure.isEmpty || next(below: 4) == 0
      let place = isAnywhere ? next(below: bytes.count) : min(structure[next(below: structure.count)], bytes.count - 1)
      switch next(below: 5) {
      case 0: bytes[place] = UInt8(next(below: 256))
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(below: 8)))
      case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
      case 3: bytes[place] = Array("0129-,:()[]{}'\"".utf8)[next(below: 15)]
      // A file that ends early is seldom news.
      default:
        if next(below: 8) == 0 { bytes = Array(bytes[..<place]) } else { bytes[place] ^= UInt8(1 << next(below: 8)) }
      }
    }
    return bytes
  }
}
