import Engine
import NetworkGraph
import Testing

@testable import Formats

/// The vectors that ONNX publishes for its operators, run as networks of one operator, and its networks.
@Suite struct ConformanceTests {
  static let operators: Set<String> = [
    "Conv", "ConvTranspose", "BatchNormalization", "Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid", "HardSigmoid",
    "HardSwish", "Elu", "Selu", "Softplus", "Tanh", "Gelu", "Erf", "MaxPool", "AveragePool", "GlobalAveragePool",
    "GlobalMaxPool", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Exp", "Sum", "Mean", "Min", "Max",
    "Concat", "Split", "Slice", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Pad", "ReduceMean",
    "Softmax", "LRN", "Dropout", "Identity", "Constant", "ConstantOfShape", "Cast", "Shape", "Gather", "Resize",
    "Upsample", "InstanceNormalization", "LayerNormalization", "DepthToSpace", "SpaceToDepth", "Tile", "Expand",
    "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare", "Abs", "Neg", "Reciprocal",
    "Floor", "Ceil", "Log", "Softsign", "Mish",
  ]

  enum Outcome: Hashable {
    case passed
    case failed(String)
    case unsupported(Reason, String)
  }

  /// Why a vector is not run.
  enum Reason: String {
    case elementType = "element type"
    case volumes = "three-dimensional data"
    case training = "training"
    case strings = "strings"
    case other = "no kernel"
  }

  @Test func nodeVectors() throws {
    guard let files = PublishedFiles("onnx==1.16.2") else { return }
    defer { files.remove() }
    let root = "onnx/backend/test/data/node"
    var table: [String: [Outcome: Int]] = [:]
    var passed = 0
    var reasons: [Reason: Int] = [:]
    for name in files.list(root) {
      guard let vector = try NodeVector("\(root)/\(name)", of: files), Self.operators.contains(vector.type) else {
        continue
      }
      let outcome = try vector.outcome()
      table[vector.type, default: [:]][outcome, default: 0] += 1
      switch outcome {
      case .passed: passed += 1
      case .failed(let how): Issue.record("\(name): \(how)")
      case .unsupported(let reason, _): reasons[reason, default: 0] += 1
      }
    }
    print(Self.text(table))
    print("passed \(passed), unsupported", reasons.map { "\($0.rawValue): \($1)" }.sorted().joined(separator: ", "))
    #expect(passed == 421)
    #expect(reasons == [.elementType: 74, .volumes: 2, .training: 6, .strings: 4])
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
        if case .unsupported(let reason, let how) = outcome { "  \(count) × \(reason.rawValue): \(how)" } else { nil }
      }
      let passed = outcomes[.passed] ?? 0
      return (["\(type): \(passed) of \(outcomes.values.reduce(0, +)) passed"] + reasons.sorted())
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
