import NetworkGraph
import Testing

/// Shapes, errors, costs and tensors of operations with more to them than a window.
struct OperationTests {
  private func network(
    _ input: Shape, _ body: (Value) throws(NetworkError) -> Value
  ) throws(NetworkError) -> Network {
    let builder = try NetworkBuilder(name: "test", input: input)
    return try builder.finish(try body(builder.input))
  }

  private let map = Shape.map(channels: 12, height: 5, width: 7)

  private func message(_ input: Shape, _ body: (Value) throws(NetworkError) -> Value) -> String? {
    do throws(NetworkError) {
      _ = try network(input, body)
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    (Operation.slice(3..<8), Shape.map(channels: 5, height: 5, width: 7)),
    (.channelShuffle(groups: 3), .map(channels: 12, height: 5, width: 7)),
    (.padChannels(before: 2, after: 3), .map(channels: 17, height: 5, width: 7)),
    (.subsample(stride: .by(2, 3)), .map(channels: 12, height: 3, width: 3)),
    (.zeroPad(Margins(top: 1, left: 2, bottom: 0, right: 3)), .map(channels: 12, height: 6, width: 12)),
    (.adaptiveAveragePool(6), .map(channels: 12, height: 6, width: 6)),
    (.layerNorm(features: 12, epsilon: 1e-6), .map(channels: 12, height: 5, width: 7)),
  ])
  func shapes(_ operation: Operation, _ expected: Shape) throws {
    #expect(try network(map) { x throws(NetworkError) in try x.apply(operation) }.outputShape == expected)
  }

  @Test func theScaleOfAProductMayComeFirst() throws {
    let x = try network(map) { x throws(NetworkError) in try x.globalAveragePool() * x }
    #expect(x.outputShape == map)
    #expect(x.cost.multiplication == 12 * 5 * 7)
  }

  @Test func chunksShareTheChannels() throws {
    let x = try network(map) { x throws(NetworkError) in
      let chunks = try x.chunk(5, name: "chunk")
      return try Value.concat(chunks)
    }
    #expect(x.layers.dropFirst().map(\.output.channels) == [3, 3, 3, 3, 12])
    #expect(x.layer(at: "chunk_3")?.operation == .slice(9..<12))
  }

  @Test func impossibleValuesNameTheLayer() {
    #expect(
      message(map) { x throws(NetworkError) in try x.slice("part", 4..<13) }
        == "part: Slice expects the channels 4 ..< 13, got 12×5×7")
    #expect(
      message(map) { x throws(NetworkError) in try x.channelShuffle("shuffle", groups: 5) }
        == "shuffle: groups is 5, expected a divisor of 12 channels")
    #expect(
      message(map) { x throws(NetworkError) in try x.padChannels("pad", before: -1) }
        == "pad: added channels is -1, expected at least 0")
    #expect(
      message(map) { x throws(NetworkError) in try x * x.subsample(stride: 2) }
        == "mul: Multiply needs inputs of one size, got 12×5×7 and 12×3×4")
    #expect(
      message(map) { x throws(NetworkError) in try x.apply(.layerNorm(features: 8, epsilon: 1e-6), name: "norm") }
        == "norm: LayerNorm2d expects 8 channels, got 12×5×7")
    for value in [Int.min, -1, 0, Int.max] {
      #expect(message(map) { x throws(NetworkError) in try x.adaptiveAveragePool(size: Extent(value)) } != nil)
      #expect(message(map) { x throws(NetworkError) in try x.subsample(stride: Extent(value)) } != nil || value > 0)
      #expect(message(map) { x throws(NetworkError) in try x.padChannels(after: value) } != nil || value == 0)
    }
  }

  @Test func tensorsHaveTheirPublishedNames() throws {
    let x = try network(map) { x throws(NetworkError) in try x.layerNorm("norm").layerScale("layer_scale") }
    let names = x.layers.flatMap { layer in layer.operation.tensors.map { layer.name(of: $0) } }
    #expect(names == ["norm.weight", "norm.bias", "layer_scale"])
    #expect(x.cost.parameters == 36)
    #expect(x.layers.allSatisfy { $0.parameterArithmetic?.value ?? 0 == $0.cost.parameters })
    #expect(
      x.layers.allSatisfy { layer in
        layer.operation.tensors.reduce(0) { $0 + $1.elements } == layer.cost.parameters + layer.cost.buffers
      })
  }

  /// The largest window of adaptive pooling, against all of its windows.
  @Test func adaptivePoolingSeesItsLargestWindow() throws {
    for length in 1...24 {
      for count in 1...24 {
        let x = try network(.map(channels: 1, height: length, width: 1)) { x throws(NetworkError) in
          try x.adaptiveAveragePool(size: .by(count, 1))
        }
        let largest = (0..<count).map { ((($0 + 1) * length + count - 1) / count) - $0 * length / count }.max()
        #expect(ReceptiveField.all(in: x)[1].size?.height == largest, "\(length) to \(count)")
      }
    }
  }
}
