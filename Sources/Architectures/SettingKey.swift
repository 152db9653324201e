/// The name of something that can be set on a block or a family.
public enum SettingKey: String, Hashable, Sendable, CaseIterable {
  case out, width, stride, kernel, padding, dilation, groups, bias
  case projection
  case projectionBias = "projection_bias"
  case b1, b2, b3, b4, r2, r3
  case growth, expansion
  case blocks, block, channels, depth, multiplier, slope, excitation, norm
  case depthMultiplier = "depth_multiplier"
  case groupWidth = "group_width"

  /// One line for a form or a help text.
  public var summary: String {
    switch self {
    case .out: "output channels"
    case .width: "channels of the inner convolutions; the block gives four times as many"
    case .stride: "step of the convolution that makes the map smaller"
    case .kernel: "height and width of the kernel"
    case .padding: "zeros added on each side"
    case .dilation: "pixels from one tap of the kernel to the next"
    case .groups: "groups that input and output channels are cut into"
    case .bias: "whether the convolution adds a bias"
    case .projection: "what the shortcut's projection takes in the pre-activation form"
    case .projectionBias: "whether the shortcut's projection adds a bias"
    case .b1: "output channels of branch 1 (1×1)"
    case .b2: "output channels of branch 2 (3×3)"
    case .b3: "output channels of branch 3 (5×5)"
    case .b4: "output channels of branch 4 (pooling)"
    case .r2: "channels that branch 2 is reduced to before its 3×3"
    case .r3: "channels that branch 3 is reduced to before its 5×5"
    case .growth: "channels that the layer adds (k)"
    case .expansion: "how many times wider the map is inside the block"
    case .blocks: "blocks of each stage"
    case .block: "kind of the residual blocks"
    case .channels: "output channels of each stage"
    case .depth: "layers with weights"
    case .multiplier: "how much thinner or wider every layer is"
    case .depthMultiplier: "how many times more blocks every stage has"
    case .slope: "channels that the widths grow by from block to block (w_a)"
    case .excitation: "whether blocks scale their channels by squeeze-and-excitation"
    case .norm: "whether a batch norm follows every convolution"
    case .groupWidth: "channels of a group of the 3×3"
    }
  }

  /// The values it can have.
  public var values: SettingValues {
    switch self {
    case .bias, .projectionBias, .excitation, .norm: .flag
    case .projection: .choice(ProjectionInput.allCases.map(\.rawValue))
    case .block: .choice(ResidualBlockKind.allCases.map(\.rawValue))
    case .blocks: .integers(count: 1...8, each: 1...1024)
    case .channels: .integers(count: 1...8, each: 1...65_536)
    case .multiplier, .depthMultiplier: .hundredths(5...1000)
    case .slope: .hundredths(0...100_000)
    case .growth, .expansion, .groupWidth: .integer(1...65_536)
    case .depth: .integer(1...10_000)
    case .padding: .integer(0...1024)
    case .stride, .kernel, .dilation: .integer(1...1024)
    default: .integer(1...1_048_576)
    }
  }
}
