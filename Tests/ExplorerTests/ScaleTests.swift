import Architectures
import Canvas
import Measurement
import NetworkGraph
import TestSupport
import Testing

@testable import Explorer

/// A network ten times as deep takes about ten times as long to open and to draw, and a key no longer than the eye
/// needs. The bounds are far from what is reached: only growth that is not linear fails them.
@Suite("Networks of many layers", .serialized) struct ScaleTests {
  /// So many residual blocks of seven layers in stages, as one network.
  private static func network(blocks count: Int, perStage size: Int = 500) throws -> Network {
    let builder = try NetworkBuilder(name: "deep", input: .map(channels: 4, height: 4, width: 4))
    var x = builder.input
    for stage in 0..<(count + size - 1) / size {
      x = try x.block("stage\(stage)", .stage) { value throws(NetworkError) in
        var value = value
        for index in 0..<min(size, count - stage * size) {
          value = try value.block("\(index)", "BasicBlock") { x throws(NetworkError) in
            let y = try x.conv("conv1", 4, kernel: 3).batchNorm("bn1").relu().conv("conv2", 4, kernel: 3)
              .batchNorm("bn2")
            return try (y + x).relu()
          }
        }
        return value
      }
    }
    return try builder.finish(x)
  }

  @Test("building, counting and laying out grow linearly")
  func growth() throws {
    func times(_ blocks: Int) throws -> [Duration] {
      let network = try Self.network(blocks: blocks)
      return [
        try processorTime(bestOf: 3) { _ = try Self.network(blocks: blocks) },
        processorTime(bestOf: 3) { _ = MemoryProfile(network) },
        processorTime(bestOf: 3) { _ = ReceptiveField.all(in: network) },
        processorTime(bestOf: 3) { _ = Outline(network) },
        processorTime(bestOf: 3) { _ = Changes(from: network, to: network) },
        try processorTime(bestOf: 3) { _ = try network.subnetwork(at: "stage0") },
      ]
    }
    // Four times as many layers: twelve lies between linear and quadratic. A busy machine may spoil a try, not all.
    var tries: [String] = []
    for _ in 0..<4 {
      let pairs = Array(zip(try times(715), try times(2860)))
      if pairs.allSatisfy({ few, many in many < few * 12 }) { return }
      tries.append("\(pairs)")
    }
    Issue.record("\(tries)")
  }

  @Test("a key of 20,000 layers is on the screen at once", arguments: [(80, 500), (160, 500), (160, 2860)])
  func keys(columns: Int, perStage: Int) throws {
    let network = try Self.network(blocks: 2860, perStage: perStage)
    let conditions = Conditions(threads: 1)
    func screen() -> NetworkScreen {
      NetworkScreen(
        Model(NetworkSpec(entry: "resnet18"), network), conditions: conditions, convention: .torchvision)
    }
    var state = State(size: CellSize(columns: columns, rows: 50), conditions: conditions)
    state.screens = [.network(screen())]
    let halfASecond = Duration.milliseconds(500)
    let opening = processorTime(bestOf: 30, until: halfASecond) { _ = screen() }
    print("\(columns) columns, opening: \(opening)")
    #expect(opening < halfASecond)
    let atOnce = Duration.milliseconds(100)
    for key in Array("*Gkgj").map(Key.character) + [.pageDown, .left] + Array("sSCCC/conv2").map(Key.character)
      + [.enter, .character("n"), .character("N"), .escape, .character("-")]
    {
      var next = state
      let time = processorTime(bestOf: 30, until: atOnce) {
        next = state
        _ = update(&next, .input(.key(key)))
        _ = draw(next, size: next.size)
      }
      state = next
      print("\(columns) columns, \(key.label): \(time)")
      #expect(time < atOnce, "\(key.label)")
    }
  }
}
