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
    Reference("alexnet", "3x224x224", 61_100_840, 714_188_480, 5, 0),
    Reference("vgg11_bn", "3x224x224", 132_868_840, 7_609_090_048, 8, 8),
    Reference("vgg13", "3x224x224", 133_047_848, 11_308_466_176, 10, 0),
    Reference("vgg16", "3x224x224", 138_357_544, 15_470_264_320, 13, 0),
    Reference("vgg16_bn", "3x224x224", 138_365_992, 15_470_264_320, 13, 13),
    Reference("vgg19", "3x224x224", 143_667_240, 19_632_062_464, 16, 0),
    Reference("vgg19_bn", "3x224x224", 143_678_248, 19_632_062_464, 16, 16),
    Reference("squeezenet1_0", "3x224x224", 1_248_424, 818_924_576, 26, 0),
    Reference("squeezenet1_1", "3x224x224", 1_235_496, 349_151_936, 26, 0),
    Reference("mnasnet0_5", "3x224x224", 2_218_512, 104_455_968, 52, 52),
    Reference("mnasnet0_75", "3x224x224", 3_170_208, 215_493_104, 52, 52),
    Reference("mnasnet1_0", "3x224x224", 4_383_312, 314_415_872, 52, 52),
    Reference("resnext50_32x4d", "3x224x224", 25_028_904, 4_230_479_872, 53, 53),
    Reference("wide_resnet50_2", "3x224x224", 68_883_240, 11_398_021_120, 53, 53),
    Reference("cifar_resnet20", "3x32x32", 269_722, 40_551_040, 19, 19),
    Reference("cifar_resnet56", "3x32x32", 853_018, 125_485_696, 55, 55),
    Reference("cifar_resnet110", "3x32x32", 1_727_962, 252_887_680, 109, 109),
    Reference("cifar_resnet1202", "3x32x32", 19_421_274, 2_829_238_912, 1201, 1201),
    Reference("mobilenet_v3_large", "3x224x224", 5_483_032, 216_589_760, 62, 46),
    Reference("shufflenet_v2_x0_5", "3x224x224", 1_366_792, 40_476_448, 56, 56),
    Reference("shufflenet_v2_x1_0", "3x224x224", 2_278_604, 144_907_992, 56, 56),
    Reference("shufflenet_v2_x2_0", "3x224x224", 7_393_996, 583_253_464, 56, 56),
    Reference("efficientnet_b0", "3x224x224", 5_288_548, 385_814_752, 81, 49),
    Reference("efficientnet_b1", "3x240x240", 7_794_184, 686_802_832, 115, 69),
    Reference("efficientnet_b2", "3x288x288", 9_109_994, 1_087_529_456, 115, 69),
    Reference("efficientnet_b3", "3x300x300", 12_233_232, 1_827_141_392, 130, 78),
    Reference("efficientnet_b4", "3x380x380", 19_341_616, 4_393_771_024, 160, 96),
    Reference("efficientnet_b5", "3x456x456", 30_389_784, 10_266_384_752, 194, 116),
    Reference("efficientnet_b6", "3x528x528", 43_040_704, 19_067_593_536, 224, 134),
    Reference("efficientnet_b7", "3x600x600", 66_347_960, 37_745_884_192, 273, 163),
    Reference("regnet_x_400mf", "3x224x224", 5_495_976, 413_812_608, 71, 71),
    Reference("regnet_x_800mf", "3x224x224", 7_259_656, 799_699_712, 53, 53),
    Reference("regnet_x_1_6gf", "3x224x224", 9_190_136, 1_602_849_792, 59, 59),
    Reference("regnet_x_3_2gf", "3x224x224", 15_296_552, 3_176_621_952, 80, 80),
    Reference("regnet_y_400mf", "3x224x224", 4_344_144, 401_842_848, 85, 53),
    Reference("regnet_y_800mf", "3x224x224", 6_432_512, 833_856_256, 75, 47),
    Reference("regnet_y_1_6gf", "3x224x224", 11_202_430, 1_612_076_160, 140, 86),
    Reference("regnet_y_3_2gf", "3x224x224", 19_436_338, 3_176_482_752, 110, 68),
    Reference("convnext_small", "3x224x224", 50_223_688, 8_683_712_256, 40, 0),
    Reference("convnext_base", "3x224x224", 88_591_464, 15_354_729_472, 40, 0),
    Reference("convnext_large", "3x224x224", 197_767_336, 34_361_433_600, 40, 0),
    Reference("resnext101_32x8d", "3x224x224", 88_791_336, 16_414_015_488, 104, 104),
    Reference("resnext101_64x4d", "3x224x224", 83_455_272, 15_460_270_080, 104, 104),
    Reference("wide_resnet101_2", "3x224x224", 126_886_696, 22_753_050_624, 104, 104),
    Reference("densenet161", "3x224x224", 28_681_000, 7_727_907_072, 160, 161),
    Reference("densenet169", "3x224x224", 14_149_480, 3_359_843_328, 168, 169),
    Reference("mnasnet1_3", "3x224x224", 6_282_256, 526_362_432, 52, 52),
    Reference("shufflenet_v2_x1_5", "3x224x224", 3_503_624, 295_759_392, 56, 56),
    Reference("mobilenet_v3_small", "3x224x224", 2_542_856, 56_510_400, 52, 34),
    Reference("bn_inception", "3x224x224", 11_295_240, 2_032_600_064, 69, 69),
    Reference("inception_resnet_v2", "3x299x299", 55_843_464, 13_155_794_016, 244, 204),
    Reference("convnext_tiny", "3x224x224", 28_589_128, 4_455_531_264, 22, 0),
    Reference("seresnet50", "3x224x224", 28_088_024, 4_091_699_200, 85, 53),
    Reference("inception_v4", "3x299x299", 42_679_816, 12_253_974_624, 149, 149),
    Reference("vgg11", "3x224x224", 132_863_336, 7_609_090_048, 8, 0),
    Reference("vgg13_bn", "3x224x224", 133_053_736, 11_308_466_176, 10, 10),
  ]

  /// Parameters as torchvision and timm publish them, of networks whose multiply-adds they round.
  @Test(arguments: [
    ("cifar_resnet32", 464_154), ("cifar_resnet44", 658_586), ("cifar_preact_resnet1001", 10_327_706),
    ("mobilenet_v1:0.5", 1_331_592), ("mobilenet_v1:0.75", 2_585_560), ("mobilenet_v2:0.5", 1_968_680),
    ("mobilenet_v2:0.75", 2_636_424), ("mobilenet_v2:1.4", 6_108_776), ("inception_v4", 42_679_816),
    ("vgg11", 132_863_336), ("vgg13_bn", 133_053_736), ("resnext101_32x8d", 88_791_336),
    ("resnext101_64x4d", 83_455_272), ("wide_resnet101_2", 126_886_696), ("seresnet50", 28_088_024),
    ("mobilenet_v3_small", 2_542_856), ("shufflenet_v2_x1_5", 3_503_624), ("mnasnet1_3", 6_282_256),
    ("efficientnet_b1", 7_794_184), ("efficientnet_b2", 9_109_994), ("efficientnet_b3", 12_233_232),
    ("efficientnet_b4", 19_341_616), ("efficientnet_b5", 30_389_784), ("efficientnet_b6", 43_040_704),
    ("efficientnet_b7", 66_347_960), ("regnet_x_400mf", 5_495_976), ("regnet_x_800mf", 7_259_656),
    ("regnet_x_1_6gf", 9_190_136), ("regnet_x_3_2gf", 15_296_552), ("regnet_y_400mf", 4_344_144),
    ("regnet_y_800mf", 6_432_512), ("regnet_y_1_6gf", 11_202_430), ("regnet_y_3_2gf", 19_436_338),
  ])
  func publishedParameters(_ name: String, _ parameters: Int) throws {
    #expect(try Catalogue.build(NetworkSpec(parsing: name)).cost.parameters == parameters)
  }

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
    BlockReference("conv", "3x12x12", ["out=8", "kernel=3", "dilation=2"], "8×8×8", 216, 13_824),
    BlockReference("depthwise", "3x12x12", ["kernel=3", "padding=2", "dilation=2"], "3×12×12", 27, 3_888),
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
