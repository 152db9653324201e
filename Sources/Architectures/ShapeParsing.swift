import NetworkGraph

extension Shape {
  /// Reads the shape of one image: `3x224x224` (channels, height, width), or `224` for a square of the channels
  /// that `entry` takes.
  public init(parsing text: String, for entry: CatalogueEntry) throws(CatalogueError) {
    let numbers = text.split(whereSeparator: { $0 == "x" || $0 == "×" || $0 == "X" }).map { Int($0) }
    let separators = text.count { $0 == "x" || $0 == "×" || $0 == "X" }
    let lengths = numbers.compactMap { $0 }
    guard lengths.count == numbers.count, separators == numbers.count - 1, lengths.allSatisfy({ $0 >= 1 }) else {
      throw .unreadable(text, expected: "an input size such as 3x224x224 or 224, each at least 1")
    }
    switch lengths.count {
    case 1: self = .map(channels: entry.input.channels, height: lengths[0], width: lengths[0])
    case 3: self = .map(channels: lengths[0], height: lengths[1], width: lengths[2])
    default: throw .unreadable(text, expected: "an input size such as 3x224x224 or 224")
    }
  }
}
