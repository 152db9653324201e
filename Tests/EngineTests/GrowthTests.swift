import NetworkGraph
import TestSupport
import Testing

@testable import Engine

/// Planning a network four times as deep takes about four times as long. The bound is far from what is reached: only
/// growth that is not linear fails it.
@Suite(.serialized) struct GrowthTests {
  private func network(blocks count: Int) throws -> Network {
    let builder = try NetworkBuilder(name: "deep", input: .map(channels: 16, height: 4, width: 4))
    var x = builder.input
    for index in 0..<count {
      let y = try x.conv("conv\(index)", 16, kernel: 3).batchNorm("bn\(index)")
      x = try (y + x).relu()
    }
    return try builder.finish(x)
  }

  @Test(arguments: [true, false]) func planning(fused: Bool) throws {
    func time(_ blocks: Int) throws -> Duration {
      let network = try network(blocks: blocks)
      return try processorTime(bestOf: 6) { _ = try Plan(network, PlanOptions(fused: fused)) }
    }
    let (few, many) = (try time(1250), try time(5000))
    print("planning 5,000 and 20,000 layers: \(few), \(many)")
    #expect(many < few * 12)
  }
}
