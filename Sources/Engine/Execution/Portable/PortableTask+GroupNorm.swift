/// Normalisation over the maps of groups of channels.
extension PortableTask {
  /// Group by group: for values in plain order, and for vectors.
  func normalise(_ groups: Int, _ epsilon: Double) {
    joinRows()
    let (from, to, scales, shifts) = (inputs[0], output, tensors[0], tensors[1])
    let width = from.channels / groups
    let count = Double(width * from.height * from.width)
    forItems(groups) { image, group in
      let channels = group * width..<(group + 1) * width
      func sum(_ function: (Double) -> Double) -> Double {
        var sum = 0.0
        for channel in channels {
          for row in 0..<from.height { sum += from.line(image, channel, row).sum(from.width, from.step, of: function) }
        }
        return sum
      }
      let mean = sum { $0 } / count
      let deviation = (sum { ($0 - mean) * ($0 - mean) } / count + epsilon).squareRoot()
      for channel in channels {
        let scale = Double(scales[channel]) / deviation
        let shift = Double(shifts[channel]) - mean * scale
        for row in 0..<from.height {
          let (source, line) = (from.line(image, channel, row), to.line(image, channel, row))
          if from.step == 1, to.step == 1 {
            for x in 0..<from.width { line[x] = Float(Double(source[x]) * scale + shift) }
          } else {
            for x in 0..<from.width { line[x * to.step] = Float(Double(source[x * from.step]) * scale + shift) }
          }
        }
      }
    }
  }

  /// Items of each of the two tasks in which a map with lanes is normalised; what is summed up does not depend on how many
  /// threads there are.
  private static let leastItems = 32

  /// The two tasks in which a map with lanes is normalised, sixteen channels at once: one that sums up bands of rows, and
  /// behind a barrier one that scales and shifts them.
  static func normalising(
    _ groups: Int, _ epsilon: Double, tensors: [[Float]], from: Lines, to: Lines, images: Int
  ) -> (sums: PortableTask, scaling: PortableTask) {
    let units = from.lanes / 16
    let bands = max(1, min(from.height, leastItems / units))
    let (width, area) = (from.channels / groups, Double(from.height * from.width))
    let sums = PortableTask(tensors: [], inputs: [from], output: to)
    let scaling = PortableTask(tensors: tensors, inputs: [from], output: to)
    let (weights, biases) = (scaling.tensors[0], scaling.tensors[1])
    let room = BandSums(count: images * units * bands)
    func rows(_ band: Int) -> Range<Int> { from.height * band / bands..<from.height * (band + 1) / bands }
    /// A value of every channel, from which the others are not far: squares of differences lose no digits.
    func origin(_ image: Int, _ unit: Int) -> SIMD16<Float> { from.pixels(image, unit, 0).first[0] }
    sums.fillsLanes = true
    sums.forItems(units * bands) { image, item in
      let (band, unit) = item.quotientAndRemainder(dividingBy: units)
      let origin = origin(image, unit)
      var (sum, squares) = (SIMD16<Double>(), SIMD16<Double>())
      for row in rows(band) {
        var (rowSum, rowSquares) = (SIMD16<Float>(), SIMD16<Float>())
        let pixels = from.pixels(image, unit, row).first
        for x in 0..<from.width {
          let value = pixels[x] - origin
          rowSum += value
          rowSquares += value * value
        }
        sum += SIMD16<Double>(rowSum)
        squares += SIMD16<Double>(rowSquares)
      }
      room.sums[(image * units + unit) * bands + band] = sum
      room.squares[(image * units + unit) * bands + band] = squares
    }
    scaling.fillsLanes = true
    scaling.forItems(units * bands) { image, item in
      let (band, unit) = item.quotientAndRemainder(dividingBy: units)
      var (scale, shift) = (SIMD16<Float>(), SIMD16<Float>())
      let channels = unit * 16..<min(from.channels, unit * 16 + 16)
      for group in channels.lowerBound / width...(channels.upperBound - 1) / width {
        let (mean, deviation) = room.moments(
          of: group * width..<(group + 1) * width, image * units, bands, area, epsilon
        ) { origin(image, $0) }
        for channel in channels.clamped(to: group * width..<(group + 1) * width) {
          let factor = Double(weights[channel]) / deviation
          scale[channel % 16] = Float(factor)
          shift[channel % 16] = Float(Double(biases[channel]) - mean * factor)
        }
      }
      for row in rows(band) {
        let (pixels, line) = (from.pixels(image, unit, row).first, to.pixels(image, unit, row).first)
        for x in 0..<from.width { line[x] = pixels[x] * scale + shift }
      }
    }
    return (sums, scaling)
  }
}

/// What bands of rows sum up to, sixteen channels each, less a value of each channel.
private final class BandSums {
  let sums: UnsafeMutablePointer<SIMD16<Double>>
  let squares: UnsafeMutablePointer<SIMD16<Double>>

  init(count: Int) {
    sums = .allocate(capacity: count)
    squares = .allocate(capacity: count)
    sums.initialize(repeating: .zero, count: count)
    squares.initialize(repeating: .zero, count: count)
  }

  deinit {
    sums.deallocate()
    squares.deallocate()
  }

  /// The mean of some channels, and their deviation from it.
  ///
  /// - Parameters:
  ///   - firstUnit: the unit of the first channel of the image.
  ///   - area: pixels of a channel.
  ///   - origin: the values that were taken from those of a unit.
  func moments(
    of channels: Range<Int>, _ firstUnit: Int, _ bands: Int, _ area: Double, _ epsilon: Double,
    origin: (Int) -> SIMD16<Float>
  ) -> (mean: Double, deviation: Double) {
    let units = channels.lowerBound / 16...(channels.upperBound - 1) / 16
    func each(_ body: (_ sum: Double, _ squares: Double, _ origin: Double) -> Void) {
      for unit in units {
        let (place, origin) = ((firstUnit + unit) * bands, origin(unit))
        var (sum, square) = (SIMD16<Double>(), SIMD16<Double>())
        for band in 0..<bands {
          sum += sums[place + band]
          square += squares[place + band]
        }
        for channel in channels.clamped(to: unit * 16..<unit * 16 + 16) {
          body(sum[channel % 16], square[channel % 16], Double(origin[channel % 16]))
        }
      }
    }
    let count = area * Double(channels.count)
    var total = 0.0
    each { sum, _, origin in total += sum + area * origin }
    let mean = total / count
    var scattered = 0.0
    each { sum, squares, origin in
      let distance = mean - origin
      scattered += squares - 2 * distance * sum + area * distance * distance
    }
    return (mean, (max(0, scattered) / count + epsilon).squareRoot())
  }
}
