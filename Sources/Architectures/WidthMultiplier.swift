/// How much thinner or wider a network is than as it was published first (Howard et al. 2017, §3.3).
struct WidthMultiplier: Hashable, Sendable {
  var factor: Hundredths

  static let full = WidthMultiplier(factor: Hundredths(100))

  /// So many channels times the multiplier, as a multiple of 8 that is never less than nine tenths of the product
  /// (MobileNetV2's reference implementation).
  func callAsFunction(_ channels: Int) -> Int {
    let product = channels * factor.count
    let rounded = max(8, (product + 400) / 800 * 8)
    return rounded * 1000 < product * 9 ? rounded + 8 : rounded
  }
}

extension WidthMultiplier {
  init(hundredths: Int) { factor = Hundredths(hundredths) }

  /// The multiplier that is set.
  init(_ settings: Settings) { factor = settings.hundredths(.multiplier) }

  var setting: Setting { Setting(.multiplier, factor) }

  /// A preset of this width.
  var preset: Preset { Preset("\(factor)", "\(factor) of the channels", values: [.multiplier: "\(factor)"]) }
}
