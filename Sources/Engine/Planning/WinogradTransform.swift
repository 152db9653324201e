/// The matrices of Winograd's minimal filtering F(m, r): y = Aᵀ [(G g) ⊙ (Bᵀ d)] gives m outputs of a filter of r taps
/// from m + r - 1 products (Winograd 1980; Lavin and Gray 2016).
///
/// They are those of Cook and Toom: polynomials are evaluated at points, multiplied there, and interpolated; the last
/// product stands for the point at infinity. Everything is worked out in double precision.
struct WinogradTransform: Hashable, Sendable {
  let outputs: Int
  let taps: Int
  /// Aᵀ, `outputs × products`.
  private(set) var output: [Double]
  /// G, `products × taps`.
  private(set) var weights: [Double]
  /// Bᵀ, `products × products`.
  private(set) var input: [Double]

  var products: Int { outputs + taps - 1 }

  /// - Parameters:
  ///   - points: where to evaluate: one fewer than the products, all different.
  ///   - balanced: moves powers of two between G and Bᵀ, so that neither side has large entries.
  init(outputs m: Int, taps r: Int, points: [Double], balanced: Bool) {
    outputs = m
    taps = r
    let n = m + r - 1
    output = Array(repeating: 0, count: m * n)
    weights = Array(repeating: 0, count: n * r)
    input = Array(repeating: 0, count: n * n)
    for (j, point) in points.enumerated() {
      var power = 1.0
      for i in 0..<max(m, r) {
        if i < m { output[i * n + j] = power }
        if i < r { weights[j * r + i] = power }
        power *= point
      }
      let others = points.filter { $0 != point }
      let scale = others.reduce(1) { $0 * (point - $1) }
      for k in 0..<r { weights[j * r + k] /= scale }
      for (k, coefficient) in WinogradTransform.polynomial(roots: others).enumerated() {
        input[j * n + k] = coefficient
      }
    }
    output[m * n - 1] = 1
    weights[n * r - 1] = 1
    for (k, coefficient) in WinogradTransform.polynomial(roots: points).enumerated() {
      input[(n - 1) * n + k] = coefficient
    }
    if balanced { balance() }
  }

  /// The coefficients of ∏ (x - root), lowest power first.
  private static func polynomial(roots: [Double]) -> [Double] {
    var coefficients = [1.0]
    for root in roots {
      coefficients.append(0)
      for k in (0..<coefficients.count).reversed() {
        coefficients[k] = (k > 0 ? coefficients[k - 1] : 0) - root * coefficients[k]
      }
    }
    return coefficients
  }

  private mutating func balance() {
    let n = products
    for j in 0..<n {
      let large = (0..<taps).map { abs(weights[j * taps + $0]) }.max() ?? 1
      let small = (0..<n).map { abs(input[j * n + $0]) }.max() ?? 1
      let ratio = (large / small).squareRoot()
      let scale = Double(sign: .plus, exponent: ratio.exponent, significand: 1)
      for k in 0..<n { input[j * n + k] *= scale }
      for k in 0..<taps { weights[j * taps + k] /= scale }
    }
  }

  /// The transform of a tile's rows or columns in two dimensions; the kernels have its Aᵀ and Bᵀ written out.
  static func square(outputs: Int, taps: Int) -> WinogradTransform {
    let points: [Double] = [0, 1, -1, 2, -2, 0.5, -0.5]
    return WinogradTransform(
      outputs: outputs, taps: taps, points: Array(points.prefix(outputs + taps - 2)), balanced: false)
  }

  /// Four outputs along a line. More points cost accuracy: among the small fractions these lost least in trials of
  /// F(4, 7) on random data.
  static func line(taps: Int) -> WinogradTransform {
    let points: [Double] = [0, 1, -1, 0.5, -0.5, 2, -2, -0.25, 4]
    return WinogradTransform(outputs: 4, taps: taps, points: Array(points.prefix(taps + 2)), balanced: true)
  }

  /// A filter of one tap, which is copied.
  static let identity = WinogradTransform(outputs: 1, taps: 1, points: [], balanced: false)
}
