/// Finds the byte at which a model cannot be decoded: the library says only that there is one.
struct MessageCheck {
  /// What a delimited field of a message that is decoded holds.
  private indirect enum Content {
    case text
    case message([UInt64: Content])
  }

  private let bytes: UnsafeRawBufferPointer

  /// The first place that makes no sense; nil where everything does.
  static func firstProblem(in bytes: UnsafeRawBufferPointer) -> Malformed? {
    do throws(Malformed) {
      try MessageCheck(bytes: bytes).check(0..<bytes.count, model)
      return nil
    } catch { return error }
  }

  /// The same of a graph that lies in these bytes.
  static func firstProblem(in bytes: UnsafeRawBufferPointer, graph range: Range<Int>) -> Malformed? {
    do throws(Malformed) {
      try MessageCheck(bytes: bytes).check(range, graph)
      return nil
    } catch { return error }
  }

  private func check(_ range: Range<Int>, _ fields: [UInt64: Content]) throws(Malformed) {
    var reader = WireReader(bytes, range)
    while let field = try reader.next() {
      guard field.isDelimited else { continue }
      switch fields[field.number] {
      case .message(let inner): try check(field.range, inner)
      case .text:
        guard String(validating: bytes[field.range], as: UTF8.self) != nil else {
          throw Malformed(byte: field.range.lowerBound, expected: "text in UTF-8")
        }
      case nil: break
      }
    }
  }

  // By the numbers of the schema.
  private static let entry: [UInt64: Content] = [1: .text, 2: .text]
  private static let tensor: [UInt64: Content] = [8: .text, 13: .message(entry)]
  private static let attribute: [UInt64: Content] = [1: .text, 5: .message(tensor)]
  private static let node: [UInt64: Content] = [
    1: .text, 2: .text, 3: .text, 4: .text, 5: .message(attribute), 7: .text, 9: .message(entry),
  ]
  private static let dimension: [UInt64: Content] = [2: .text]
  private static let tensorType: [UInt64: Content] = [2: .message([1: .message(dimension)])]
  private static let value: [UInt64: Content] = [1: .text, 2: .message([1: .message(tensorType)])]
  private static let graph: [UInt64: Content] = [
    1: .message(node), 2: .text, 5: .message(tensor), 11: .message(value), 12: .message(value), 13: .message(value),
  ]
  private static let model: [UInt64: Content] = [
    2: .text, 3: .text, 4: .text, 7: .message(graph), 8: .message([1: .text]), 14: .message(entry),
  ]
}
