import Architectures
import Measurement
import NetworkGraph

/// A class of layers that a convolution engine computes in one way, with layers of the catalogue that stand for it.
public struct LayerClass: Sendable {
  /// What such layers wait for, or are measured against.
  public enum Limit: Hashable, Sendable {
    /// Multiply-adds of the direct sum against multiply-adds in registers: an algorithm that needs fewer passes 100 %.
    case arithmetic
    /// Bytes of weights, input and output against reading memory.
    case bandwidth
    /// The time of a block against that of the same block without what costs nothing at best.
    case time(of: String)

    var text: String {
      switch self {
      case .arithmetic: "peak"
      case .bandwidth: "bandwidth"
      case .time(let other): other
      }
    }
  }

  /// A layer or block that stands for its class.
  public struct Sample: Sendable {
    /// `NAME[:PRESET][#PATH]`.
    public let spec: String
    /// Settings, as `key=value`, and the input of a building block.
    public let settings: [String]
    public let input: Shape?
    public let limit: Limit
    /// The share of the limit that is aimed at.
    let target: Double

    init(
      _ spec: String, settings: [String] = [], input: Shape? = nil, _ target: Double, of limit: Limit = .arithmetic
    ) {
      self.spec = spec
      self.settings = settings
      self.input = input
      self.target = target
      self.limit = limit
    }

    /// The spec and its settings.
    public var name: String { ([spec] + settings).joined(separator: " ") }

    /// What is measured: the layer or block, and what its time is compared with.
    ///
    /// - Throws: `CatalogueError`.
    public func networks() throws -> [Network] {
      var measured = try NetworkSpec(parsing: spec)
      for setting in settings { measured = try measured.setting(setting) }
      measured.input = input
      var networks = [try Catalogue.build(measured)]
      if case .time(let other) = limit { networks.append(try Catalogue.build(NetworkSpec(parsing: other))) }
      return networks
    }
  }

  public let title: String
  public let samples: [Sample]

  private init(_ title: String, _ samples: [Sample]) {
    self.title = title
    self.samples = samples
  }

  public static let all = [
    LayerClass("stem 7×7 stride 2", [Sample("resnet50#conv1", 0.8)]),
    LayerClass(
      "stem 3×3 stride 2", [Sample("mobilenet_v2#features.0.0", 0.6), Sample("inception_v3#Conv2d_1a_3x3.conv", 0.6)]),
    LayerClass(
      "3×3",
      [
        Sample("resnet50#layer1.0.conv2", 3), Sample("resnet50#layer2.1.conv2", 3),
        Sample("resnet50#layer3.1.conv2", 2.5), Sample("resnet50#layer4.1.conv2", 1.6),
      ]),
    LayerClass(
      "1×7, 7×1, 5×5",
      [
        Sample("inception_v3#Mixed_6e.branch7x7_2.conv", 1.5), Sample("inception_v3#Mixed_6e.branch7x7_3.conv", 1.5),
        Sample("inception_v3#Mixed_5b.branch5x5_2.conv", 1.5),
      ]),
    LayerClass(
      "3×3 stride 2",
      [
        Sample("resnet50#layer2.0.conv2", 0.88), Sample("resnet50#layer4.0.conv2", 0.88),
        Sample("inception_v3#Mixed_6a.branch3x3.conv", 0.88),
      ]),
    // The third stage of a ResNet-50 that keeps its map at an eighth of the image (Chen et al. 2017, §3.1).
    LayerClass(
      "3×3 dilated",
      [
        Sample(
          "conv", settings: ["kernel=3", "padding=2", "dilation=2", "out=256"],
          input: .map(channels: 256, height: 28, width: 28), 0.88)
      ]),
    LayerClass(
      "1×1",
      [
        Sample("resnet50#layer1.0.conv3", 0.9), Sample("resnet50#layer2.1.conv1", 0.9),
        Sample("resnet50#layer3.1.conv1", 0.9), Sample("resnet50#layer4.1.conv1", 0.9),
        Sample("resnet50#layer2.0.downsample.0", 0.9),
      ]),
    LayerClass(
      "depthwise 3×3, 5×5, 7×7",
      [
        Sample("mobilenet_v2#features.2.conv.1.0", 0.6), Sample("mobilenet_v2#features.8.conv.1.0", 0.6),
        Sample("mnasnet1_0#layers.9.1.layers.3", 0.6), Sample("convnext_tiny#features.1.0.block.0", 0.6),
      ]),
    LayerClass(
      "grouped",
      [
        Sample("resnext50_32x4d#layer1.1.conv2", 0.5), Sample("resnext50_32x4d#layer2.1.conv2", 0.5),
        Sample("resnext50_32x4d#layer3.1.conv2", 0.8),
        Sample("regnet_y_1_6gf#trunk_output.block2.block2-1.f.b.0", 0.5),
      ]),
    LayerClass(
      "pre-activation",
      [
        Sample("resnet18:preact#layer1", 0.95, of: .time(of: "resnet18#layer1")),
        Sample("resnet50:preact#layer3", 0.95, of: .time(of: "resnet50#layer3")),
      ]),
    LayerClass("addition", [Sample("resnet18#layer1", 0.95, of: .time(of: "plain18#layer1"))]),
    LayerClass(
      "pooling",
      [
        Sample("resnet50#maxpool", 0.85, of: .bandwidth),
        Sample("densenet121#features.transition1.pool", 0.85, of: .bandwidth),
        Sample("resnet50#avgpool", 0.85, of: .bandwidth),
      ]),
    LayerClass(
      "linear",
      [Sample("vgg16#classifier.0", 0.85, of: .bandwidth), Sample("resnet50#fc", 0.85, of: .bandwidth)]),
  ]
}
