import NetworkGraph

extension Reference {
  /// (x − mean) / √(variance + ε) over the channels of every pixel, with the channels' scale and shift.
  static func layerNorm(_ x: ReferenceImage, _ epsilon: Double, scale: [Double], shift: [Double]) -> [Double] {
    let channels = x.shape.channels
    let area = x.values.count / channels
    var result = Array(x.values)
    for pixel in 0..<area {
      let places = (0..<channels).map { $0 * area + pixel }
      let mean = places.reduce(0) { $0 + result[$1] } / Double(channels)
      let variance = places.reduce(0) { $0 + (result[$1] - mean) * (result[$1] - mean) } / Double(channels)
      for (c, place) in places.enumerated() {
        result[place] = (result[place] - mean) / (variance + epsilon).squareRoot() * scale[c] + shift[c]
      }
    }
    return result
  }
}
