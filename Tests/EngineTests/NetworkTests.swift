import Architectures
import Engine
import NetworkGraph
import Testing

/// Whole networks of the catalogue against the reference, at the smallest sizes that they take.
@Suite struct NetworkTests {
  /// Networks with every kind of block.
  static let kinds = [
    ("resnet18", 32), ("resnet50", 32), ("resnet50:v1", 32), ("preact_resnet18", 32), ("preact_resnet50", 32),
    ("googlenet", 32), ("googlenet:paper", 32), ("googlenet:preact", 32), ("inception_v3", 75), ("plain18", 32),
    ("mobilenet_v1", 32), ("mobilenet_v2", 32), ("densenet121", 32), ("xception", 71), ("cifar_preact_resnet20", 32),
    ("alexnet", 64), ("vgg11_bn", 32), ("squeezenet1_1", 40), ("mnasnet0_5", 32), ("mobilenet_v3_small", 32),
    ("mobilenet_v3_large", 32), ("shufflenet_v2_x0_5", 32), ("efficientnet_b0", 32), ("efficientnet_b1", 32),
    ("regnet_x_400mf", 32), ("regnet_y_400mf", 32), ("seresnet50", 32), ("resnext50_32x4d", 32),
    ("wide_resnet50_2", 32), ("cifar_resnet20", 32), ("inception_v4", 75), ("inception_resnet_v2", 75),
    ("bn_inception", 32), ("convnext_tiny", 32), ("vgg11", 32), ("squeezenet1_0", 40),
  ]

  @Test(arguments: kinds) func agreesWithReference(_ name: String, _ side: Int) throws {
    var spec = try NetworkSpec(parsing: name)
    spec.input = .map(channels: 3, height: side, width: side)
    let network = try Catalogue.build(spec)
    let input = randomInput(network, batch: 1)
    let expected = try Reference.run(network, input: input, weights: SeededWeights(for: network))
    let magnitude = expected.reduce(0) { max($0, abs($1)) }
    #expect(magnitude > 1e-3 && magnitude < 1e3)
    // Errors of the layers add up along the depth, so the bound is ten times that of a single layer.
    for (exact, tolerance) in [(true, 1e-4), (false, 1e-3)] {
      for fused in [true, false] {
        let options = PlanOptions(threads: 2, fused: fused, exact: exact)
        let values = try compute(network, input, options)
        #expect(deviation(values, expected) <= tolerance, "\(name) exact \(exact) fused \(fused)")
        guard fused, !exact else { continue }
        for threads in [1, 3] {
          let others = try compute(network, input, PlanOptions(threads: threads))
          #expect(others == values, "\(threads) threads change the bits")
        }
      }
    }
  }

  /// At the sizes that they are made for, where costs of algorithms are close to one another, no number of threads
  /// chooses others.
  @Test(arguments: Catalogue.entries.map(\.name)) func threadsChooseTheSameAlgorithms(_ name: String) throws {
    let network = try Catalogue.build(NetworkSpec(parsing: name))
    for set in InstructionSet.available {
      func algorithms(_ threads: Int) throws -> [String] {
        try Plan(network, PlanOptions(threads: threads, instructionSet: set)).steps.compactMap {
          $0.candidates.first?.name
        }
      }
      let one = try algorithms(1)
      for threads in [2, 3, 8] { #expect(try algorithms(threads) == one, "\(set.name), \(threads) threads") }
    }
  }

  /// All others of the catalogue run too, as they are planned best.
  @Test(arguments: Catalogue.entries.filter { entry in !entry.isBlock && !kinds.contains { $0.0 == entry.name } })
  func everyOtherNetworkRuns(_ entry: CatalogueEntry) throws {
    let side = entry.input.height == 32 ? 8 : 32
    var spec = NetworkSpec(entry: entry.name)
    spec.input = .map(channels: 3, height: side, width: side)
    let network = try Catalogue.build(spec)
    let input = randomInput(network, batch: 1)
    let expected = try Reference.run(network, input: input, weights: SeededWeights(for: network))
    #expect(deviation(try compute(network, input, PlanOptions(threads: 2)), expected) <= 2e-3)
  }

  /// A batch gives the same answers in slices of any size, as long as they do not change the algorithms.
  @Test(arguments: [1, 2, 3, 6]) func slicesOfABatch(_ slice: Int) throws {
    var spec = try NetworkSpec(parsing: "mobilenet_v2")
    spec.input = .map(channels: 3, height: 40, width: 33)
    let network = try Catalogue.build(spec)
    let input = randomInput(network, batch: 6)
    var options = PlanOptions(batch: 6, threads: 2, exact: true)
    options.forcedSlice = slice
    #expect(try Plan(network, options).slice == slice)
    let values = try compute(network, input, options)
    let one = input.count / 6
    let answer = values.count / 6
    for image in 0..<6 {
      let alone = try compute(
        network, Array(input[image * one..<(image + 1) * one]), PlanOptions(threads: 2, exact: true))
      #expect(alone == Array(values[image * answer..<(image + 1) * answer]), "image \(image)")
    }
  }

  /// No activation overflows or becomes denormal, however deep the network is.
  @Test(arguments: ["resnet152", "preact_resnet152"]) func weightsAreWellScaled(_ name: String) throws {
    var spec = try NetworkSpec(parsing: name)
    spec.input = .map(channels: 3, height: 64, width: 64)
    let network = try Catalogue.build(spec)
    let values = try compute(network, randomInput(network, batch: 1), PlanOptions(threads: 2))
    #expect(values.allSatisfy { $0.isFinite && abs($0) < 1e3 })
    #expect(values.contains { abs($0) > 1e-2 })
  }
}
