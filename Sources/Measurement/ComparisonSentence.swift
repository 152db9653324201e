import NetworkGraph

extension TimeDifference {
  /// What was found, in a sentence: `B is 3.1 % slower here, 95 % interval 2.4 to 3.9 %; 17 norms no longer fold`.
  ///
  /// - Parameters:
  ///   - subject: what B is called.
  ///   - timeOfA: what the shares are of.
  public func sentence(about subject: String, timeOfA: Milliseconds, _ a: Network, _ b: Network) -> String {
    let found = finding(subject, timeOfA)
    return TimeDifference.folding(from: a, to: b).map { "\(found); \($0)" } ?? found
  }

  private func finding(_ subject: String, _ timeOfA: Milliseconds) -> String {
    guard timeOfA > 0 else { return "no difference shown here" }
    let (low, high) = (interval.lowerBound / timeOfA, interval.upperBound / timeOfA)
    guard isSignificant else {
      return "no difference shown here, 95 % interval \(Figures.percentDifference(low)) to"
        + " \(Figures.percentDifference(high))"
    }
    let isSlower = difference > 0
    let bounds = isSlower ? (low, high) : (-high, -low)
    let share = Figures.percent(abs(difference) / timeOfA)
    // A time cannot be more than 100 % less, and a third of it is three times as fast.
    return (isSlower ? "\(subject) is \(share) slower here," : "\(subject) takes \(share) less time here,")
      + " 95 % interval \(Figures.percent(bounds.0)) to \(Figures.percent(bounds.1))"
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
    let norms = abs(more) == 1 ? "1 norm" : "\(abs(more)) norms"
    let verb = abs(more) == 1 ? "folds" : "fold"
    return more > 0 ? "\(norms) no longer \(verb)" : "\(norms) more \(verb)"
  }
}
