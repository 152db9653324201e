import NetworkGraph

/// What only moves values about.
extension PortableTask {
  func copy(_ from: Lines) {
    let to = output
    forParts { image, channel, row, columns in
      from.line(image, channel, row).copy(columns, from.step, to: to.line(image, channel, row), to.step)
    }
  }

  /// The same values in the same order under another shape.
  func reshape() {
    let (from, to) = (inputs[0].asLine, output.asLine)
    forParts(of: to) { image, channel, row, columns in
      let line = to.line(image, channel, row)
      var place = (channel * to.height + row) * to.width + columns.lowerBound
      var x = columns.lowerBound
      while x < columns.upperBound {
        let (sourceLine, column) = place.quotientAndRemainder(dividingBy: from.width)
        let count = min(columns.upperBound - x, from.width - column)
        let source = from.line(image, sourceLine / from.height, sourceLine % from.height)
        (source + column * from.step).copy(0..<count, from.step, to: line + x * to.step, to.step)
        x += count
        place += count
      }
    }
  }

  /// What moves channels, rows or columns of maps and has a kernel where those have lanes.
  func move(_ operation: Operation) {
    func all(_ length: Int, step: Int = 1) -> Cut { Cut(start: 0, count: (length - 1) / step + 1, step: step) }
    let from = inputs[0]
    let none = Margins(top: 0, left: 0, bottom: 0, right: 0)
    switch operation {
    case .slice(let range):
      cut(Cut(start: range.lowerBound, count: range.count, step: 1), all(from.height), all(from.width))
    case .subsample(let stride):
      cut(all(from.channels), all(from.height, step: stride.height), all(from.width, step: stride.width))
    case .padChannels(let before, let after):
      pad(EdgePadding(filling: .constant(0), channelsBefore: before, channelsAfter: after, margins: none))
    case .zeroPad(let margins):
      pad(EdgePadding(filling: .constant(0), channelsBefore: 0, channelsAfter: 0, margins: margins))
    case .channelShuffle(let groups):
      let places = (0..<from.channels).map { $0 % groups * (from.channels / groups) + $0 / groups }
      pick(.channels, places)
    case .concat: concatenate()
    default: break
    }
  }

  private func concatenate() {
    let to = output
    if to.isFlat, inputs.allSatisfy({ $0.isFlat || $0.holdsPixels }) { return joinInPlainOrder() }
    let places = inputs.flatMap { lines in (0..<lines.channels).map { (lines: lines, channel: $0) } }
    forParts { image, channel, row, columns in
      let (from, place) = places[channel]
      from.line(image, place, row).copy(columns, from.step, to: to.line(image, channel, row), to.step)
    }
  }

  private func joinInPlainOrder() {
    let to = output
    let area = to.height * to.width
    var pieces: [(_ image: Int) -> Void] = []
    var first = 0
    for from in inputs {
      let place = first
      if from.isFlat {
        let count = from.channels * area
        for start in stride(from: 0, to: count, by: PortableTask.valuesOfPart) {
          pieces.append { image in
            (to.line(image, 0, 0) + place + start).update(
              from: from.line(image, 0, 0) + start, count: min(PortableTask.valuesOfPart, count - start))
          }
        }
      } else {
        for channel in stride(from: 0, to: from.channels, by: 16) {
          for row in 0..<to.height {
            pieces.append { image in
              let (source, line) = (from.line(image, channel, row), to.line(image, 0, row) + place + channel * area)
              for lane in 0..<min(16, from.channels - channel) {
                (source + lane).copy(0..<to.width, 16, to: line + lane * area, 1)
              }
            }
          }
        }
      }
      first += from.channels * area
    }
    forItems(pieces.count) { image, item in pieces[item](image) }
  }

  func cut(_ channels: Cut, _ rows: Cut, _ columns: Cut) {
    let (from, to) = (inputs[0], output)
    if from.isFlat, to.isFlat {
      let (cuts, strides) = ([channels, rows, columns], from.strides)
      return move(
        cuts.map(\.count), zip(cuts, strides).map { $0.step * $1 },
        first: zip(cuts, strides).reduce(0) { $0 + $1.0.start * $1.1 })
    }
    forParts { image, channel, row, part in
      let source =
        from.line(image, channels.start + channel * channels.step, rows.start + row * rows.step)
        + columns.start * from.step
      source.copy(part, columns.step * from.step, to: to.line(image, channel, row), to.step)
    }
  }

  func pick(_ axis: PortableOperation.Axis, _ places: [Int]) {
    var (from, to) = (inputs[0], output)
    if axis == .channels, from.isFlat, to.isFlat {
      (from, to) = (from.joined, to.joined)
      if to.width == 1 { return pick(.columns, places, from.asLine, to.asLine) }
      return pickLines(places, from, to)
    }
    pick(axis, places, from, to)
  }

  /// Lines that lie one behind the other.
  private func pickLines(_ places: [Int], _ from: Lines, _ to: Lines) {
    let (width, part) = (to.width, max(1, PortableTask.valuesOfPart / to.width))
    forItems((places.count + part - 1) / part) { image, item in
      let (source, line) = (from.line(image, 0, 0), to.line(image, 0, 0))
      for i in item * part..<min(places.count, (item + 1) * part) {
        if width > 16 {
          (line + i * width).update(from: source + places[i] * width, count: width)
        } else {
          for x in 0..<width { line[i * width + x] = source[places[i] * width + x] }
        }
      }
    }
  }

  private func pick(_ axis: PortableOperation.Axis, _ places: [Int], _ from: Lines, _ to: Lines) {
    forParts(of: to) { image, channel, row, columns in
      let line = to.line(image, channel, row)
      guard axis == .columns else {
        let source = from.line(image, axis == .channels ? places[channel] : channel, axis == .rows ? places[row] : row)
        return source.copy(columns, from.step, to: line, to.step)
      }
      let source = from.line(image, channel, row)
      for x in columns { line[x * to.step] = source[places[x] * from.step] }
    }
  }

  /// Between pixels, whose channels lie side by side in units, and rows of channels in plain order; false for what is
  /// no move between them.
  private func exchange(_ order: [PortableOperation.Axis]) -> Bool {
    let (from, to) = (inputs[0], output)
    if from.holdsPixels, to.isFlat, order == [.rows, .columns, .channels] || order == [.columns, .rows, .channels] {
      let isTurned = order[0] == .columns
      forLines { image, channel, row in
        let (y, x) = isTurned ? (row, channel) : (channel, row)
        let line = to.line(image, channel, row)
        for first in stride(from: 0, to: from.channels, by: 16) {
          let count = min(16, from.channels - first)
          (line + first).update(from: from.line(image, first, y) + x * 16, count: count)
        }
      }
      return true
    }
    if to.holdsPixels, from.isFlat, order == [.columns, .channels, .rows] || order == [.columns, .rows, .channels] {
      let isTurned = order[1] == .rows
      let units = to.lanes / 16
      fillsLanes = true
      forItems(units * to.height) { image, item in
        let (unit, y) = item.quotientAndRemainder(dividingBy: to.height)
        let line = to.line(image, unit * 16, y)
        let count = min(16, to.channels - unit * 16)
        for x in 0..<to.width {
          let source = from.line(image, isTurned ? x : y, isTurned ? y : x) + unit * 16
          (line + x * 16).update(from: source, count: count)
          for lane in count..<16 { line[x * 16 + lane] = 0 }
        }
      }
      return true
    }
    return false
  }

  func permute(_ order: [PortableOperation.Axis]) {
    if exchange(order) { return }
    let (from, to) = (inputs[0], output)
    if from.isFlat, to.isFlat {
      let strides = from.strides
      return move([to.channels, to.height, to.width], order.map { strides[$0.rawValue] })
    }
    forParts { image, channel, row, columns in
      let line = to.line(image, channel, row)
      // Where the output's column 0 lies, and along which axis its columns do.
      var place = [0, 0, 0]
      place[order[0].rawValue] = channel
      place[order[1].rawValue] = row
      let source = from.line(image, place[0], place[1]) + place[2] * from.step
      switch order[2] {
      case .columns: source.copy(columns, from.step, to: line, to.step)
      case .rows where from.height > 1:
        source.copy(columns, from.line(0, 0, 1) - from.line(0, 0, 0), to: line, to.step)
      case .channels where from.isFlat: source.copy(columns, from.height * from.width, to: line, to.step)
      default:
        for x in columns {
          place[order[2].rawValue] = x
          line[x * to.step] = from.line(image, place[0], place[1])[place[2] * from.step]
        }
      }
    }
  }

  /// Fills the output, in plain order, from an input in plain order.
  ///
  /// - Parameters:
  ///   - counts: values along every axis of the output, outermost first.
  ///   - strides: floats from one value to the next along it in the input.
  private func move(_ counts: [Int], _ strides: [Int], first: Int = 0) {
    let (from, to) = (inputs[0], output)
    // Neighbouring axes that the input has one behind the other are one.
    var axes: [(count: Int, stride: Int)] = []
    for (count, stride) in zip(counts, strides) where count != 1 {
      if let last = axes.last, last.stride == stride * count {
        axes[axes.count - 1] = (last.count * count, stride)
      } else {
        axes.append((count, stride))
      }
    }
    axes = Array(repeating: (1, 0), count: 3 - axes.count) + axes
    let (planes, rows, columns) = (axes[0], axes[1], axes[2])
    // A part has some columns of some rows of a plane.
    let part = (
      columns: min(columns.count, PortableTask.valuesOfPart), rows: max(1, PortableTask.valuesOfPart / columns.count)
    )
    let columnParts = (columns.count + part.columns - 1) / part.columns
    let rowParts = (rows.count + part.rows - 1) / part.rows
    forItems(planes.count * rowParts * columnParts) { image, item in
      let (rest, columnPart) = item.quotientAndRemainder(dividingBy: columnParts)
      let (plane, rowPart) = rest.quotientAndRemainder(dividingBy: rowParts)
      let (y, x) = (rowPart * part.rows, columnPart * part.columns)
      let (height, width) = (min(part.rows, rows.count - y), min(part.columns, columns.count - x))
      let source = from.line(image, 0, 0) + first + plane * planes.stride + y * rows.stride + x * columns.stride
      let target = to.line(image, 0, 0) + (plane * rows.count + y) * columns.count + x
      if width < height, columns.stride != 1 {
        for x in 0..<width {
          (source + x * columns.stride).copy(0..<height, rows.stride, to: target + x, columns.count)
        }
      } else {
        for y in 0..<height {
          (source + y * rows.stride).copy(0..<width, columns.stride, to: target + y * columns.count, 1)
        }
      }
    }
  }

  func pad(_ padding: EdgePadding) {
    let (from, to) = (inputs[0], output)
    let filling: Float = if case .constant(let value) = padding.filling { Float(value) } else { 0 }
    func places(_ before: Int, _ length: Int, _ count: Int) -> [Int?] {
      (0..<count).map { padding.place($0 - before, length) }
    }
    let channels = places(padding.channelsBefore, from.channels, to.channels)
    let rows = places(padding.margins.top, from.height, to.height)
    let columns = places(padding.margins.left, from.width, to.width)
    forParts { image, channel, row, part in
      let line = to.line(image, channel, row)
      guard let c = channels[channel], let y = rows[row] else {
        for x in part { line[x * to.step] = filling }
        return
      }
      let source = from.line(image, c, y)
      if case .constant = padding.filling, from.step == 1, to.step == 1 {
        let left = padding.margins.left
        let first = min(max(left, part.lowerBound), part.upperBound)
        let end = max(first, min(left + from.width, part.upperBound))
        for x in part.lowerBound..<first { line[x] = filling }
        (line + first).update(from: source + first - left, count: end - first)
        for x in end..<part.upperBound { line[x] = filling }
        return
      }
      for x in part { line[x * to.step] = columns[x].map { source[$0 * from.step] } ?? filling }
    }
  }
}

extension UnsafeMutablePointer<Float> {
  /// Copies some columns.
  fileprivate func copy(_ columns: Range<Int>, _ step: Int, to line: UnsafeMutablePointer<Float>, _ lineStep: Int) {
    if step == 1, lineStep == 1 {
      (line + columns.lowerBound).update(from: self + columns.lowerBound, count: columns.count)
    } else {
      for x in columns { line[x * lineStep] = self[x * step] }
    }
  }
}
