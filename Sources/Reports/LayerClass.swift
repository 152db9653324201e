import Measurement

/// A class of layers that a convolution engine computes in one way, with layers of the catalogue that stand for it.
public struct LayerClass: Sendable {
  /// What such layers wait for.
  enum Limit: Hashable, Sendable {
    /// Multiply-adds of the direct sum against multiply-adds in registers: an algorithm that needs fewer passes 100 %.
    case arithmetic
    /// Bytes of weights against reading memory.
    case bandwidth
  }

  public let title: String
  let limit: Limit
  /// Specs of single layers, with the share of the limit that is aimed at.
  public let layers: [(spec: String, target: Double)]

  init(_ title: String, _ layers: [(spec: String, target: Double)], limit: Limit = .arithmetic) {
    self.title = title
    self.limit = limit
    self.layers = layers
  }

  public static let all = [
    LayerClass("stem 7×7 stride 2", [("resnet50#conv1", 0.8)]),
    LayerClass("stem 3×3 stride 2", [("mobilenet_v2#features.0.0", 0.6), ("inception_v3#Conv2d_1a_3x3.conv", 0.6)]),
    LayerClass(
      "3×3",
      [
        ("resnet50#layer1.0.conv2", 3), ("resnet50#layer2.1.conv2", 3), ("resnet50#layer3.1.conv2", 2.5),
        ("resnet50#layer4.1.conv2", 1.6),
      ]),
    LayerClass(
      "1×7, 7×1, 5×5",
      [
        ("inception_v3#Mixed_6e.branch7x7_2.conv", 1.5), ("inception_v3#Mixed_6e.branch7x7_3.conv", 1.5),
        ("inception_v3#Mixed_5b.branch5x5_2.conv", 1.5),
      ]),
    LayerClass(
      "3×3 stride 2",
      [
        ("resnet50#layer2.0.conv2", 0.88), ("resnet50#layer4.0.conv2", 0.88),
        ("inception_v3#Mixed_6a.branch3x3.conv", 0.88),
      ]),
    LayerClass(
      "1×1",
      [
        ("resnet50#layer1.0.conv3", 0.9), ("resnet50#layer2.1.conv1", 0.9), ("resnet50#layer3.1.conv1", 0.9),
        ("resnet50#layer4.1.conv1", 0.9), ("resnet50#layer2.0.downsample.0", 0.9),
      ]),
    LayerClass(
      "depthwise 3×3, 5×5, 7×7",
      [
        ("mobilenet_v2#features.2.conv.1.0", 0.6), ("mobilenet_v2#features.8.conv.1.0", 0.6),
        ("mnasnet1_0#layers.9.1.layers.3", 0.6), ("convnext_tiny#features.1.0.block.0", 0.6),
      ]),
    LayerClass(
      "grouped",
      [
        ("resnext50_32x4d#layer1.1.conv2", 0.5), ("resnext50_32x4d#layer2.1.conv2", 0.5),
        ("resnext50_32x4d#layer3.1.conv2", 0.8), ("regnet_y_1_6gf#trunk_output.block2.block2-1.f.b.0", 0.5),
      ]),
    LayerClass("linear", [("vgg16#classifier.0", 0.85), ("resnet50#fc", 0.85)], limit: .bandwidth),
  ]
}
