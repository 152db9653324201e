import Glibc
import NetworkGraph

/// What computes with single values, lines or matrices.
extension PortableTask {
  func apply(_ function: ElementFunction) {
    let (from, to) = (inputs[0], output)
    forParts { image, channel, row, columns in
      let (source, line) = (from.line(image, channel, row), to.line(image, channel, row))
      for x in columns { line[x * to.step] = Float(function(Double(source[x * from.step]))) }
    }
  }

  func scale(by factor: Float) {
    joinRows()
    let (from, to) = (inputs[0], output)
    forParts { image, channel, row, columns in
      let (source, line) = (from.line(image, channel, row), to.line(image, channel, row))
      if from.step == 1, to.step == 1 {
        for x in columns { line[x] = source[x] * factor }
      } else {
        for x in columns { line[x * to.step] = source[x * from.step] * factor }
      }
    }
  }

  func combine(_ combination: Combination, _ values: [Lines]) {
    let to = output
    let share = combination == .mean ? 1 / Float(values.count) : 1
    // Maps of one shape, and values of their channels: whole rows of units, whose empty lanes hold zeros and give such.
    if to.holdsPixels, combination.keepsZeros || to.channels % 16 == 0,
      values.allSatisfy({ $0.holdsPixels && $0.isLike(to) || $0.isVector && $0.channels == to.channels })
    {
      fillsLanes = true
      return forRowsOfUnits { image, unit, row in
        let line = to.pixels(image, unit, row)
        var sum = values[0].pixels(image, unit, row)
        for other in values.dropFirst() {
          combination.apply(to.width, sum, other.pixels(image, unit, row), to: line.first)
          sum = line
        }
        if share != 1 { for x in 0..<to.width { line.first[x] *= share } }
      }
    }
    forParts { image, channel, row, columns in
      let line = to.line(image, channel, row)
      var (sum, step) = values[0].broadcast(image, channel, row)
      for other in values.dropFirst() {
        let (line2, step2) = other.broadcast(image, channel, row)
        combination.apply(columns, sum, step, line2, step2, to: line, to.step)
        (sum, step) = (line, to.step)
      }
      if share != 1 { for x in columns { line[x * to.step] *= share } }
    }
  }

  /// x where it is positive, elsewhere times its channel's slope, or the only one.
  func scaleNegatives(slopes count: Int) {
    let (from, to, slopes) = (inputs[0], output, tensors[0])
    forParts { image, channel, row, columns in
      let (source, line, slope) = (
        from.line(image, channel, row), to.line(image, channel, row), slopes[min(channel, count - 1)]
      )
      for x in columns {
        let value = source[x * from.step]
        line[x * to.step] = value > 0 ? value : value * slope
      }
    }
  }

  func softmax(_ axis: PortableOperation.Axis, isLogarithm: Bool) {
    let (from, to) = (inputs[0], output)
    /// `count` values so many floats apart.
    func one(
      _ source: (Int) -> UnsafeMutablePointer<Float>, _ target: (Int) -> UnsafeMutablePointer<Float>, _ count: Int
    ) {
      var most = -Float.infinity
      for i in 0..<count { most = max(most, source(i).pointee) }
      var sum = 0.0
      for i in 0..<count {
        let power = expf(source(i).pointee - most)
        sum += Double(power)
        target(i).pointee = isLogarithm ? source(i).pointee : power
      }
      let (share, logarithm) = (Float(1 / sum), most + Float(log(sum)))
      for i in 0..<count { target(i).pointee = isLogarithm ? target(i).pointee - logarithm : target(i).pointee * share }
    }
    switch axis {
    case .columns:
      forLines { image, channel, row in
        let (source, line) = (from.line(image, channel, row), to.line(image, channel, row))
        one({ source + $0 * from.step }, { line + $0 * to.step }, to.width)
      }
    case .rows:
      forItems(to.channels) { image, channel in
        for x in 0..<to.width {
          one(
            { from.line(image, channel, $0) + x * from.step }, { to.line(image, channel, $0) + x * to.step }, to.height)
        }
      }
    case .channels:
      forItems(to.height) { image, row in
        for x in 0..<to.width {
          one({ from.line(image, $0, row) + x * from.step }, { to.line(image, $0, row) + x * to.step }, to.channels)
        }
      }
    }
  }

  func reduce(_ reduction: PortableOperation.Reduction, _ axes: Set<PortableOperation.Axis>) {
    let ofVector = inputs[0].isVector && axes.contains(.channels)
    let (from, axes): (Lines, Set) = ofVector ? (inputs[0].asLine, [.columns]) : (inputs[0], axes)
    let to = output
    func range(_ axis: PortableOperation.Axis, _ length: Int, _ place: Int) -> Range<Int> {
      axes.contains(axis) ? 0..<length : place..<place + 1
    }
    /// The lines that a line of the output is made of.
    func lines(_ image: Int, _ channel: Int, _ row: Int) -> [UnsafeMutablePointer<Float>] {
      range(.channels, from.channels, channel).flatMap { c in
        range(.rows, from.height, row).map { from.line(image, c, $0) }
      }
    }
    if axes == [.rows, .columns], from.holdsPixels, to.isFlat { return reducePixels(reduction) }
    var count = axes.contains(.columns) ? Double(from.width) : 1
    if axes.contains(.channels) { count *= Double(from.channels) }
    if axes.contains(.rows) { count *= Double(from.height) }
    let share = reduction == .mean ? 1 / count : 1
    let least: (Float, Float) -> Float = reduction == .maximum ? { max($0, $1) } : { min($0, $1) }
    switch (axes.contains(.columns), reduction) {
    case (true, .norm):
      forLines { image, channel, row in
        let sum = lines(image, channel, row).reduce(0) { $0 + $1.sum(from.width, from.step) { $0 * $0 } }
        to.line(image, channel, row)[0] = Float(sum.squareRoot())
      }
    case (true, .mean), (true, .sum):
      forLines { image, channel, row in
        let sum = lines(image, channel, row).reduce(0) { $0 + $1.sum(from.width, from.step) { $0 } }
        to.line(image, channel, row)[0] = Float(sum * share)
      }
    case (true, _):
      forLines { image, channel, row in
        let sources = lines(image, channel, row)
        var result = sources[0][0]
        for source in sources { for x in 0..<from.width { result = least(result, source[x * from.step]) } }
        to.line(image, channel, row)[0] = result
      }
    case (false, .norm):
      forParts { image, channel, row, columns in
        let (sources, line) = (lines(image, channel, row), to.line(image, channel, row))
        for x in columns {
          let sum = sources.reduce(0.0) { $0 + Double($1[x * from.step]) * Double($1[x * from.step]) }
          line[x * to.step] = Float(sum.squareRoot())
        }
      }
    case (false, .mean), (false, .sum):
      forParts { image, channel, row, columns in
        let (sources, line) = (lines(image, channel, row), to.line(image, channel, row))
        if sources.count == 2, from.step == 1, to.step == 1 {
          let (share, a, b) = (Float(share), sources[0], sources[1])
          for x in columns { line[x] = (a[x] + b[x]) * share }
          return
        }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: columns.count) { sums in
          sums.initialize(repeating: 0)
          for source in sources {
            let first = source + columns.lowerBound * from.step
            if from.step == 1 {
              for x in sums.indices { sums[x] += Double(first[x]) }
            } else {
              for x in sums.indices { sums[x] += Double(first[x * 16]) }
            }
          }
          let target = line + columns.lowerBound * to.step
          for x in sums.indices { target[x * to.step] = Float(sums[x] * share) }
        }
      }
    case (false, _):
      forParts { image, channel, row, columns in
        let (sources, line) = (lines(image, channel, row), to.line(image, channel, row))
        for x in columns {
          line[x * to.step] = sources.reduce(sources[0][x * from.step]) { least($0, $1[x * from.step]) }
        }
      }
    }
  }

  /// Reduces the maps of sixteen channels at once. Sums of a row are added up in double precision.
  private func reducePixels(_ reduction: PortableOperation.Reduction) {
    let (from, to) = (inputs[0], output)
    let share = reduction == .mean ? 1 / Double(from.height * from.width) : 1
    fillsLanes = true
    forItems(from.lanes / 16) { image, unit in
      let line = to.line(image, unit * 16, 0)
      let channels = 0..<min(16, from.channels - unit * 16)
      for lane in channels.upperBound..<16 { line[lane] = 0 }
      if reduction == .maximum || reduction == .minimum {
        var result = from.pixels(image, unit, 0).first[0]
        for row in 0..<from.height {
          let pixels = from.pixels(image, unit, row).first
          if reduction == .maximum {
            for x in 0..<from.width { result = pointwiseMax(result, pixels[x]) }
          } else {
            for x in 0..<from.width { result = pointwiseMin(result, pixels[x]) }
          }
        }
        for lane in channels { line[lane] = result[lane] }
        return
      }
      var sums = SIMD16<Double>()
      for row in 0..<from.height {
        var sum = SIMD16<Float>()
        let pixels = from.pixels(image, unit, row).first
        if reduction == .norm {
          for x in 0..<from.width { sum += pixels[x] * pixels[x] }
        } else {
          for x in 0..<from.width { sum += pixels[x] }
        }
        sums += SIMD16<Double>(sum)
      }
      for lane in channels {
        line[lane] = Float(reduction == .norm ? sums[lane].squareRoot() : sums[lane] * share)
      }
    }
  }

  /// For every channel the product of two matrices, row after row.
  func multiply() {
    let (a, b, to) = (inputs[0], inputs[1], output)
    forLines { image, channel, row in
      let line = to.line(image, channel, row)
      let left = a.line(image, min(channel, a.channels - 1), row)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: to.width) { sum in
        sum.update(repeating: 0)
        for k in 0..<a.width {
          let (factor, right) = (left[k * a.step], b.line(image, min(channel, b.channels - 1), k))
          if b.step == 1 {
            for x in sum.indices { sum[x] += factor * right[x] }
          } else {
            for x in sum.indices { sum[x] += factor * right[x * 16] }
          }
        }
        for x in sum.indices { line[x * to.step] = sum[x] }
      }
    }
  }
}

extension UnsafeMutablePointer<Float> {
  /// The sum of a function of so many values, `step` floats apart, in double precision.
  @inline(__always)
  func sum(_ count: Int, _ step: Int, of function: (Double) -> Double) -> Double {
    var sums = SIMD8<Double>.zero
    var x = 0
    while step == 1, x + 8 <= count {
      for i in 0..<8 { sums[i] += function(Double(self[x + i])) }
      x += 8
    }
    var sum = sums.sum()
    while x < count {
      sum += function(Double(self[x * step]))
      x += 1
    }
    return sum
  }
}

extension Combination {
  /// True if zeros alone give zero.
  fileprivate var keepsZeros: Bool { self != .quotient && self != .power }

  /// Of sixteen channels at once, for so many pixels.
  fileprivate func apply(
    _ count: Int, _ a: Lines.Pixels, _ b: Lines.Pixels, to line: UnsafeMutablePointer<SIMD16<Float>>
  ) {
    @inline(__always) func each(_ function: (SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>) {
      for x in 0..<count { line[x] = function(a.first[x * a.step], b.first[x * b.step]) }
    }
    switch self {
    case .sum, .mean: each { $0 + $1 }
    case .difference: each { $0 - $1 }
    case .product: each { $0 * $1 }
    case .quotient: each { $0 / $1 }
    case .minimum: each { pointwiseMin($0, $1) }
    case .maximum: each { pointwiseMax($0, $1) }
    case .power:
      each { a, b in
        var result = a
        for lane in 0..<16 { result[lane] = Float(pow(Double(a[lane]), Double(b[lane]))) }
        return result
      }
    }
  }

  fileprivate func apply(
    _ columns: Range<Int>, _ a: UnsafeMutablePointer<Float>, _ stepA: Int, _ b: UnsafeMutablePointer<Float>,
    _ stepB: Int, to line: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    @inline(__always) func each(_ function: (Float, Float) -> Float) {
      switch (stepA, stepB, step) {
      case (1, 1, 1): for x in columns { line[x] = function(a[x], b[x]) }
      case (1, 0, 1):
        let second = b[0]
        for x in columns { line[x] = function(a[x], second) }
      case (0, 1, 1):
        let first = a[0]
        for x in columns { line[x] = function(first, b[x]) }
      default: for x in columns { line[x * step] = function(a[x * stepA], b[x * stepB]) }
      }
    }
    switch self {
    case .sum, .mean: each { $0 + $1 }
    case .difference: each { $0 - $1 }
    case .product: each { $0 * $1 }
    case .quotient: each { $0 / $1 }
    case .minimum: each { Swift.min($0, $1) }
    case .maximum: each { Swift.max($0, $1) }
    case .power where stepB == 0 && b[0] == 2: each { x, _ in x * x }
    case .power where stepB == 0 && b[0] == 0.5: each { x, _ in x.squareRoot() }
    case .power: each { Float(pow(Double($0), Double($1))) }
    }
  }
}
