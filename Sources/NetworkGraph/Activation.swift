/// A function that acts on every element by itself.
public enum Activation: Hashable, Sendable {
  /// max(x, 0) (Nair and Hinton 2010).
  case relu
  /// A rectifier that stops at 6 (Howard et al. 2017).
  case relu6
  /// x where it is positive, `slope` · x elsewhere (Maas et al. 2013).
  case leakyRelu(slope: Double)
  /// The number nearest to x within a range, whose ends may be infinite.
  case clip(ClosedRange<Double>)
  /// x where it is positive, `alpha` · (eˣ − 1) elsewhere (Clevert et al. 2016).
  case elu(alpha: Double)
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// A sigmoid of straight lines, `slope` · x + 1/2 between 0 and 1; MobileNetV3 has a slope of 1/6 (Howard et al.
  /// 2019, §5.2).
  case hardSigmoid(slope: Double)
  /// x · sigmoid(x), also called swish (Elfwing et al. 2018; Ramachandran et al. 2017).
  case silu
  /// x · hardSigmoid(x) with a slope of 1/6 (Howard et al. 2019, §5.2).
  case hardSwish
  /// x · Φ(x), with the normal distribution's Φ itself and not an approximation (Hendrycks and Gimpel 2016).
  case gelu
  case tanh

  /// MobileNetV3's, and torch.nn's.
  public static let hardSigmoid = Activation.hardSigmoid(slope: 1.0 / 6)

  /// The name that torch.nn gives it; a clip is `Hardtanh` there.
  public var kind: String {
    switch self {
    case .relu: "ReLU"
    case .relu6: "ReLU6"
    case .leakyRelu: "LeakyReLU"
    case .clip: "Hardtanh"
    case .elu: "ELU"
    case .sigmoid: "Sigmoid"
    case .hardSigmoid: "Hardsigmoid"
    case .silu: "SiLU"
    case .hardSwish: "Hardswish"
    case .gelu: "GELU"
    case .tanh: "Tanh"
    }
  }

  /// The name of its function, as torch.fx gives it to a layer without a name.
  var functionName: String {
    switch self {
    case .relu: "relu"
    case .relu6: "relu6"
    case .leakyRelu: "leaky_relu"
    case .clip: "clip"
    case .elu: "elu"
    case .sigmoid: "sigmoid"
    case .hardSigmoid: "hardsigmoid"
    case .silu: "silu"
    case .hardSwish: "hardswish"
    case .gelu: "gelu"
    case .tanh: "tanh"
    }
  }
}
