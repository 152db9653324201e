import NetworkGraph

/// One channel of a value.
struct ChannelPlace: Hashable, Sendable {
  var storage: Storage
  var channel: Int
}

/// Puts a value together from channels that lie elsewhere.
struct GatherWork: Sendable {
  /// Where each channel of the output comes from; nil is a channel of zeros.
  var channels: [ChannelPlace?]
  var output: Storage
  /// Output pixel (y, x) is the sources' pixel (y · stride − top, x · stride − left), zero where they have none.
  var stride: Extent = 1
  var top = 0
  var left = 0

  /// The values that it reads.
  var sources: [Storage] {
    var seen: Set<Storage> = []
    return channels.compactMap { $0?.storage }.filter { seen.insert($0).inserted }
  }
}

extension GatherWork {
  /// The gather of an operation with one input that only moves values; nil for any other.
  init?(_ operation: Operation, from: Storage, to: Storage) {
    func channel(_ c: Int) -> ChannelPlace? {
      (0..<from.channels).contains(c) ? ChannelPlace(storage: from, channel: c) : nil
    }
    self.init(channels: (0..<to.channels).map(channel), output: to)
    switch operation {
    case .slice(let range): channels = range.map(channel)
    case .channelShuffle(let groups):
      let width = from.channels / groups
      channels = (0..<to.channels).map { channel($0 % groups * width + $0 / groups) }
    case .padChannels(let before, _): channels = (0..<to.channels).map { channel($0 - before) }
    case .subsample(let stride): self.stride = stride
    case .zeroPad(let margins): (top, left) = (margins.top, margins.left)
    default: return nil
    }
  }

  /// The same work for the units that are not in their place already, in runs of neighbours.
  var movingParts: [GatherWork] {
    let moving = (0..<output.units).map { unit in
      (unit * 16..<min(unit * 16 + 16, output.channels)).contains { c in
        channels[c].map { place in
          place.storage.buffer != output.buffer
            || place.storage.firstUnit * 16 + place.channel != output.firstUnit * 16 + c
        } ?? true
      }
    }
    var parts: [GatherWork] = []
    var unit = 0
    while unit < moving.count {
      let end = moving[unit...].firstIndex { $0 != moving[unit] } ?? moving.count
      if moving[unit] {
        let range = unit * 16..<min(end * 16, output.channels)
        var part = self
        part.channels = Array(channels[range])
        part.output = Storage(buffer: output.buffer, firstUnit: output.firstUnit + unit, channels: range.count)
        parts.append(part)
      }
      unit = end
    }
    return parts
  }
}

extension Storage {
  /// Some of the channels as a value of their own, if they can be read where they lie: from the start of a unit on,
  /// and to the end of one.
  func slice(_ range: Range<Int>) -> Storage? {
    guard range.lowerBound % 16 == 0, range.count % 16 == 0 || range.upperBound == channels else { return nil }
    return Storage(buffer: buffer, firstUnit: firstUnit + range.lowerBound / 16, channels: range.count)
  }
}
