import Glibc
import NetworkGraph

extension Activation {
  /// The function's value, in double precision.
  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .leakyRelu(let slope): x > 0 ? x : slope * x
    case .clip(let range): min(max(x, range.lowerBound), range.upperBound)
    case .elu(let alpha): x > 0 ? x : alpha * expm1(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .hardSigmoid(let slope): min(max(slope * x + 0.5, 0), 1)
    case .silu: x / (1 + exp(-x))
    case .hardSwish: x * Activation.hardSigmoid(x)
    // Φ(x) = erfc(-x / √2) / 2, which stays exact far below 0.
    case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
    case .tanh: Glibc.tanh(x)
    }
  }
}
