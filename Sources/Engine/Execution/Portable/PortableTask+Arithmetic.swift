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
      for x in columns { line[x * to.step] = source[x * from.step] * factor }
    }
  }

  func combine(_ combination: Combination, _ values: [Lines]) {
    let to = output
    let share = combination == .mean ? 1 / Float(values.count) : 1
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

  /// x where it is positive, elsewhere times its channel's slope.
  func scaleNegatives() {
    let (from, to, slopes) = (inputs[0], output, tensors[0])
    forParts { image, channel, row, columns in
      let (source, line, slope) = (from.line(image, channel, row), to.line(image, channel, row), slopes[channel])
      for x in columns {
        let value = source[x * from.step]
        line[x * to.step] = value > 0 ? value : value * slope
      }
    }
  }

  func normalise(_ features: Int, _ epsilon: Double) {
    let (from, to, scales, shifts) = (inputs[0], output, tensors[0], tensors[1])
    forItems(features) { image, channel in
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<from.height {
        let line = from.line(image, channel, row)
        for x in 0..<from.width { sum += Double(line[x * from.step]) }
      }
      let mean = sum / Double(from.height * from.width)
      for row in 0..<from.height {
        let line = from.line(image, channel, row)
        for x in 0..<from.width {
          let value = Double(line[x * from.step]) - mean
          squares += value * value
        }
      }
      let scale = Double(scales[channel]) / (squares / Double(from.height * from.width) + epsilon).squareRoot()
      let shift = Double(shifts[channel]) - mean * scale
      for row in 0..<from.height {
        let (source, line) = (from.line(image, channel, row), to.line(image, channel, row))
        for x in 0..<from.width { line[x * to.step] = Float(Double(source[x * from.step]) * scale + shift) }
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
    let (from, to) = (inputs[0], output)
    func range(_ axis: PortableOperation.Axis, _ length: Int, _ place: Int) -> Range<Int> {
      axes.contains(axis) ? 0..<length : place..<place + 1
    }
    let joinsColumns = axes.contains(.columns)
    var count = joinsColumns ? Double(from.width) : 1
    if axes.contains(.channels) { count *= Double(from.channels) }
    if axes.contains(.rows) { count *= Double(from.height) }
    forLines { image, channel, row in
      let line = to.line(image, channel, row)
      var lines: [UnsafeMutablePointer<Float>] = []
      for c in range(.channels, from.channels, channel) {
        for y in range(.rows, from.height, row) { lines.append(from.line(image, c, y)) }
      }
      for x in 0..<to.width {
        var sum = 0.0
        var (least, most) = (Float.infinity, -Float.infinity)
        for source in lines {
          for column in joinsColumns ? 0..<from.width : x..<x + 1 {
            let value = source[column * from.step]
            switch reduction {
            case .mean, .sum: sum += Double(value)
            case .maximum: most = max(most, value)
            case .minimum: least = min(least, value)
            }
          }
        }
        line[x * to.step] =
          switch reduction {
          case .mean: Float(sum / count)
          case .sum: Float(sum)
          case .maximum: most
          case .minimum: least
          }
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

extension Combination {
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
