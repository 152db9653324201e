import ConvKernels

/// A norm over the maps of groups of channels, for maps with lanes: sixteen channels at once.
struct GroupNorm {
  let groups: Int
  let epsilon: Double
  /// What every channel is multiplied by behind the norm, and what is added.
  let weights: [Double]
  let biases: [Double]

  /// Items of each of the two tasks; what is summed up does not depend on how many threads there are.
  private static let leastItems = 32

  /// The two tasks of the norm: one that sums up bands of rows, and behind a barrier one that scales and shifts them.
  ///
  /// - Parameters:
  ///   - pointwise: what else is done to the values, with the views of whole maps.
  ///   - run: the kernel of that.
  func tasks(
    from: Lines, to: Lines, _ pointwise: ck_pointwise, by run: @escaping ck_run, images: Int
  ) -> (sums: PortableTask, scaling: PortableTask) {
    let units = from.lanes / 16
    let bands = max(1, min(from.height, GroupNorm.leastItems / units))
    let room = BandSums(count: images * units * bands)
    func rows(_ band: Int) -> Range<Int> { from.height * band / bands..<from.height * (band + 1) / bands }
    /// A value of every channel, from which the others are not far: squares of differences lose no digits.
    func origin(_ image: Int, _ unit: Int) -> SIMD16<Float> { from.pixels(image, unit, 0).first[0] }
    let sums = PortableTask(tensors: [], inputs: [from], output: to)
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
    let (width, area) = (from.channels / groups, Double(from.height * from.width))
    let scaling = PortableTask(tensors: [], inputs: [from], output: to)
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
          let factor = weights[channel] / deviation
          scale[channel % 16] = Float(factor)
          shift[channel % 16] = Float(biases[channel] - mean * factor)
        }
      }
      let rows = rows(band)
      pointwise.onRows(rows, image, unit, scale, shift) { run($0, 0, Int64(rows.count), nil) }
    }
    return (sums, scaling)
  }
}

extension ck_pointwise {
  /// The task for some rows of a unit, with its scale and shift.
  fileprivate func onRows(
    _ rows: Range<Int>, _ image: Int, _ unit: Int, _ scale: SIMD16<Float>, _ shift: SIMD16<Float>,
    _ body: (UnsafeRawPointer) -> Void
  ) {
    func moved(_ view: ck_view) -> ck_view {
      guard var base = view.base else { return view }
      base += image * Int(view.image) + unit * Int(view.unit) + rows.lowerBound * Int(view.row)
      return ck_view(base: base, image: view.image, unit: view.unit, row: view.row)
    }
    // The stack alone does not align vectors as the kernels want them.
    withUnsafeTemporaryAllocation(byteCount: 128, alignment: 64) { memory in
      let vectors = memory.bindMemory(to: SIMD16<Float>.self)
      (vectors[0], vectors[1]) = (scale, shift)
      vectors.withMemoryRebound(to: Float.self) { floats in
        var task = self
        (task.input, task.other, task.output) = (moved(input), moved(other), moved(output))
        (task.scale, task.shift) = (UnsafePointer(floats.baseAddress!), UnsafePointer(floats.baseAddress! + 16))
        task.rows.height = Int64(rows.count)
        withUnsafeBytes(of: task) { body($0.baseAddress!) }
      }
    }
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
