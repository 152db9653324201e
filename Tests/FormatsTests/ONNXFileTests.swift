import Architectures
import Engine
import Foundation
import NetworkGraph
import TestSupport
import Testing

@testable import Formats

@Suite struct ONNXFileTests {
  @Test func valuesOfEveryEncodingAreFound() throws {
    let file = try open(
      ONNXBytes.model(
        tensors: [
          ONNXBytes.tensor("raw", [2], type: .float, field: 9, ONNXBytes.little([0x3f80_0000, 0xc000_0000])),
          ONNXBytes.tensor("floats", [2], type: .float, field: 4, ONNXBytes.little([0x3f80_0000, 0xc000_0000])),
          ONNXBytes.tensor("half", [2], type: .float16, field: 5, [0x80, 0x78, 0x80, 0x80, 0x03]),
          ONNXBytes.tensor("shape", [3], type: .int64, field: 7, [1, 0xac, 0x02] + ONNXBytes.varint(.max)),
        ]))
    #expect(values(file, "raw") == [1, -2])
    #expect(values(file, "floats") == [1, -2])
    #expect(values(file, "half") == [1, -2])
    #expect(file.initializers["shape"]?.integers() == [1, 300, -1])
  }

  @Test func aTensorOfAnAttributeIsFound() throws {
    let tensor = ONNXBytes.tensor("", [1], type: .int64, field: 9, [7, 0, 0, 0, 0, 0, 0, 0])
    let node =
      ONNXBytes.field(4, Array("Constant".utf8)) + ONNXBytes.field(5, [0xa0, 1, 4] + ONNXBytes.field(5, tensor))
    let file = try open(ONNXBytes.model(nodes: [[], node]))
    #expect(file.main.attributes[.init(node: 1, attribute: 0)]?.integers() == [7])
  }

  @Test(arguments: [
    ([2, 3], 4, "has 1 values, expected 6"), ([-1], 4, "impossible shape"),
    ([1 << 40, 1 << 40], 4, "impossible shape"),
    ([1_000_000_000], 4, "has 1 values, expected 1000000000"),
    ([1], 3, "has 3 bytes, expected a multiple of the 4 of a value"),
  ])
  func aShapeThatLiesIsRefused(dimensions: [Int64], bytes: Int, expected: String) throws {
    let tensor = ONNXBytes.tensor("w", dimensions, type: .float, field: 9, Array(repeating: 0, count: bytes))
    #expect(try problem(ONNXBytes.model(tensors: [tensor])).contains(expected))
  }

  @Test func twoTensorsOfOneNameAreRefused() throws {
    let tensor = ONNXBytes.tensor("w", [], type: .float, field: 9, [0, 0, 0, 0])
    #expect(try problem(ONNXBytes.model(tensors: [tensor, tensor])) == "two tensors are called 'w'")
  }

  @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "."])
  func noPathLeavesTheFolder(location: String) throws {
    #expect(throws: FormatError.self) {
      try open(ONNXBytes.model(tensors: [ONNXBytes.externalTensor("w", [1], location)]))
    }
  }

  @Test func valuesInAFileBesideTheModelAreFound() throws {
    let data = try ScratchFile(ONNXBytes.little([0, 0x3f80_0000]))
    let name = String(data.path.split(separator: "/").last ?? "")
    try withExtendedLifetime(data) {
      func model(offset: String) throws -> ONNXFile {
        try open(ONNXBytes.model(tensors: [ONNXBytes.externalTensor("w", [1], name, offset: offset)]))
      }
      let file = try model(offset: "4")
      #expect(values(file, "w") == [1])
      for offset in ["9", "-1", "99999999999999999999"] {
        #expect(throws: FormatError.self) { try model(offset: offset) }
      }
    }
  }

  @Test func everyAnswerHasItsLayer() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "residual"))
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: SeededWeights(for: network), producer: "test", to: file.path)
    let node = try #require(try ONNXFile(file.path).graph.node.first { $0.name.contains("conv2") })
    let more = ONNXBytes.field(7, ONNXBytes.field(12, ONNXBytes.field(1, Array(node.output[0].utf8))))
    let other = try ScratchFile(file.bytes + more)
    let model = try ONNXModel(other.path)
    let outputs = try model.answers(input: model.input, forms: [:])
    #expect(outputs.map(\.layer) == [network[network.output].path, "conv2"])
    #expect(outputs.last?.name == node.output[0])
  }

  /// Weights stay where they are: opening takes as long as the structure, not as the file.
  @Test func aGigabyteOpensAtOnce() throws {
    let network = try Catalogue.build(NetworkSpec(entry: "residual"))
    let file = try ScratchFile()
    try ONNXFile.write(network, weights: SeededWeights(for: network), producer: "test", to: file.path)
    let gigabyte = 1 << 30
    let tensor =
      [8] + ONNXBytes.varint(UInt64(gigabyte / 4)) + [16, 1] + ONNXBytes.field(8, Array("ballast".utf8))
      + [9 << 3 | 2] + ONNXBytes.varint(UInt64(gigabyte))
    let graph = [5 << 3 | 2] + ONNXBytes.varint(UInt64(tensor.count + gigabyte)) + tensor
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: [7 << 3 | 2] + ONNXBytes.varint(UInt64(graph.count + gigabyte)) + graph)
    // The values are a hole in the file, which takes no room.
    try handle.truncate(atOffset: handle.offset() + UInt64(gigabyte))
    try handle.close()
    // To touch the hole takes longer: its pages alone are a quarter of a million.
    let limit = Duration.milliseconds(50)
    let time = try processorTime(bestOf: 20, until: limit) { () throws -> Void in
      let model = try ONNXModel(file.path)
      #expect(model.input == network.inputShape)
    }
    print("a gigabyte opened: \(time)")
    #expect(time < limit)
  }

  @Test func everyTruncationIsOneError() throws {
    let bytes = ONNXBytes.model(tensors: [
      ONNXBytes.tensor("w", [2], type: .float, field: 9, Array(repeating: 1, count: 8))
    ])
    for count in 0..<bytes.count {
      #expect(throws: FormatError.self) { try open(Array(bytes[..<count])) }
    }
  }

  private func values(_ file: ONNXFile, _ name: String) -> [Float]? {
    guard let tensor = file.initializers[name] else { return nil }
    return Array(unsafeUninitializedCapacity: tensor.count) { buffer, count in
      tensor.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.count]))
      count = tensor.count
    }
  }

  private func problem(_ bytes: [UInt8]) throws -> String {
    do {
      _ = try open(bytes)
      return "none"
    } catch let error as FormatError { return error.message }
  }

  private func open(_ bytes: [UInt8]) throws -> ONNXFile {
    let file = try ScratchFile(bytes)
    return try withExtendedLifetime(file) { try ONNXFile(file.path) }
  }
}

/// The bytes of small models, field by field, so that they may be wrong.
enum ONNXBytes {
  static func model(nodes: [[UInt8]] = [[]], tensors: [[UInt8]] = []) -> [UInt8] {
    field(7, nodes.flatMap { field(1, $0) } + tensors.flatMap { field(5, $0) })
  }

  static func tensor(
    _ name: String, _ dimensions: [Int64], type: ONNXTensorProto.DataType, field number: UInt8, _ values: [UInt8]
  ) -> [UInt8] {
    dimensions.flatMap { [8] + varint(UInt64(bitPattern: $0)) } + [16, UInt8(type.rawValue)]
      + field(8, Array(name.utf8))
      + field(number, values)
  }

  static func externalTensor(
    _ name: String, _ dimensions: [Int64], _ location: String, offset: String = "0"
  ) -> [UInt8] {
    func entry(_ key: String, _ value: String) -> [UInt8] { field(1, Array(key.utf8)) + field(2, Array(value.utf8)) }
    return dimensions.flatMap { [8] + varint(UInt64(bitPattern: $0)) } + [16, 1] + field(8, Array(name.utf8))
      + field(13, entry("location", location)) + field(13, entry("offset", offset)) + field(13, entry("length", "4"))
      + [14 << 3, 1]
  }

  static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes
  }

  static func little(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
