/// Whose names the parts of a network carry, so that they can be found in published code and weights.
enum NamingScheme: Hashable, Sendable {
  case torchvision
  case timm

  func choose(_ torchvision: String, _ timm: String) -> String { self == .timm ? timm : torchvision }
}

/// The parts of a residual block.
extension NamingScheme {
  func norm(_ number: Int) -> String { choose("bn", "norm") + "\(number)" }
  var projection: String { choose("0", "conv") }
  var projectionNorm: String { choose("1", "norm") }
}
