import NetworkGraph

extension TimeDifference {
  /// What was found, in a sentence: `B is 3.1 % slower here, 95 % interval 2.4 to 3.9 %; 17 norms no longer fold`.
  ///
  /// - Parameters:
  ///   - subject: what B is called.
  ///   - times: of the passes of A, which shares are of, and of B.
  public func sentence(
    about subject: String, times: (a: Distribution, b: Distribution), _ a: Network, _ b: Network
  ) -> String {
    let found = finding(subject, times.a, times.b)
    return TimeDifference.folding(from: a, to: b).map { "\(found); \($0)" } ?? found
  }

  private func finding(_ subject: String, _ a: Distribution, _ b: Distribution) -> String {
    guard a.median > 0, b.median > 0 else { return "no difference shown here" }
    let shares = Self.shares(of: b, in: a)
    let (low, high) = (shares.lowerBound - 1, shares.upperBound - 1)
    guard isSignificant else {
      return "no difference shown here, 95 % interval \(Figures.percentDifference(low)) to"
        + " \(Figures.percentDifference(high))"
    }
    let isSlower = difference > 0
    let bounds = isSlower ? (low, high) : (-high, -low)
    let share = Figures.percent(abs(difference) / a.median)
    // A time cannot be more than 100 % less, and a third of it is three times as fast.
    return (isSlower ? "\(subject) is \(share) slower here," : "\(subject) takes \(share) less time here,")
      + " 95 % interval \(Figures.percent(bounds.0)) to \(Figures.percent(bounds.1))"
  }

  /// The interval of the ratio of two medians, put together from theirs as that of their difference is, with distances in
  /// shares of the medians: a ratio stays above zero.
  private static func shares(of b: Distribution, in a: Distribution) -> ClosedRange<Double> {
    func distance(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    let below = distance(1 - b.interval.lowerBound / b.median, a.interval.upperBound / a.median - 1)
    let above = distance(b.interval.upperBound / b.median - 1, 1 - a.interval.lowerBound / a.median)
    let ratio = b.median / a.median
    return ratio * max(0, 1 - below)...ratio * (1 + above)
  }

  /// How many batch norms fold into a convolution in one of the two and not in the other; nil where there are as many that
  /// do not.
  private static func folding(from a: Network, to b: Network) -> String? {
    func unfolded(_ network: Network) -> Int {
      let norms = network.batchNorms(in: .block(network.root.id))
      return norms.all - norms.foldable
    }
    let more = unfolded(b) - unfolded(a)
    guard more != 0 else { return nil }
    let norms = Figures.amount(abs(more), "norm")
    let verb = abs(more) == 1 ? "folds" : "fold"
    return more > 0 ? "\(norms) no longer \(verb)" : "\(norms) more \(verb)"
  }
}
