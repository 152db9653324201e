import NetworkGraph

extension Reference {
  /// Rows and columns one after the other: each output is a weighted sum of a few inputs.
  static func resize(_ x: ReferenceImage, _ resizing: Resizing, _ output: Shape) -> [Double] {
    let (rows, columns) = resizing.taps(from: (x.shape.height, x.shape.width), to: (output.height, output.width))
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for row in rows {
        for column in columns {
          guard let row, let column else {
            result.append(resizing.region.outside)
            continue
          }
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
  /// An input of an output along one axis, and what it is multiplied by.
  typealias Tap = (place: Int, weight: Double)

  /// The inputs of every row and of every column of the output; nil for places outside of the map that nothing gives.
  func taps(from input: (height: Int, width: Int), to output: (height: Int, width: Int)) -> (
    rows: [[Tap]?], columns: [[Tap]?]
  ) {
    (
      (0..<output.height).map {
        taps($0, of: input.height, to: output.height, scale: verticalScale, region: region.rows)
      },
      (0..<output.width).map {
        taps($0, of: input.width, to: output.width, scale: horizontalScale, region: region.columns)
      }
    )
  }

  /// The inputs of an output along one axis, with their weights; nil for a place outside of the map that nothing gives.
  private func taps(
    _ index: Int, of length: Int, to count: Int, scale: Double, region: ClosedRange<Double>
  ) -> [Tap]? {
    let exact = position(index, of: length, to: count, scale: scale, region: region)
    if coordinates == .cropped, exact < 0 || exact > Double(length - 1) { return nil }
    let position = min(max(exact, -0x1p40), 0x1p40)
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
    case .linear where antialias && scale < 1:
      return window(around: position, reach: 1 / scale, of: length) { max(0, 1 - $0 * scale) }
    case .cubic(let a, let excludesOutside) where antialias && scale < 1:
      return window(around: position, reach: 2 / scale, of: length, excludesOutside: excludesOutside) {
        Self.cubic($0 * scale, a)
      }
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

  /// All pixels within reach, weighted by their distance. Those beyond the border are the outermost.
  private func window(
    around position: Double, reach: Double, of length: Int, excludesOutside: Bool = false, weight: (Double) -> Double
  ) -> [Tap] {
    let most = min(reach, Double(4 * length + 4))
    let places = Int((position - most).rounded(.down))...Int((position + most).rounded(.up))
    let taps = places.map { place in
      let isOutside = !(0..<length).contains(place)
      return (min(max(place, 0), length - 1), excludesOutside && isOutside ? 0 : weight(abs(Double(place) - position)))
    }
    let sum = taps.reduce(0) { $0 + $1.1 }
    return taps.map { ($0.0, $0.1 / sum) }
  }

  private func position(
    _ index: Int, of length: Int, to count: Int, scale: Double, region: ClosedRange<Double>
  ) -> Double {
    let x = Double(index)
    // In single precision, as the runtimes do it: which of two pixels is the nearest hangs on it.
    let single = Float(scale)
    switch coordinates {
    case .halfPixel: return Double((Float(index) + 0.5) / single - 0.5)
    case .pytorchHalfPixel: return count > 1 ? Double((Float(index) + 0.5) / single - 0.5) : 0
    case .alignCorners:
      let last = scale * Double(length) - 1
      return last > 0 ? x * Double(length - 1) / last : 0
    case .asymmetric: return Double(Float(index) / single)
    case .cropped:
      let last = Double(length - 1)
      let extent = (region.upperBound - region.lowerBound) * last
      return region.lowerBound * last + (count > 1 ? x * extent / Double(count - 1) : extent / 2)
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
