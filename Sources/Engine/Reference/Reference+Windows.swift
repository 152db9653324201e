import NetworkGraph

extension Reference {
  /// A transposed convolution: every input pixel adds its product with the kernel to a window of the output.
  static func spread(
    _ x: ReferenceImage, _ c: TransposedConvolution, _ weights: [Double], _ bias: [Double]?, _ output: Shape
  ) -> [Double] {
    let area = output.height * output.width
    var result = (0..<output.elements).map { bias?[$0 / area] ?? 0 }
    let (inputs, outputs) = (c.inputChannels / c.groups, c.outputChannels / c.groups)
    for i in 0..<c.inputChannels {
      for o in 0..<outputs {
        let channel = i / inputs * outputs + o
        for y in 0..<x.shape.height {
          for p in 0..<x.shape.width {
            let value = x[i, y, p]
            for ky in 0..<c.kernel.height {
              let row = y * c.stride.height + ky * c.dilation.height - c.margins.top
              guard (0..<output.height).contains(row) else { continue }
              for kx in 0..<c.kernel.width {
                let column = p * c.stride.width + kx * c.dilation.width - c.margins.left
                guard (0..<output.width).contains(column) else { continue }
                result[channel * area + row * output.width + column] +=
                  value * weights[((i * outputs + o) * c.kernel.height + ky) * c.kernel.width + kx]
              }
            }
          }
        }
      }
    }
    return result
  }

  static func pool(_ x: ReferenceImage, _ pooling: WindowPooling, _ output: Shape) -> [Double] {
    let (height, width) = (x.shape.height, x.shape.width)
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for y in 0..<output.height {
        for p in 0..<output.width {
          var values: [Double] = []
          var padded = 0
          for ky in 0..<pooling.kernel.height {
            let row = y * pooling.stride.height - pooling.margins.top + ky * pooling.dilation.height
            guard row < height + pooling.margins.bottom else { continue }
            for kx in 0..<pooling.kernel.width {
              let column = p * pooling.stride.width - pooling.margins.left + kx * pooling.dilation.width
              guard column < width + pooling.margins.right else { continue }
              padded += 1
              if row >= 0, row < height, column >= 0, column < width { values.append(x[c, row, column]) }
            }
          }
          let count = pooling.countsPadding ? padded : values.count
          result.append(
            pooling.isAverage
              ? values.reduce(0, +) / Double(count) : values.reduce(-.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 })
        }
      }
    }
    return result
  }

  static func pad(_ x: ReferenceImage, _ padding: EdgePadding, _ output: Shape) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    let place = padding.place
    let filling = if case .constant(let value) = padding.filling { value } else { 0.0 }
    for c in 0..<output.channels {
      let channel = place(c - padding.channelsBefore, x.shape.channels)
      for y in 0..<output.height {
        let row = place(y - padding.margins.top, x.shape.height)
        for p in 0..<output.width {
          if let channel, let row, let column = place(p - padding.margins.left, x.shape.width) {
            result.append(x[channel, row, column])
          } else {
            result.append(filling)
          }
        }
      }
    }
    return result
  }
}

extension EdgePadding {
  /// The place on an axis that stands for one around it; nil where a constant does.
  func place(_ index: Int, _ length: Int) -> Int? {
    if (0..<length).contains(index) { return index }
    switch filling {
    case .constant: return nil
    case .edge: return min(max(index, 0), length - 1)
    case .reflect: return index < 0 ? -index : 2 * (length - 1) - index
    case .wrap: return (index % length + length) % length
    }
  }
}
