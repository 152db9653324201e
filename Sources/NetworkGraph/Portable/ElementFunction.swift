/// A function that acts on every element by itself, beyond the activations of the catalogue.
public enum ElementFunction: Hashable, Sendable {
  case absolute, negative, reciprocal, floor, ceiling, exponential, logarithm, squareRoot, erf
  /// log(1 + eˣ).
  case softplus
  /// x / (1 + |x|).
  case softsign
  /// x · tanh(softplus(x)) (Misra 2019).
  case mish
  /// `gamma` · x where it is positive, `gamma` · `alpha` · (eˣ − 1) elsewhere (Klambauer et al. 2017).
  case selu(alpha: Double, gamma: Double)
  /// GELU by its approximation with tanh (Hendrycks and Gimpel 2016, §2).
  case approximateGELU
  /// min(max(`slope` · x + `offset`, 0), 1).
  case hardSigmoid(slope: Double, offset: Double)
  case power(Double)

  /// Its name, in the words of torch.
  public var kind: String {
    switch self {
    case .absolute: "Abs"
    case .negative: "Neg"
    case .reciprocal: "Reciprocal"
    case .floor: "Floor"
    case .ceiling: "Ceil"
    case .exponential: "Exp"
    case .logarithm: "Log"
    case .squareRoot: "Sqrt"
    case .erf: "Erf"
    case .softplus: "Softplus"
    case .softsign: "Softsign"
    case .mish: "Mish"
    case .selu: "SELU"
    case .approximateGELU: "GELU"
    case .hardSigmoid: "Hardsigmoid"
    case .power: "Pow"
    }
  }
}

/// How values are combined element by element.
public enum Combination: String, Hashable, Sendable {
  case sum, difference, product, quotient, power, minimum, maximum, mean

  /// Its name, in the words of torch.
  public var kind: String {
    switch self {
    case .sum: "Add"
    case .difference: "Sub"
    case .product: "Multiply"
    case .quotient: "Div"
    case .power: "Pow"
    case .minimum: "Min"
    case .maximum: "Max"
    case .mean: "Mean"
    }
  }
}
