import NetworkGraph

extension Reference {
  /// Rows and columns one after the other: each output is a weighted sum of a few inputs.
  static func resize(_ x: ReferenceImage, _ resizing: Resizing, _ output: Shape) -> [Double] {
    let rows = (0..<output.height).map {
      resizing.taps($0, of: x.shape.height, to: output.height, scale: resizing.verticalScale)
    }
    let columns = (0..<output.width).map {
      resizing.taps($0, of: x.shape.width, to: output.width, scale: resizing.horizontalScale)
    }
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for row in rows {
        for column in columns {
          var sum = 0.0
          for (y, a) in row { for (p, b) in column { sum += a * b * x[c, y, p] } }
          result.append(sum)
        }
      }
    }
    return result
  }
}

extension Resizing {
  /// The inputs of an output along one axis, with their weights.
  fileprivate func taps(_ index: Int, of length: Int, to count: Int, scale: Double) -> [(place: Int, weight: Double)] {
    let position = min(max(position(index, of: length, to: count, scale: scale), -0x1p40), 0x1p40)
    func inside(_ place: Int) -> Int { min(max(place, 0), length - 1) }
    let first = Int(position.rounded(.down))
    let fraction = position - Double(first)
    switch interpolation {
    case .nearest(let rounding):
      let place =
        switch rounding {
        case .floor: first
        case .ceiling: Int(position.rounded(.up))
        case .preferFloor: fraction <= 0.5 ? first : first + 1
        case .preferCeiling: fraction < 0.5 ? first : first + 1
        }
      return [(inside(place), 1)]
    case .linear: return [(inside(first), 1 - fraction), (inside(first + 1), fraction)]
    case .cubic(let a, let excludesOutside):
      var weights = (-1...2).map { Self.cubic(abs(fraction - Double($0)), a) }
      if excludesOutside {
        for i in 0..<4 where !(0..<length).contains(first - 1 + i) { weights[i] = 0 }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
      }
      return weights.enumerated().map { (inside(first - 1 + $0), $1) }
    }
  }

  private func position(_ index: Int, of length: Int, to count: Int, scale: Double) -> Double {
    let x = Double(index)
    switch coordinates {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return count > 1 ? (x + 0.5) / scale - 0.5 : 0
    case .alignCorners:
      let last = scale * Double(length) - 1
      return last > 0 ? x * Double(length - 1) / last : 0
    case .asymmetric: return x / scale
    case .halfPixelSymmetric:
      let adjustment = Double(count) / (scale * Double(length))
      return Double(length) / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
    }
  }

  /// The kernel of cubic convolution (Keys 1981, eq. 15) with its free coefficient.
  private static func cubic(_ x: Double, _ a: Double) -> Double {
    x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
