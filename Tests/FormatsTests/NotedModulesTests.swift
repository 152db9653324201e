import NetworkGraph
import Testing

@testable import Formats

/// The modules that PyTorch's newer exporter notes beside its nodes, whose own names only count them.
@Suite struct NotedModulesTests {
  /// A view with strides behind a pooling, as it is written: a list of all values, and all of them in order.
  @Test func viewsOfAllValuesAreNothing() throws {
    var graph = TestGraph(inputs: [("x", [1, 6, 4, 4])])
    graph.add("GlobalAveragePool", ["x"], ["mean"])
    graph.constant("list", [-1])
    graph.add("Reshape", ["mean", "list"], ["all"])
    graph.add("Gather", ["all", "places"], ["y"])
    let places = ONNXBytes.tensor("places", [1, 6, 1, 1], type: .int64, field: 7, Array(0..<6))
    let file = try ScratchFile(graph.bytes(outputs: ["y"], tensors: [places]))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "view", input: model.input, building: try model.network(input: model.input))
    #expect(network.layers.map(\.operation.kind) == ["Input", "AdaptiveAvgPool2d"])
    #expect(network.outputShape == .map(channels: 6, height: 1, width: 1))
  }

  @Test func makeTheTree() throws {
    var graph = TestGraph(inputs: [("x", [1, 4, 8, 8])])
    var weights: [[UInt8]] = []
    for block in 0...1 {
      let (input, body) = (block == 0 ? "x" : "y0", "layer1.\(block)")
      let weight = "\(body).conv1.weight"
      weights.append(
        ONNXBytes.tensor(weight, [4, 4, 3, 3], type: .float, field: 9, Array(repeating: 0, count: 4 * 4 * 9 * 4)))
      // Its norm is folded into the convolution, which stands where the norm did.
      graph.add("Conv", [input, weight], ["c\(block)"], .integers("pads", [1, 1, 1, 1]))
      graph.name("node_Conv_2\(block)", in: ["layer1", body, "\(body).bn1", "batch_norm"])
      graph.add("Relu", ["c\(block)"], ["r\(block)"])
      graph.name("node_relu_\(block)", in: ["layer1", body, "\(body).act", "relu"])
      // One that an optimiser has put in, of which nothing is noted.
      graph.add("Neg", ["r\(block)"], ["n\(block)"])
      graph.name("node_Neg_9\(block)")
      graph.add("Add", ["n\(block)", input], ["y\(block)"])
      graph.name("node_add_\(block)", in: ["layer1", body, "add"])
    }
    let file = try ScratchFile(graph.bytes(outputs: ["y1"], tensors: weights))
    let model = try ONNXModel(file.path)
    let network = try Network(name: "noted", input: model.input, building: try model.network(input: model.input))
    #expect(
      network.layers.map(\.path.dotted) == [
        "input", "layer1.0.conv1", "layer1.0.act", "layer1.0.node_Neg_90", "layer1.0.add", "layer1.1.conv1",
        "layer1.1.act", "layer1.1.node_Neg_91", "layer1.1.add",
      ])
    // By its one convolution no kind of residual block is known.
    #expect(network.blocks.map(\.kind.rawValue) == ["Network", "Stage", "Block", "Block"])
  }
}
