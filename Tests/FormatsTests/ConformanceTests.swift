import Engine
import NetworkGraph
import Testing

@testable import Formats

/// The vectors that ONNX publishes for its operators, run as networks of one operator.
@Suite struct ConformanceTests {
  static let operators: Set<String> = [
    "Conv", "ConvTranspose", "BatchNormalization", "Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid", "HardSigmoid",
    "HardSwish", "Elu", "Selu", "Softplus", "Tanh", "Gelu", "Erf", "MaxPool", "AveragePool", "GlobalAveragePool",
    "GlobalMaxPool", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Exp", "Sum", "Mean", "Min", "Max",
    "Concat", "Split", "Slice", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Pad", "ReduceMean",
    "Softmax", "LRN", "Dropout", "Identity", "Constant", "ConstantOfShape", "Cast", "Shape", "Gather", "Resize",
    "Upsample", "InstanceNormalization", "LayerNormalization",
  ]

  enum Outcome: Hashable {
    case passed
    case failed(String)
    case unsupported(String)
  }

  @Test func nodeVectors() throws {
    guard let files = PublishedFiles("onnx==1.16.2") else { return }
    defer { files.remove() }
    let root = "onnx/backend/test/data/node"
    var table: [String: [Outcome: Int]] = [:]
    var totals = [0, 0, 0]
    for name in files.list(root) {
      guard let (type, outcome) = try run("\(root)/\(name)", files) else { continue }
      table[type, default: [:]][outcome, default: 0] += 1
      switch outcome {
      case .passed: totals[0] += 1
      case .failed(let reason):
        totals[1] += 1
        Issue.record("\(name): \(reason)")
      case .unsupported: totals[2] += 1
      }
    }
    print(Self.text(table))
    print("passed \(totals[0]), failed \(totals[1]), unsupported \(totals[2])")
    #expect(totals == [154, 0, 274])
  }

  /// Networks as they were published, whose weights are all one number: parameters and multiply-adds.
  @Test func lightNetworks() throws {
    guard let files = PublishedFiles("onnx==1.16.2") else { return }
    defer { files.remove() }
    let expected = [
      "bvlc_alexnet": [60_965_224, 654_560_384], "densenet121": [8_062_504, 2_834_161_664],
      "inception_v1": [6_998_552, 1_431_556_352], "inception_v2": [11_214_888, 2_018_851_840],
      "resnet50": [25_557_032, 4_089_184_256], "shufflenet": [1_393_320, 124_664_528],
      "squeezenet": [1_235_496, 349_151_936],
      "vgg19": [143_667_240, 19_632_062_464], "zfnet512": [87_250_536, 1_481_727_008],
    ]
    for (name, counts) in expected {
      let file = try ScratchFile(files.bytes("onnx/backend/test/data/light/light_\(name).onnx"))
      let model = try ONNXModel(file.path)
      let network = try Network(name: name, input: model.input, building: try model.network(input: model.input))
      #expect(network.firstUnsupported == nil)
      #expect(network.outputShape.elements == 1000)
      #expect([network.cost.parameters, network.cost.multiplyAdds] == counts, "\(name)")
    }
  }

  @Test func blocksAreFoundWithoutNames() throws {
    guard let files = PublishedFiles("onnx==1.16.2") else { return }
    defer { files.remove() }
    let file = try ScratchFile(files.bytes("onnx/backend/test/data/light/light_resnet50.onnx"))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "light", input: model.input, building: try model.network(input: model.input))
    #expect(network.blocks.filter { $0.kind == "Bottleneck" }.count == 16)
    #expect(network.blocks.filter { $0.kind == .stage }.count == 4)
  }

  /// A line for every operator, with the reasons for what is not supported.
  private static func text(_ table: [String: [Outcome: Int]]) -> String {
    table.sorted { $0.key < $1.key }.map { type, outcomes in
      let reasons = outcomes.compactMap { outcome, count -> String? in
        if case .unsupported(let reason) = outcome { "  \(count) × \(reason)" } else { nil }
      }
      let passed = outcomes[.passed] ?? 0
      return (["\(type): \(passed) of \(outcomes.values.reduce(0, +)) passed"] + reasons.sorted())
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// - Returns: the operator and what came of it; nil for vectors of other operators, or of several.
  private func run(_ folder: String, _ files: PublishedFiles) throws -> (String, Outcome)? {
    let bytes = try files.bytes("\(folder)/model.onnx")
    guard let graph = try? ONNXModelProto(serializedBytes: bytes).graph, graph.node.count == 1,
      Self.operators.contains(graph.node[0].opType)
    else { return nil }
    let type = graph.node[0].opType
    let data = "\(folder)/test_data_set_0"
    do {
      // All inputs but the first are stored in the file.
      var extended = bytes
      for place in graph.input.indices.dropFirst() {
        let name = ONNXBytes.field(8, Array(graph.input[place].name.utf8))
        extended += ONNXBytes.field(7, ONNXBytes.field(5, try files.bytes("\(data)/input_\(place).pb") + name))
      }
      guard let input = try tensor(files, "\(data)/input_0.pb"), let wanted = try tensor(files, "\(data)/output_0.pb")
      else { return (type, .unsupported("takes no tensor of numbers")) }
      return (type, try compare(extended, input, wanted))
    } catch let error as FormatError {
      return (type, .unsupported(reason(error)))
    }
  }

  private func compare(_ bytes: [UInt8], _ input: ONNXTensor, _ wanted: ONNXTensor) throws -> Outcome {
    let file = try ScratchFile(bytes)
    let model = try ONNXModel(file.path)
    let network = try Network(name: "node", input: model.input, building: try model.network(input: model.input))
    if let missing = network.firstUnsupported { return .unsupported(missing.reason) }
    let images = input.count / max(model.input.elements, 1)
    let plan = try Plan(
      network, PlanOptions(batch: images, threads: 1, fused: true, exact: true, instructionSet: .current))
    let executor = try Executor(plan, weights: try model.mappedWeights(input: model.input))
    input.read(into: executor.input)
    executor.pass()
    guard executor.output.count == wanted.count else {
      return .failed("\(executor.output.count) values, expected \(wanted.count)")
    }
    let values = ImportedTensor(wanted).values
    let largest = values.reduce(1) { max($0, abs($1)) }
    let worst = zip(values, executor.output).reduce(0) { $0.isNaN ? $0 : max($0, $1.0 == $1.1 ? 0 : abs($1.0 - $1.1)) }
    return worst <= 1e-5 * largest ? .passed : .failed("differs by \(worst) of \(largest)")
  }

  private func tensor(_ files: PublishedFiles, _ path: String) throws -> ONNXTensor? {
    guard let bytes = try? files.bytes(path) else { return nil }
    let file = try ScratchFile(ONNXBytes.model(tensors: [bytes]))
    return try ONNXFile(file.path).initializers.values.first
  }

  /// The message without the names of the file and node.
  private func reason(_ error: FormatError) -> String {
    let parts = error.message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count >= 3 ? parts[0] + "…" + parts[2...].joined(separator: "'") : error.message
  }
}
