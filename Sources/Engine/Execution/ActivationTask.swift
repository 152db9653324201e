import ConvKernels
import NetworkGraph

extension ck_activation {
  /// The kernels' form of an activation; none lets everything pass.
  init(_ activation: Activation?) {
    self.init(function: CK_CLAMP, low: -.infinity, high: .infinity, parameter: 0)
    switch activation {
    case nil: break
    case .relu: low = 0
    case .relu6: (low, high) = (0, 6)
    case .clip(let range): (low, high) = (Float(range.lowerBound), Float(range.upperBound))
    case .leakyRelu(let slope): (function, parameter) = (CK_LEAKY_RELU, Float(slope))
    case .elu(let alpha): (function, parameter) = (CK_ELU, Float(alpha))
    case .sigmoid: function = CK_SIGMOID
    case .hardSigmoid(let slope): (function, parameter) = (CK_HARD_SIGMOID, Float(slope))
    case .silu: function = CK_SILU
    case .hardSwish: function = CK_HARD_SWISH
    case .gelu: function = CK_GELU
    case .tanh: function = CK_TANH
    }
  }
}
