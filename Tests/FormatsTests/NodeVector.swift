import Engine
import NetworkGraph

@testable import Formats

/// A network of one operator with what goes in and what must come out, as ONNX publishes them.
struct NodeVector {
  typealias Outcome = ConformanceTests.Outcome
  typealias Reason = ConformanceTests.Reason

  let type: String
  private let files: PublishedFiles
  private let bytes: [UInt8]
  private let graph: ONNXGraphProto
  private let data: String

  /// - Returns: nil for a graph of several operators.
  init?(_ folder: String, of files: PublishedFiles) throws {
    bytes = try files.bytes("\(folder)/model.onnx")
    guard let graph = try? ONNXModelProto(serializedBytes: bytes).graph, graph.node.count == 1 else { return nil }
    self.graph = graph
    self.files = files
    type = graph.node[0].opType
    data = "\(folder)/test_data_set_0"
  }

  /// What comes of running it.
  ///
  /// The network is given all inputs of floating-point numbers, and finds whole numbers stored in its file. Where that
  /// does not do, as weights must be stored, it is given the first one alone.
  func outcome() throws -> Outcome {
    let types = Set((graph.input + graph.output).map { $0.type.tensorType.elemType })
    if types.contains(Self.string) { return .unsupported(.strings, "takes or gives strings") }
    let others = types.filter { type in
      ElementType(onnx: type).map { [.float64, .float16, .bfloat16].contains($0) } ?? true
    }
    if !others.isEmpty {
      let names = others.sorted().map { number in
        ElementType(onnx: number).map { "\($0)" } ?? Self.otherTypes[number] ?? "type \(number)"
      }
      return .unsupported(.elementType, names.joined(separator: ", "))
    }
    let given = graph.input.indices.filter { graph.input[$0].type.tensorType.elemType == Self.float }
    let whole = try attempt(given)
    guard case .unsupported(let reason, let how) = whole, given.count > 1 else { return whole }
    let single = try attempt(Array(given.prefix(1)))
    if case .unsupported(.other, _) = single { return .unsupported(reason, how) }
    return single
  }

  /// Names of types that have no numbers here, from `TensorProto.DataType`; 0 where there is no tensor.
  private static let otherTypes: [Int32: String] = [
    0: "a sequence", 17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4",
    22: "int4",
  ]
  private static let float: Int32 = 1
  private static let string: Int32 = 8

  /// - Parameter given: the inputs that the network is given; the others stand in its file.
  private func attempt(_ given: [Int]) throws -> Outcome {
    do {
      var extended = bytes
      for place in graph.input.indices where !given.contains(place) {
        let name = ONNXBytes.field(8, Array(graph.input[place].name.utf8))
        extended += ONNXBytes.field(7, ONNXBytes.field(5, try files.bytes("\(data)/input_\(place).pb") + name))
      }
      return try compare(extended, given)
    } catch let error as FormatError {
      return unsupported(reason(error))
    }
  }

  private func unsupported(_ how: String) -> Outcome {
    let isWhole = (graph.input.prefix(1) + graph.output).contains { $0.type.tensorType.elemType != Self.float }
    let reason: Reason =
      if how.contains("training") {
        .training
      } else if how.contains("volumes") {
        .volumes
      } else if isWhole {
        .elementType
      } else {
        .other
      }
    return .unsupported(reason, how)
  }

  private func compare(_ bytes: [UInt8], _ given: [Int]) throws -> Outcome {
    let file = try ScratchFile(bytes)
    let model = try ONNXModel(file.path)
    let network = try Network(name: "node", input: model.input, building: try model.network(input: model.input))
    if let missing = network.firstUnsupported { return unsupported(missing.reason) }
    let weights = try model.mappedWeights(input: model.input)
    let inputs = try given.map { try tensor("input_\($0)") }.filter { $0.count > 0 }
    let answers = try model.answers(input: model.input, forms: [:])
    for (place, output) in graph.output.enumerated() {
      let wanted = try tensor("output_\(place)")
      guard let answer = answers.first(where: { $0.name == output.name }) else {
        return unsupported("does not give its output \(place)")
      }
      if let axes = answer.axes, axes != wanted.dimensions {
        return .failed("gives \(axes), expected \(wanted.dimensions)")
      }
      if wanted.count == 0 { continue }
      guard let layer = network.layer(at: answer.layer) else { return .failed("names no layer") }
      let part = layer.id == network.output ? network : network.prefix(through: layer.id)
      let images = model.graphInputs[0].hasBatch ? (inputs.first?.count ?? 1) / max(model.input.elements, 1) : 1
      let plan = try Plan(
        part, PlanOptions(batch: images, threads: 1, fused: true, exact: true, instructionSet: .current))
      let executor = try Executor(plan, weights: weights)
      for (input, tensor) in zip(part.inputs, inputs) { tensor.read(into: executor.input(input.id)) }
      executor.pass()
      if let difference = difference(wanted, executor.output) { return .failed(difference) }
    }
    return .passed
  }

  /// How the values differ from those that are wanted; nil where they do not.
  private func difference(_ wanted: ONNXTensor, _ output: UnsafeBufferPointer<Float>) -> String? {
    guard output.count == wanted.count else { return "\(output.count) values, expected \(wanted.count)" }
    let values = ImportedTensor(wanted).values
    let largest = values.reduce(1) { max($0, abs($1)) }
    let worst = zip(values, output).reduce(0) { $0.isNaN ? $0 : max($0, $1.0 == $1.1 ? 0 : abs($1.0 - $1.1)) }
    return worst <= 1e-5 * largest ? nil : "differs by \(worst) of \(largest)"
  }

  private func tensor(_ name: String) throws -> ONNXTensor {
    let file = try ScratchFile(ONNXBytes.model(tensors: [try files.bytes("\(data)/\(name).pb")]))
    guard let tensor = try ONNXFile(file.path).initializers.values.first else {
      throw FormatError(name, "holds no tensor of numbers")
    }
    return tensor
  }

  /// The message without the names of the file and node.
  private func reason(_ error: FormatError) -> String {
    let parts = error.message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count >= 3 ? parts[0] + "…" + parts[2...].joined(separator: "'") : error.message
  }
}
