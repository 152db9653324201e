import NetworkGraph

extension Reference {
  /// Operations that only move values: every output element is one of the input's, or zero.
  static func rearrange(_ x: ReferenceImage, _ operation: Operation, _ output: Shape) -> [Double] {
    let input = x.shape
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for y in 0..<output.height {
        for p in 0..<output.width {
          let (channel, row, column) = operation.source(channel: c, row: y, column: p, of: input)
          let isInside =
            (0..<input.channels).contains(channel) && (0..<input.height).contains(row)
            && (0..<input.width).contains(column)
          result.append(
            isInside ? x.values[x.values.startIndex + (channel * input.height + row) * input.width + column] : 0)
        }
      }
    }
    return result
  }

  /// The mean over each of the windows that cut the map into the output's rows and columns.
  static func adaptivePool(_ x: ReferenceImage, _ output: Shape) -> [Double] {
    let (height, width) = (x.shape.height, x.shape.width)
    func window(_ i: Int, of count: Int, over length: Int) -> Range<Int> {
      i * length / count..<((i + 1) * length + count - 1) / count
    }
    var result: [Double] = []
    result.reserveCapacity(output.elements)
    for c in 0..<output.channels {
      for y in 0..<output.height {
        let rows = window(y, of: output.height, over: height)
        for p in 0..<output.width {
          let columns = window(p, of: output.width, over: width)
          let sum = rows.reduce(0.0) { sum, row in
            let first = x.values.startIndex + (c * height + row) * width
            return columns.reduce(sum) { $0 + x.values[first + $1] }
          }
          result.append(sum / Double(rows.count * columns.count))
        }
      }
    }
    return result
  }
}

extension Operation {
  /// Where an output element of an operation that only moves values comes from; outside of the input it is zero.
  fileprivate func source(channel: Int, row: Int, column: Int, of input: Shape) -> (channel: Int, row: Int, column: Int)
  {
    switch self {
    case .slice(let range): (channel + range.lowerBound, row, column)
    case .channelShuffle(let groups): (channel % groups * (input.channels / groups) + channel / groups, row, column)
    case .padChannels(let before, _): (channel - before, row, column)
    case .subsample(let stride): (channel, row * stride.height, column * stride.width)
    case .zeroPad(let margins): (channel, row - margins.top, column - margins.left)
    default: (channel, row, column)
    }
  }
}
