import Architectures
import NetworkGraph
import Testing

@testable import Formats

/// Blocks of files that name none.
@Suite struct FoundStructureTests {
  @Test(arguments: [
    ("resnet18", 64, BlockForm.postActivation, ["BasicBlock": 8]),
    ("resnet50", 64, .postActivation, ["Bottleneck": 16]),
    ("preact_resnet50", 64, .preActivation, ["Bottleneck": 16]),
    ("googlenet", 64, .postActivation, ["InceptionModule": 9]),
    ("inception_resnet_v2", 75, .postActivation, ["ResidualInceptionBlock": 40, "InceptionModule": 3]),
    ("mobilenet_v2", 64, nil, ["InvertedResidual": 10]),
  ])
  func blocksOfANamelessFile(name: String, side: Int, form: BlockForm?, expected: [BlockKind: Int]) throws {
    let spec = NetworkSpec(entry: name, input: .map(channels: 3, height: side, width: side))
    let network = try Catalogue.build(spec)
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: Zeros(), producer: "test", to: file.path)
    let nameless = try ScratchFile(withoutNames(file.bytes))
    let model = try ONNXModel(nameless.path)
    let found = try Network(name: name, input: model.input, building: model.network(input: model.input))
    #expect(found.cost == network.cost)
    let blocks = found.blocks.filter { expected[$0.kind] != nil }
    #expect(Dictionary(blocks.map { ($0.kind, 1) }, uniquingKeysWith: +) == expected)
    #expect(blocks.allSatisfy { $0.form == form })
  }

  /// The model without names of nodes and notes of trees; values of tensors stay, as fields that are not decoded.
  private func withoutNames(_ bytes: [UInt8]) throws -> [UInt8] {
    var model = try ONNXModelProto(serializedBytes: bytes)
    model.metadataProps = []
    for node in model.graph.node.indices { model.graph.node[node].name = "" }
    return try model.serializedBytes()
  }
}
