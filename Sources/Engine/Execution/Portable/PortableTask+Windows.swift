import NetworkGraph

/// Windows and other sizes.
extension PortableTask {
  func pool(_ pooling: WindowPooling) {
    let (from, to, margins) = (inputs[0], output, pooling.margins)
    /// The places of a window along an axis that lie on the map, and how many it has with the padding.
    func window(_ index: Int, _ side: KeyPath<Extent, Int>, _ length: Int, _ before: Int, _ after: Int) -> ([Int], Int)
    {
      let first = index * pooling.stride[keyPath: side] - before
      let places = (0..<pooling.kernel[keyPath: side]).map { first + $0 * pooling.dilation[keyPath: side] }
        .filter { $0 < length + after }
      return (places.filter { (0..<length).contains($0) }, places.count)
    }
    let rows = (0..<to.height).map { window($0, \.height, from.height, margins.top, margins.bottom) }
    let columns = (0..<to.width).map { window($0, \.width, from.width, margins.left, margins.right) }
    forLines { image, channel, row in
      let line = to.line(image, channel, row)
      let lines = rows[row].0.map { from.line(image, channel, $0) }
      for (x, column) in columns.enumerated() {
        var (sum, most) = (Float(0), -Float.infinity)
        for source in lines {
          for place in column.0 {
            let value = source[place * from.step]
            sum += value
            // What is not a number is the result wherever it stands.
            most = most > value || most.isNaN ? most : value
          }
        }
        let count = pooling.countsPadding ? rows[row].1 * column.1 : lines.count * column.0.count
        line[x * to.step] = pooling.isAverage ? sum / Float(count) : most
      }
    }
  }

  /// A convolution by the weights that are the second input.
  func convolve(_ c: Convolution) {
    if c.takesSinglePixels { return convolvePixels(c) }
    let (from, weights, to) = (inputs[0], inputs[1], output)
    let (inputs, outputs) = (c.inputChannels / c.groups, c.outputChannels / c.groups)
    forLines { image, channel, row in
      let line = to.line(image, channel, row)
      for x in 0..<to.width { line[x * to.step] = 0 }
      for i in 0..<inputs {
        let window = weights.line(image, channel, i)
        for ky in 0..<c.kernel.height {
          let y = row * c.stride.height - c.padding.height + ky * c.dilation.height
          guard (0..<from.height).contains(y) else { continue }
          let source = from.line(image, channel / outputs * inputs + i, y)
          for kx in 0..<c.kernel.width {
            let factor = window[(ky * c.kernel.width + kx) * weights.step]
            let (columns, first) = to.width.columns(
              reading: from.width, at: c.stride.width, from: kx * c.dilation.width - c.padding.width)
            for x in columns { line[x * to.step] += factor * source[(x * c.stride.width + first) * from.step] }
          }
        }
      }
    }
  }

  /// A convolution of single pixels: for some channels of the output the inputs are put into plain order once.
  private func convolvePixels(_ c: Convolution) {
    let (from, weights, to) = (inputs[0], inputs[1], output)
    let (inputs, outputs) = (c.inputChannels / c.groups, c.outputChannels / c.groups)
    let (pixels, least) = (from.height * from.width, 16)
    let blocks = (outputs + least - 1) / least
    forItems(c.groups * blocks) { image, item in
      let (group, block) = item.quotientAndRemainder(dividingBy: blocks)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: (inputs + 1) * pixels) { room in
        guard let plain = room.baseAddress else { return }
        let sum = plain + inputs * pixels
        for i in 0..<inputs {
          for y in 0..<from.height {
            let line = from.line(image, group * inputs + i, y)
            let start = plain + i * pixels + y * from.width
            for x in 0..<from.width { start[x] = line[x * from.step] }
          }
        }
        for o in outputs * block / blocks..<outputs * (block + 1) / blocks {
          sum.update(repeating: 0, count: pixels)
          for i in 0..<inputs {
            let (factor, source) = (weights.line(image, group * outputs + o, i)[0], plain + i * pixels)
            for p in 0..<pixels { sum[p] += factor * source[p] }
          }
          for y in 0..<to.height {
            let line = to.line(image, group * outputs + o, y)
            for x in 0..<to.width { line[x * to.step] = sum[y * to.width + x] }
          }
        }
      }
    }
  }

  /// A transposed convolution: every output row gathers the input rows whose windows reach it.
  func spread(_ c: TransposedConvolution) {
    let (from, to, weights) = (inputs[0], output, tensors[0])
    let bias = c.bias ? tensors[1] : nil
    let (inputs, outputs) = (c.inputChannels / c.groups, c.outputChannels / c.groups)
    forLines { image, channel, row in
      let line = to.line(image, channel, row)
      let (group, o) = channel.quotientAndRemainder(dividingBy: outputs)
      for x in 0..<to.width { line[x * to.step] = bias?[channel] ?? 0 }
      for ky in 0..<c.kernel.height {
        let (y, rest) = (row + c.margins.top - ky * c.dilation.height)
          .quotientAndRemainder(dividingBy: c.stride.height)
        guard rest == 0, (0..<from.height).contains(y) else { continue }
        for i in 0..<inputs {
          let source = from.line(image, group * inputs + i, y)
          let window = weights + (((group * inputs + i) * outputs + o) * c.kernel.height + ky) * c.kernel.width
          for kx in 0..<c.kernel.width {
            // The input columns whose windows put this place of theirs on the output.
            let (columns, first) = from.width.columns(
              reading: to.width, at: c.stride.width, from: kx * c.dilation.width - c.margins.left)
            for p in columns {
              line[(p * c.stride.width + first) * to.step] += window[kx] * source[p * from.step]
            }
          }
        }
      }
    }
  }

  /// Sixteen channels at once, those that stand for none among them.
  private func resizeUnits(_ rows: [[Resizing.Tap]], _ columns: [[Resizing.Tap]]) {
    let (from, to) = (inputs[0], output)
    let taps = columns.map { $0.map { (place: $0.place, weight: Float($0.weight)) }.filter { $0.weight != 0 } }
    forItems(to.lanes / 16 * to.height) { image, item in
      let (unit, row) = item.quotientAndRemainder(dividingBy: to.height)
      to.units(image, unit, row) { line in
        for (i, tap) in rows[row].filter({ $0.weight != 0 }).enumerated() {
          let factor = Float(tap.weight)
          from.units(image, unit, tap.place) { source in
            for x in 0..<to.width {
              var sum = SIMD16<Float>.zero
              if taps[x].count == 1, taps[x][0].weight == 1 {
                sum = source[taps[x][0].place]
              } else {
                for tap in taps[x] { sum += source[tap.place] * tap.weight }
              }
              if factor != 1 { sum *= factor }
              line[x] = i == 0 ? sum : line[x] + sum
            }
          }
        }
      }
    }
    fillsLanes = true
  }

  func resize(_ resizing: Resizing) {
    let (from, to) = (inputs[0], output)
    let (rows, columns) = resizing.taps(from: (from.height, from.width), to: (to.height, to.width))
    let outside = Float(resizing.region.outside)
    if !from.isFlat, !to.isFlat, !(rows + columns).contains(where: { $0 == nil }) {
      return resizeUnits(rows.compactMap { $0 }, columns.compactMap { $0 })
    }
    forLines { image, channel, row in
      let line = to.line(image, channel, row)
      guard let taps = rows[row] else {
        for x in 0..<to.width { line[x * to.step] = outside }
        return
      }
      for (x, column) in columns.enumerated() {
        guard let column else {
          line[x * to.step] = outside
          continue
        }
        var sum: Float = 0
        for (y, a) in taps {
          let source = from.line(image, channel, y)
          for (p, b) in column { sum += Float(a * b) * source[p * from.step] }
        }
        line[x * to.step] = sum
      }
    }
  }
}

extension Int {
  /// The places of so many that, `stride` apart and from `first` on, lie on another axis; and that first place again.
  fileprivate func columns(reading length: Int, at stride: Int, from first: Int) -> (Range<Int>, Int) {
    let begin = first >= 0 ? 0 : (stride - 1 - first) / stride
    let end = length > first ? (length - first + stride - 1) / stride : 0
    let upper = Swift.min(self, end)
    return (Swift.min(begin, upper)..<upper, first)
  }
}

extension Convolution {
  /// True if every output pixel takes one of the input, where that lies.
  var takesSinglePixels: Bool { kernel == 1 && stride == 1 && padding == 0 }
}
