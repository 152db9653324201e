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
}
