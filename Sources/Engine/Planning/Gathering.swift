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

extension Operation {
  /// True for operations that only move values about: their inputs need not lie together to be read.
  var onlyMovesValues: Bool {
    switch self {
    case .concat, .slice, .channelShuffle, .padChannels, .subsample, .zeroPad: true
    default: false
    }
  }

  /// True for those of them that move whole channels.
  var onlyMovesChannels: Bool {
    switch self {
    case .concat, .slice, .channelShuffle, .padChannels: true
    default: false
    }
  }

  /// Where the output's channels come from, if the inputs' channels lie there one after the other.
  func moved(_ channels: [ChannelPlace?]) -> [ChannelPlace?] {
    switch self {
    case .slice(let range): Array(channels[range])
    case .channelShuffle(let groups):
      channels.indices.map { channels[$0 % groups * (channels.count / groups) + $0 / groups] }
    case .padChannels(let before, let after):
      Array(repeating: nil, count: before) + channels + Array(repeating: nil, count: after)
    default: channels
    }
  }
}

extension GatherWork {
  /// The work of an operation that only moves values.
  init(_ operation: Operation, _ inputs: [ChannelPlace?], to output: Storage) {
    self.init(channels: operation.moved(inputs), output: output)
    switch operation {
    case .subsample(let stride): self.stride = stride
    case .zeroPad(let margins): (top, left) = (margins.top, margins.left)
    default: break
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
