import Architectures
import NetworkGraph
import Testing

/// The published figures, to be met exactly.
struct CountTests {
  struct Reference: Sendable, CustomTestStringConvertible {
    var name: String
    var input: String
    var parameters: Int
    var multiplyAdds: Int
    var convolutions: Int
    var batchNorms: Int
    var testDescription: String { name }

    init(_ name: String, _ input: String, _ parameters: Int, _ macs: Int, _ convolutions: Int, _ batchNorms: Int) {
      (self.name, self.input, self.parameters, multiplyAdds) = (name, input, parameters, macs)
      (self.convolutions, self.batchNorms) = (convolutions, batchNorms)
    }
  }

  /// torchvision's and timm's figures.
  static let networks = [
    Reference("resnet18", "3x224x224", 11_689_512, 1_814_073_344, 20, 20),
    Reference("resnet34", "3x224x224", 21_797_672, 3_663_761_408, 36, 36),
    Reference("resnet50", "3x224x224", 25_557_032, 4_089_184_256, 53, 53),
    Reference("resnet101", "3x224x224", 44_549_160, 7_801_405_440, 104, 104),
    Reference("resnet152", "3x224x224", 60_192_808, 11_513_626_624, 155, 155),
    Reference("resnet50:v1", "3x224x224", 25_557_032, 3_857_973_248, 53, 53),
    Reference("resnet152:v1", "3x224x224", 60_192_808, 11_282_415_616, 155, 155),
    Reference("preact_resnet18", "3x224x224", 11_687_720, 1_814_073_344, 20, 17),
    Reference("preact_resnet50", "3x224x224", 25_549_352, 4_089_184_256, 53, 49),
    Reference("preact_resnet152", "3x224x224", 60_185_128, 11_513_626_624, 155, 151),
    Reference("resnet18:preact", "3x224x224", 11_687_720, 1_814_073_344, 20, 17),
    Reference("resnet50:preact", "3x224x224", 25_549_352, 4_089_184_256, 53, 49),
    Reference("resnet152:preact", "3x224x224", 60_185_128, 11_513_626_624, 155, 151),
    Reference("resnet50:keras-v2", "3x224x224", 25_568_360, 3_482_255_360, 53, 49),
    Reference("resnet50:torch7-preresnet", "3x224x224", 25_556_008, 4_089_184_256, 53, 51),
    Reference("plain18", "3x224x224", 11_515_688, 1_794_805_760, 17, 17),
    Reference("plain34", "3x224x224", 21_623_848, 3_644_493_824, 33, 33),
    Reference("googlenet", "3x224x224", 6_624_904, 1_498_376_192, 57, 57),
    Reference("googlenet:paper", "3x224x224", 6_998_552, 1_582_671_872, 57, 0),
    Reference("googlenet:preact", "3x224x224", 6_653_224, 1_498_376_192, 57, 58),
    Reference("inception_v3", "3x299x299", 23_834_568, 5_713_216_096, 94, 94),
    Reference("cifar_preact_resnet20", "3x32x32", 272_282, 40_813_184, 21, 19),
    Reference("cifar_preact_resnet56", "3x32x32", 855_578, 125_747_840, 57, 55),
    Reference("cifar_preact_resnet110", "3x32x32", 1_730_522, 253_149_824, 111, 109),
    Reference("cifar_preact_resnet164", "3x32x32", 1_703_258, 244_500_992, 166, 163),
    Reference("xception", "3x299x299", 22_855_952, 8_357_403_496, 74, 40),
    Reference("densenet121", "3x224x224", 7_978_856, 2_834_161_664, 120, 121),
    Reference("densenet201", "3x224x224", 20_013_928, 4_291_365_888, 200, 201),
    Reference("mobilenet_v1", "3x224x224", 4_231_976, 568_740_352, 27, 27),
    Reference("mobilenet_v2", "3x224x224", 3_504_872, 300_774_272, 52, 52),
  ]

  @Test(arguments: networks)
  func network(_ reference: Reference) throws {
    let network = try build(reference.name, input: reference.input)
    #expect(network.cost.parameters == reference.parameters)
    #expect(network.cost.multiplyAdds == reference.multiplyAdds)
    #expect(network.cost.convolutionLayers == reference.convolutions)
    #expect(network.cost.batchNormLayers == reference.batchNorms)
    #expect(network.outputShape == .vector(reference.input == "3x32x32" ? 10 : 1000))
  }

  struct BlockReference: Sendable, CustomTestStringConvertible {
    var name: String
    var input: String
    var settings: [String]
    var output: String
    var parameters: Int
    var multiplyAdds: Int
    var testDescription: String { "\(name) \(input) \(settings)" }

    init(_ name: String, _ input: String, _ settings: [String], _ output: String, _ parameters: Int, _ macs: Int) {
      (self.name, self.input, self.settings, self.output) = (name, input, settings, output)
      (self.parameters, multiplyAdds) = (parameters, macs)
    }
  }

  static let blocks = [
    BlockReference("residual", "3x32x32", ["out=64"], "64×32×32", 39_168, 39_714_816),
    BlockReference("preact_residual", "3x32x32", ["out=64"], "64×32×32", 38_918, 39_714_816),
    BlockReference(
      "preact_residual", "3x32x32", ["out=64", "projection=preactivated"], "64×32×32", 38_918, 39_714_816),
    BlockReference("bottleneck", "256x32x32", ["width=64"], "256×32×32", 70_400, 71_303_168),
    BlockReference("bottleneck", "64x32x32", ["width=64"], "256×32×32", 75_008, 75_497_472),
    BlockReference("bottleneck", "64x32x32", ["width=64", "projection_bias=true"], "256×32×32", 75_264, 75_497_472),
    BlockReference("preact_bottleneck", "64x32x32", ["width=64"], "256×32×32", 74_112, 75_497_472),
    BlockReference(
      "inception", "192x28x28", ["b1=64", "b2=128", "b3=32", "b4=32"], "256×28×28", 223_456, 174_211_072),
    BlockReference(
      "inception_preact", "192x28x28", ["b1=64", "b2=128", "b3=32", "b4=32"], "256×28×28", 224_288, 174_211_072),
    BlockReference("inception_naive", "192x28x28", ["b1=64", "b2=128", "b3=32"], "416×28×28", 387_296, 303_464_448),
    BlockReference(
      "inception_v1", "192x28x28", ["b1=64", "r2=96", "b2=128", "r3=16", "b3=32", "b4=32"], "256×28×28", 163_696,
      128_049_152),
    BlockReference("conv", "3x12x12", ["out=1", "kernel=5"], "1×8×8", 75, 4_800),
    BlockReference("conv", "3x12x12", ["out=256", "kernel=5"], "256×8×8", 19_200, 1_228_800),
    BlockReference("conv", "4x12x12", ["out=6", "kernel=3", "groups=2", "bias=true"], "6×10×10", 114, 10_800),
    BlockReference("depthwise", "3x12x12", ["kernel=5"], "3×8×8", 75, 4_800),
    BlockReference("pointwise", "3x8x8", ["out=1"], "1×8×8", 3, 192),
    BlockReference("pointwise", "3x8x8", ["out=256"], "256×8×8", 768, 49_152),
    BlockReference("separable", "3x12x12", ["out=256"], "256×8×8", 843, 53_952),
    BlockReference("separable:mobilenet", "3x12x12", ["out=256"], "256×8×8", 843 + 518, 53_952),
    BlockReference("separable:xception", "3x12x12", ["out=256"], "256×8×8", 843 + 512, 53_952),
    // 2·64 + 64·128 + 2·128 + 128·9·32 parameters; (64·128 + 128·9·32)·56² multiply-adds.
    BlockReference("dense_layer", "64x56x56", ["growth=32"], "96×56×56", 45_440, 141_295_616),
  ]

  @Test(arguments: blocks)
  func block(_ reference: BlockReference) throws {
    let network = try build(reference.name, input: reference.input, settings: reference.settings)
    #expect(network.outputShape.description == reference.output)
    #expect(network.cost.parameters == reference.parameters)
    #expect(network.cost.multiplyAdds == reference.multiplyAdds)
  }

  @Test func separableSavesTwentyTwoTimes() throws {
    let dense = try build("conv").cost.multiplyAdds
    let separable = try build("separable").cost.multiplyAdds
    #expect(dense * 10 / separable == 227)
  }

  @Test func fvcoreCountsNormsAndPooling() throws {
    let operations = CountingConvention.fvcore.operations(try build("resnet50").cost)
    // Multiply-adds, two per normalised element, one per element of the 2048×7×7 map that is averaged: 4.11 G.
    #expect(operations == 4_089_184_256 + 2 * 11_113_984 + 2048 * 7 * 7)
    #expect(operations == 4_111_512_576)
  }

  /// Figures of which only the parameters are published exactly.
  @Test(arguments: [
    ("densenet161", 28_681_000), ("densenet169", 14_149_480), ("mobilenet_v1:0.25", 470_072),
  ])
  func parameters(name: String, count: Int) throws {
    #expect(try build(name).cost.parameters == count)
  }

  @Test func kerasKeepsStatistics() throws {
    #expect(try build("resnet50:keras-v2").cost.buffers == 45_440)
  }

  @Test(arguments: [("resnet50", 53, 53), ("preact_resnet50", 32, 49), ("resnet50:preact", 32, 49)])
  func foldableNorms(name: String, foldable: Int, all: Int) throws {
    let network = try build(name)
    #expect(network.batchNorms(in: .block(network.root.id)) == (foldable, all))
  }
}
