import NetworkGraph

/// The branches of Inception v4 and Inception-ResNet v2.
extension Value {
  /// Units without padding: name, channels, kernel, stride.
  func units(_ units: [(String, Int, Int, Int)], _ form: BlockForm? = .postActivation) throws(NetworkError) -> Value {
    var y = self
    for (name, channels, kernel, stride) in units {
      y = try y.unit(name, channels, kernel: Extent(kernel), stride: Extent(stride), padding: 0, form)
    }
    return y
  }

  /// A branch of units that keep the size.
  func chain(_ name: String, _ units: [(channels: Int, kernel: Extent)], _ form: BlockForm? = .postActivation)
    throws(NetworkError) -> Value
  {
    var y = self
    for (index, unit) in units.enumerated() {
      y = try y.unit("\(name).\(index)", unit.channels, kernel: unit.kernel, form)
    }
    return y
  }

  /// The branch that pools.
  func pooled(_ name: String, _ channels: Int, _ form: BlockForm? = .postActivation) throws(NetworkError) -> Value {
    try averagePool("\(name).0", kernel: 3, stride: 1, padding: 1, countsPadding: false)
      .unit("\(name).1", channels, kernel: 1, form)
  }
}
