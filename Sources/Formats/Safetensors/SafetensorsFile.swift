import FoundationEssentials
import NetworkGraph

/// A file of named tensors in the safetensors format, mapped: eight bytes that tell the length of a JSON header, the
/// header with every tensor's type, shape and place, and the values.
public struct SafetensorsFile: Sendable {
  /// One tensor of the file.
  public struct Tensor: Sendable {
    public let dimensions: [Int]
    let elementType: ElementType
    /// Where its values lie in the file.
    let range: Range<Int>
  }

  public let path: String
  public let tensors: [String: Tensor]
  private let file: MappedFile

  /// Reads the header and checks every tensor's place; the values stay where they are.
  ///
  /// - Throws: `FormatError` with the tensor or byte that is not what it should be.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    file = try MappedFile(path)
    let bytes = file.bytes
    guard bytes.count >= 8 else {
      throw FormatError(path, "byte \(bytes.count): the file is cut off, expected the length of a header")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= min(UInt64(bytes.count - 8), Self.longestHeader) else {
      throw FormatError(
        path,
        "byte 0: a header of \(length) bytes, "
          + (length > Self.longestHeader
            ? "expected at most \(Self.longestHeader)" : "but the file ends \(bytes.count - 8) bytes behind its length")
      )
    }
    let dataStart = 8 + Int(length)
    let header: [String: HeaderEntry]
    do {
      header = try JSONDecoder().decode([String: HeaderEntry].self, from: Data(bytes[8..<dataStart]))
    } catch let error as DecodingError {
      throw FormatError(path, "byte 8: the header is not what it should be: \(Self.reason(error))")
    } catch { throw FormatError(path, "byte 8: the header is no JSON: \(error)") }
    var tensors: [String: Tensor] = [:]
    for (name, entry) in header where name != "__metadata__" {
      tensors[name] = try entry.tensor(name, dataStart: dataStart, end: bytes.count, path)
    }
    let ordered = tensors.filter { !$0.value.range.isEmpty }
      .sorted { $0.value.range.lowerBound < $1.value.range.lowerBound }
    for (a, b) in zip(ordered, ordered.dropFirst()) where b.value.range.lowerBound < a.value.range.upperBound {
      throw FormatError(path, "'\(a.key)' and '\(b.key)' share bytes from \(b.value.range.lowerBound) on")
    }
    // The format leaves no gaps: bytes of nobody are those of a tensor that is named twice, or of another file.
    var next = dataStart
    for (name, tensor) in ordered {
      guard tensor.range.lowerBound == next else {
        throw FormatError(path, "byte \(next): belongs to no tensor, expected '\(name)' to begin here")
      }
      next = tensor.range.upperBound
    }
    guard next == bytes.count else {
      throw FormatError(path, "byte \(next): \(bytes.count - next) bytes belong to no tensor, expected the end")
    }
    self.tensors = tensors
  }

  /// Writes a tensor's values, row-major, into as many floats.
  func read(_ tensor: Tensor, into floats: UnsafeMutableBufferPointer<Float>) {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
    tensor.elementType.read(bytes, into: floats)
    file.release(bytes)
  }

  /// The format's own limit.
  private static let longestHeader: UInt64 = 100_000_000

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(place(context)) has no '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(place(context)): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return path.isEmpty ? "the whole" : "'\(path.joined(separator: "' '"))'"
  }
}

/// What the header says of one tensor. Of the metadata, which is no tensor, nothing is read.
private struct HeaderEntry: Decodable {
  var dtype: String?
  var shape: [Int]?
  var offsets: [Int]?

  private enum Key: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }

  init(from decoder: any Decoder) throws {
    guard decoder.codingPath.first?.stringValue != "__metadata__" else { return }
    let container = try decoder.container(keyedBy: Key.self)
    dtype = try container.decode(String.self, forKey: .dtype)
    shape = try container.decode([Int].self, forKey: .shape)
    offsets = try container.decode([Int].self, forKey: .offsets)
  }

  func tensor(
    _ name: String, dataStart: Int, end: Int, _ path: String
  ) throws(FormatError) -> SafetensorsFile.Tensor {
    guard let dtype, let shape, let offsets else { throw FormatError(path, "'\(name)' is no tensor") }
    guard let type = Self.types[dtype] else {
      throw FormatError(
        path, "'\(name)' is of type \(dtype), expected one of \(Self.types.keys.sorted().joined(separator: ", "))")
    }
    var bytes = type.size
    for length in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else {
        throw FormatError(path, "'\(name)' has the impossible shape \(shape)")
      }
      bytes = product
    }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= end - dataStart else {
      throw FormatError(
        path, "'\(name)' lies at \(offsets), expected a beginning and an end within \(end - dataStart) bytes of data")
    }
    guard offsets[1] - offsets[0] == bytes else {
      throw FormatError(
        path, "'\(name)' has \(offsets[1] - offsets[0]) bytes, expected \(bytes) for the shape \(shape) of \(dtype)")
    }
    return SafetensorsFile.Tensor(
      dimensions: shape, elementType: type, range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static let types: [String: ElementType] = [
    "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16, "I64": .int64, "I32": .int32,
    "I16": .int16, "I8": .int8, "U64": .uint64, "U32": .uint32, "U16": .uint16, "U8": .uint8, "BOOL": .bool,
  ]
}
