/// How much thinner or wider a network is than as it was published first (Howard et al. 2017, §3.3).
struct WidthMultiplier: Hashable, Sendable {
  var hundredths: Int

  static let full = WidthMultiplier(hundredths: 100)

  /// As the papers write it: `0.75`, `1.0`.
  var name: String {
    let fraction = hundredths % 100
    return "\(hundredths / 100)."
      + (fraction % 10 == 0 ? "\(fraction / 10)" : fraction < 10 ? "0\(fraction)" : "\(fraction)")
  }

  /// So many channels times the multiplier, as a multiple of 8 that is never less than nine tenths of the product
  /// (MobileNetV2's reference implementation).
  func scaled(_ channels: Int) -> Int {
    let product = channels * hundredths
    let rounded = max(8, (product + 400) / 800 * 8)
    return rounded * 1000 < product * 9 ? rounded + 8 : rounded
  }
}

extension WidthMultiplier {
  var preset: Preset { Preset(name, "\(name) of the channels") }

  /// The one among these that a preset names; without a preset, the full width.
  static func named(_ preset: String?, among multipliers: [WidthMultiplier]) -> WidthMultiplier {
    multipliers.first { $0.name == preset } ?? .full
  }
}
