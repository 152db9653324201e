import Glibc
import SwiftProtobuf

/// An ONNX file, opened: its structure decoded, its tensors' values left where they lie.
public struct ONNXFile: Sendable {
  public let path: String
  let model: ONNXModelProto
  /// The model's graph.
  let main: ONNXFileGraph
  /// The version of the standard operators; the first for a model that names none.
  public let opset: Int

  var graph: ONNXGraphProto { main.proto }
  /// The graph's initializers by name.
  public var initializers: [String: ONNXTensor] { main.initializers }

  /// - Throws: `FormatError` with the byte, node or tensor that is not what it should be.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    let file = try MappedFile(path)
    let payloads: PayloadScanner
    do throws(Malformed) { payloads = try PayloadScanner(model: file.bytes) } catch {
      throw FormatError(error, in: path)
    }
    model = try Self.decode(file)
    opset = model.opsetImport.last { ["", "ai.onnx"].contains($0.domain) }.map { Int(clamping: $0.version) } ?? 1
    guard model.hasGraph, !model.graph.node.isEmpty else { throw FormatError(path, "holds no ONNX graph") }
    var reader = TensorReader(file)
    main = try ONNXFileGraph(model.graph, payloads, reading: &reader)
  }

  private static func decode(_ file: MappedFile) throws(FormatError) -> ONNXModelProto {
    let bytes = file.bytes
    do { return try ONNXModelProto(serializedBytes: bytes.bytes, options: .withoutUnknownFields) } catch {
      guard let problem = MessageCheck.firstProblem(in: bytes) else {
        throw FormatError(file.path, "byte 0: is no ONNX model: expected fields of one")
      }
      throw FormatError(problem, in: file.path)
    }
  }
}

/// A graph of a file, decoded: the model's own, or a branch of a node.
struct ONNXFileGraph: Sendable {
  let proto: ONNXGraphProto
  /// By name.
  let initializers: [String: ONNXTensor]
  /// Tensors that are attributes of nodes, by the places of both.
  let attributes: [PayloadScanner.AttributePlace: ONNXTensor]
  /// Graphs that are.
  let branches: [PayloadScanner.AttributePlace: ONNXFileGraph]

  /// No network asks within more questions than these.
  private static let deepest = 8

  /// - Parameter depth: how many graphs this one lies in.
  fileprivate init(
    _ proto: ONNXGraphProto, _ payloads: PayloadScanner, reading reader: inout TensorReader, depth: Int = 0
  ) throws(FormatError) {
    self.proto = proto
    var initializers: [String: ONNXTensor] = [:]
    for (proto, payload) in zip(proto.initializer, payloads.initializers) {
      let tensor = try reader.tensor(proto, payload)
      guard initializers.updateValue(tensor, forKey: proto.name) == nil else {
        throw FormatError(reader.path, "two tensors are called '\(proto.name)'")
      }
    }
    self.initializers = initializers
    func holds(_ place: PayloadScanner.AttributePlace) -> Bool {
      proto.node.indices.contains(place.node) && proto.node[place.node].attribute.indices.contains(place.attribute)
    }
    var attributes: [PayloadScanner.AttributePlace: ONNXTensor] = [:]
    for (place, payload) in payloads.attributes where holds(place) {
      attributes[place] = try reader.tensor(proto.node[place.node].attribute[place.attribute].t, payload)
    }
    self.attributes = attributes
    var branches: [PayloadScanner.AttributePlace: ONNXFileGraph] = [:]
    for (place, range) in payloads.branches where holds(place) {
      guard depth < Self.deepest else { throw FormatError(reader.path, "holds graphs in graphs, too deep to follow") }
      branches[place] = try reader.graph(range, depth: depth + 1)
    }
    self.branches = branches
  }
}

extension BinaryDecodingOptions {
  fileprivate static let withoutUnknownFields = {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    return options
  }()
}

extension FormatError {
  fileprivate init(_ problem: Malformed, in path: String) {
    self.init(path, "byte \(problem.byte): is no ONNX model: expected \(problem.expected)")
  }
}

/// Finds the tensors of a model in its own file and in those beside it, which are mapped once.
private struct TensorReader {
  private let model: MappedFile
  private var beside: [String: MappedFile] = [:]

  init(_ model: MappedFile) { self.model = model }

  var path: String { model.path }

  /// The graph in these bytes of the model.
  mutating func graph(_ range: Range<Int>, depth: Int) throws(FormatError) -> ONNXFileGraph {
    let bytes = model.bytes
    let payloads: PayloadScanner
    do throws(Malformed) { payloads = try PayloadScanner(bytes, graph: range) } catch {
      throw FormatError(error, in: path)
    }
    let proto: ONNXGraphProto
    do {
      proto = try ONNXGraphProto(
        serializedBytes: UnsafeRawBufferPointer(rebasing: bytes[range]).bytes, options: .withoutUnknownFields)
    } catch {
      throw FormatError(
        MessageCheck.firstProblem(in: bytes, graph: range)
          ?? Malformed(byte: range.lowerBound, expected: "a graph: \(error)"), in: path)
    }
    return try ONNXFileGraph(proto, payloads, reading: &self, depth: depth)
  }

  mutating func tensor(_ proto: ONNXTensorProto, _ payload: TensorPayload) throws(FormatError) -> ONNXTensor {
    guard let type = ElementType(onnx: proto.dataType) else {
      throw FormatError(model.path, "the tensor '\(proto.name)' has the unknown element type \(proto.dataType)")
    }
    var (file, payload) = (model, payload)
    if proto.dataLocation == .external { (file, payload) = try external(proto) }
    return try ONNXTensor(
      proto.name, dimensions: proto.dims.map { Int($0) }, elementType: type, file: file, payload: payload,
      of: model.path)
  }

  private mutating func external(_ proto: ONNXTensorProto) throws(FormatError) -> (MappedFile, TensorPayload) {
    func value(_ key: String) -> String? { proto.externalData.last { $0.key == key }?.value }
    guard let location = value("location") else {
      throw FormatError(model.path, "the tensor '\(proto.name)' lies in another file, but its name is missing")
    }
    let file: MappedFile
    if let known = beside[location] {
      file = known
    } else {
      let path = try place(of: location, for: proto.name)
      do throws(FormatError) { file = try MappedFile(path) } catch {
        throw FormatError(model.path, "the tensor '\(proto.name)' lies in '\(location)', which \(error.message)")
      }
      beside[location] = file
    }
    guard let offset = Int(value("offset") ?? "0"), (0...file.bytes.count).contains(offset),
      let length = Int(value("length") ?? "\(file.bytes.count - offset)"),
      (0...file.bytes.count - offset).contains(length)
    else {
      throw FormatError(
        model.path, "the tensor '\(proto.name)' lies outside of the \(file.bytes.count) bytes of '\(location)'")
    }
    return (file, TensorPayload(encoding: .raw, pieces: [offset..<offset + length]))
  }

  /// The path of a file in the model's folder or below it. Links that lead out of it are not followed.
  private func place(of location: String, for tensor: String) throws(FormatError) -> String {
    let folder = model.path.lastIndex(of: "/").map { String(model.path[...$0]) } ?? "./"
    guard let home = Self.resolved(folder) else { throw .system(folder, "cannot be read") }
    let outside = FormatError(model.path, "the tensor '\(tensor)' lies in '\(location)', outside of the model's folder")
    guard !location.hasPrefix("/"), !location.split(separator: "/").contains("..") else { throw outside }
    guard !location.utf8.contains(0), let target = Self.resolved(folder + location) else {
      throw FormatError(model.path, "the tensor '\(tensor)' lies in '\(location)', which is not there")
    }
    guard target.hasPrefix(home == "/" ? home : home + "/") else { throw outside }
    return target
  }

  /// The path without links, `.` and `..`; nil if nothing is there.
  private static func resolved(_ path: String) -> String? {
    guard let result = realpath(path, nil) else { return nil }
    defer { free(result) }
    return String(cString: result)
  }
}

extension ElementType {
  /// The type of a `TensorProto.data_type`; nil for strings, complex numbers and what is not known.
  init?(onnx type: Int32) {
    switch ONNXTensorProto.DataType(rawValue: Int(type)) {
    case .float: self = .float32
    case .double: self = .float64
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    case .int64: self = .int64
    case .int32: self = .int32
    case .int16: self = .int16
    case .int8: self = .int8
    case .uint64: self = .uint64
    case .uint32: self = .uint32
    case .uint16: self = .uint16
    case .uint8: self = .uint8
    case .bool: self = .bool
    case .undefined, .string, .complex64, .complex128, nil: return nil
    }
  }
}
